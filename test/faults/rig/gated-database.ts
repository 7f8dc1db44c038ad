import pg from 'pg'
import { query, type TestDatabase } from '../../support/postgres.ts'
import { tcpDoor } from '../../support/tcp-door.ts'

/** What a statement says to wait at the gate. */
export const atGate = '(select pg_advisory_lock_shared(7)::text) is not null'

/** A database that definitions can name, in which whatever asks `atGate` waits until the gate is open. */
export interface GatedDatabase extends AsyncDisposable {
  /** The `databases` of a definition: `shared`. */
  readonly definition: string
  /** The session that keeps the gate. */
  readonly keeper: pg.Client
  /** How many wait at the gate. */
  waiting(): Promise<number>
  open(): Promise<void>
}

/** The gate of a database, closed. */
export async function gatedDatabase({ connection }: TestDatabase): Promise<GatedDatabase> {
  const door = await tcpDoor(connection)
  const keeper = new pg.Client(connection)
  await keeper.connect()
  await keeper.query('select pg_advisory_lock(7)')
  const asking = `select count(*)::integer as count from pg_locks l join pg_database d on d.oid = l.database
    where locktype = 'advisory' and objid = 7 and not granted and d.datname = current_database()`
  const url = `jdbc:postgresql://127.0.0.1:${door.port}/${connection.database}`
  return {
    keeper,
    definition: `databases: { shared: { type: JdbcDatabase, connectionString: "${url}", username: ${connection.user}, "*password": none } }`,
    waiting: async () => (await query<{ count: number }>(connection, asking))[0]?.count ?? 0,
    open: async () => void (await keeper.query('select pg_advisory_unlock(7)')),
    async [Symbol.asyncDispose]() {
      await keeper.end()
      door[Symbol.dispose]()
    },
  }
}
