import type pg from 'pg'
import type { Cluster } from './cluster.ts'
import { connect, connectionTo, makeDatabase } from './connect.ts'
import { held } from './failures.ts'
import { readPostmasterFile } from './postmaster-file.ts'

/** What one command has in the home's server: the server itself, or the use of another command's. */
export interface Part {
  readonly owned: boolean
  readonly pid: number
  readonly socketDirectory: string
  /** Settles when the server is gone, also after `leave`. */
  readonly lost: Promise<void>
  /** Ends this command's part, and the server if it is owned. */
  leave(): Promise<void>
}

/** A part in the server that runs on the home, or nothing while none is ready. One connection stays open to notice its end.
 *  @throws if a server says that it is ready but does not answer */
export async function share(cluster: Cluster): Promise<Part | undefined> {
  const file = await readPostmasterFile(cluster.layout.data)
  if (file?.status !== 'ready') return undefined
  const watch = await reach(cluster, file.socketDirectory, file.pid)
  if (watch === undefined) return undefined
  const lost = new Promise<void>((resolve) => watch.once('end', () => resolve()))
  unref(watch)
  return { owned: false, pid: file.pid, socketDirectory: file.socketDirectory, lost, leave: () => farewell(watch) }
}

async function reach(cluster: Cluster, socketDirectory: string, pid: number): Promise<pg.Client | undefined> {
  const { layout, answerTimeoutMs, database } = cluster
  const startedTime = performance.now()
  try {
    const client = await connect(connectionTo(socketDirectory, 'postgres'), answerTimeoutMs)
    const { rows } = await client.query<{ data: string; known: boolean }>(
      `select current_setting('data_directory') as data, exists (select from pg_database where datname = $1) as known`,
      [database],
    )
    if (rows[0]?.data === layout.data) {
      // Who started it may not have come to that yet.
      if (!rows[0].known) await makeDatabase(socketDirectory, database)
      return client
    }
    await client.end() // a copied home names the socket of the one it was copied from
  } catch (error) {
    if (performance.now() - startedTime >= answerTimeoutMs) throw held(layout.home, `the server with process id ${pid}`, error)
    // It is stopping, or its file is stale: whether it is gone, its lock tells.
  }
  return undefined
}

/** The watching connection keeps no program running. */
function unref(client: RefClient): void {
  client.unref?.()
}

/** Ends the connection; the program runs until that is done, for whoever awaits it. */
function farewell(client: RefClient): Promise<void> {
  client.ref?.()
  return client.end()
}

/** pg has these, its types do not. */
type RefClient = pg.Client & { ref?(): void; unref?(): void }
