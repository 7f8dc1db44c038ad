import pg from 'pg'
import { socketPort } from './socket-directory.ts'
import { superuser } from './initialise.ts'

/** What `pg` needs to reach a database of the embedded server; whole, so that no PG... variable of the environment takes part. */
export interface EmbeddedConnection {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly ssl: false
}

export function connectionTo(socketDirectory: string, database: string): EmbeddedConnection {
  return { host: socketDirectory, port: socketPort, user: superuser, database, ssl: false }
}

/** A client that is connected. Connecting and each of its queries may take `timeoutMs`. */
export async function connect(connection: EmbeddedConnection, timeoutMs: number): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs, application_name: 'sluice' })
  client.on('error', () => {}) // 'end' follows, and whoever waits for a query has it rejected
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => {}) // it never was connected: the first error is the one to tell
    throw error
  }
}

/** Makes a database unless it is there; another command may be making it at the same time. */
export async function makeDatabase(socketDirectory: string, name: string): Promise<void> {
  const client = await connect(connectionTo(socketDirectory, 'postgres'), 60_000)
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`).catch(unlessDuplicate)
  } finally {
    await client.end()
  }
}

function unlessDuplicate(error: unknown): void {
  // duplicate_database, or the unique index of pg_database when both came at the very same time
  const duplicate = error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505')
  if (!duplicate) throw error
}
