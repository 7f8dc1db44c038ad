import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { prepareHome, type Cluster } from './cluster.ts'
import { connectionTo, makeDatabase, type EmbeddedConnection } from './connect.ts'
import { held, homeNotUsable } from './failures.ts'
import { tryLock } from './file-lock.ts'
import { locateBinaries } from './locate-binaries.ts'
import { own } from './own.ts'
import { choosePrivilege } from './privilege.ts'
import { share, type Part } from './share.ts'
import { socketDirectoryOf } from './socket-directory.ts'

export type { EmbeddedConnection }

/** A running PostgreSQL of the home, this command's own or shared with the command that started it. */
export interface EmbeddedServer {
  /** For `pg`. It stays the same when the server is revived, so that a pool finds it again. */
  readonly connection: EmbeddedConnection
  /** Whether the server ends with this process. It may become true by `revive`. */
  readonly owned: boolean
  readonly pid: number
  /** Makes the database unless it is there. */
  ensureDatabase(name: string): Promise<void>
  /** Calls the listener each time the server ends without `stop` having been called here. */
  onLost(listener: () => void): void
  /** Has a server again after a loss: starts it, or shares the one that another command was faster to start. */
  revive(): Promise<void>
  /** Ends this command's part, and the server if it is owned. Then nothing of it is left running. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** The database of `connection`; it is made when missing. */
  readonly database?: string
  /** How long a start may take, recovery included. */
  readonly startTimeoutMs?: number
  /** How long a server that says it is ready may leave a connection unanswered. */
  readonly answerTimeoutMs?: number
  /** The folder of the binaries' npm package, when it is not the installed one. */
  readonly packageFolder?: string
}

/**
 * The PostgreSQL of a home: initialised and started when none runs, else shared. It listens on a Unix socket that only its
 * owner can reach, and ends with the process that owns it, also when that is killed.
 * @throws SluiceError with exit code 3 if the home, the platform or a process that holds the home does not allow it
 */
export async function startEmbedded(home: string, options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const cluster = await clusterOf(home, options)
  return new Participant(cluster, await takePart(cluster))
}

async function clusterOf(home: string, options: EmbeddedOptions): Promise<Cluster> {
  const layout = await prepareHome(home)
  const binaries = await locateBinaries(layout.folder, options.packageFolder)
  return {
    layout,
    binaries,
    privilege: await choosePrivilege(layout.home, binaries.postgres),
    socketDirectory: socketDirectoryOf(layout),
    database: options.database ?? 'sluice',
    startTimeoutMs: options.startTimeoutMs ?? 120_000,
    answerTimeoutMs: options.answerTimeoutMs ?? 10_000,
  }
}

/** Of the commands that come at the same time one gets the owner's lock; the others wait for what it starts. */
async function takePart(cluster: Cluster): Promise<Part> {
  const { home, ownerLock } = cluster.layout
  for (const deadline = Date.now() + cluster.startTimeoutMs; Date.now() < deadline; await delay(20)) {
    const ownership = await tryLock(ownerLock).catch((error: unknown) => Promise.reject(homeNotUsable(home, error)))
    const part = ownership === undefined ? await share(cluster) : await own(cluster, ownership)
    if (part !== undefined) return part
  }
  throw held(home, `the process ${(await readFile(ownerLock, 'utf8')).trim()}`)
}

class Participant implements EmbeddedServer {
  readonly #cluster: Cluster
  readonly #listeners: (() => void)[] = []
  #part: Part
  #stopped = false
  #lost = false
  #reviving: Promise<void> | undefined

  constructor(cluster: Cluster, part: Part) {
    this.#cluster = cluster
    this.#part = part
    void this.#watch(part)
  }

  get connection(): EmbeddedConnection {
    return connectionTo(this.#part.socketDirectory, this.#cluster.database)
  }

  get owned(): boolean {
    return this.#part.owned
  }

  get pid(): number {
    return this.#part.pid
  }

  ensureDatabase(name: string): Promise<void> {
    return makeDatabase(this.#part.socketDirectory, name)
  }

  onLost(listener: () => void): void {
    this.#listeners.push(listener)
  }

  revive(): Promise<void> {
    if (!this.#lost || this.#stopped) return Promise.resolve()
    this.#reviving ??= this.#takePartAgain().finally(() => (this.#reviving = undefined))
    return this.#reviving
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#reviving?.catch(() => {}) // whoever revives is told; here it only must be over
    await this.#part.leave()
  }

  async #takePartAgain(): Promise<void> {
    const part = await takePart(this.#cluster)
    this.#lost = false
    this.#part = part
    void this.#watch(part)
  }

  async #watch(part: Part): Promise<void> {
    await part.lost
    this.#lost = true
    if (!this.#stopped) for (const listener of this.#listeners) listener()
  }
}
