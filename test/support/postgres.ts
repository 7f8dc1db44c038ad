import pg from 'pg'
import { inject } from 'vitest'
import { startEmbedded, type EmbeddedConnection, type EmbeddedServer } from '../../engine/store/embedded/embedded.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface TestDatabase extends AsyncDisposable {
  /** For `pg`, `pg.Pool` and kysely's PostgresDialect. */
  readonly connection: EmbeddedConnection
  /** The same as a URL, for what takes SLUICE_DATABASE_URL. */
  readonly url: string
  /** Removes the database, whoever is still connected to it. */
  drop(): Promise<void>
}

let made = 0

/** A new, empty database on the run's one server. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('postgres')
  const database = `test_${process.pid}_${(made += 1)}`
  const connection = { ...server, database }
  await administer(server, `create database ${database}`)
  const drop = () => administer(server, `drop database if exists ${database} with (force)`)
  return { connection, url: urlOf(connection), drop, [Symbol.asyncDispose]: drop }
}

/** A PostgreSQL of the test's own, on a home of its own: for tests that stop or kill it. Prefer `testDatabase`. */
export async function startTestPostgres(): Promise<AsyncDisposable & { readonly server: EmbeddedServer; readonly home: string }> {
  const folder = temporaryFolder()
  const server = await startEmbedded(folder.path)
  return {
    server,
    home: folder.path,
    async [Symbol.asyncDispose]() {
      await server.stop()
      folder[Symbol.dispose]()
    },
  }
}

/** The rows of one statement, over a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(connection: EmbeddedConnection, sql: string): Promise<Row[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

async function administer(server: EmbeddedConnection, sql: string): Promise<void> {
  await query({ ...server, database: 'postgres' }, sql)
}

function urlOf({ host, port, user, database }: EmbeddedConnection): string {
  return `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`
}
