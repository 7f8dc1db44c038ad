import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Cluster } from './cluster.ts'
import { homeNotUsable, otherMajor, serverFailed } from './failures.ts'

/** The one role of the server. */
export const superuser = 'sluice'

/** What differs from PostgreSQL's defaults. Durability does not: it stays as strict as PostgreSQL ships it. */
const settings = {
  max_connections: '100',
  shared_buffers: '64MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

const arguments_ = [
  `--username=${superuser}`,
  '--auth-local=trust', // the socket's folder lets in nobody but its owner
  '--auth-host=reject',
  '--encoding=UTF8',
  // PostgreSQL's own locale, so that a home sorts the same whatever the machine's locale is
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
  ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
]

const unfinished = 'data.new-'

/** Makes the data directory unless it is there. Only for the one who holds the server's lock. */
export async function initialise(cluster: Cluster): Promise<void> {
  const { layout, binaries } = cluster
  const version = await majorOf(layout.data)
  if (version !== undefined) {
    if (version !== String(binaries.major)) throw otherMajor(layout.data, version, binaries.major)
    return
  }
  await removeUnfinished(layout.folder)
  const fresh = await mkdtemp(join(layout.folder, unfinished))
  try {
    await chown(fresh, cluster.privilege.owner.uid, cluster.privilege.owner.gid)
    await initdb(cluster, fresh)
    await rename(fresh, layout.data) // only a whole one ever has the name
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw homeNotUsable(layout.home, error)
  }
}

async function initdb({ layout, binaries, privilege }: Cluster, data: string): Promise<void> {
  const [program, ...prefix] = privilege.command('KILL')
  const child = spawn(program, [...prefix, binaries.initdb, `--pgdata=${data}`, ...arguments_], {
    cwd: '/',
    env: serverEnvironment(binaries.libraryPath),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [output, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  if (code !== 0) throw serverFailed(layout.home, 'Initialising the embedded PostgreSQL', output)
}

/** Nothing of the caller's: PGPORT and its like would change the server, LC_ALL its messages. */
export function serverEnvironment(libraryPath?: string): NodeJS.ProcessEnv {
  const path = process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'
  return { PATH: path, LC_ALL: 'C', ...(libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath }) }
}

async function majorOf(data: string): Promise<string | undefined> {
  try {
    return (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** What a killed initialisation has left. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(unfinished)) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 })
  }
}
