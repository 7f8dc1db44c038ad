import pg from 'pg'
import { query, type TestDatabase } from '../../support/postgres.ts'
import { tcpDoor } from '../../support/tcp-door.ts'

/** A load that has begun and waits, in the middle of its copy, until the gate is opened. It appends: only the fence and the ledger keep a second one out. */
export interface GatedLoad extends AsyncDisposable {
  /** An on-demand pipeline of the activity `load`, and of more when given. */
  definition(more?: string): string
  /** How many wait at the gate. */
  waiting(): Promise<number>
  open(): Promise<void>
  /** Rows that are seen in the target. */
  loaded(): Promise<number>
}

const gate = 70

/** On tables of the store's own database. */
export async function gatedLoad({ connection }: TestDatabase, rows = 100): Promise<GatedLoad> {
  const door = await tcpDoor(connection)
  await query(connection, `create table source as select n from generate_series(1, ${rows}) as n; create table loaded (n integer not null)`)
  const keeper = new pg.Client(connection)
  await keeper.connect()
  await keeper.query(`select pg_advisory_lock(${gate})`)
  const waiting = `select count(*)::integer as count from pg_locks l join pg_database d on d.oid = l.database
    where locktype = 'advisory' and objid = ${gate} and not granted and d.datname = current_database()`
  return {
    definition: (more = '') => `
sluice: 1
name: gated
defaults: { scheduleType: ondemand }
databases:
  shared: { type: JdbcDatabase, connectionString: "jdbc:postgresql://127.0.0.1:${door.port}/${connection.database}", username: ${connection.user}, "*password": none }
dataNodes:
  source: { type: SqlDataNode, database: shared, table: source, selectQuery: select n from source where (select pg_advisory_lock_shared(${gate})::text) is not null }
  loaded: { type: SqlDataNode, database: shared, table: loaded }
  out: { type: S3DataNode, directoryPath: "s3://out/day/" }
activities:
  load: { type: CopyActivity, input: source, output: loaded }
${more}`,
    waiting: async () => (await query<{ count: number }>(connection, waiting))[0]?.count ?? 0,
    open: async () => void (await keeper.query(`select pg_advisory_unlock(${gate})`)),
    loaded: async () => (await query<{ count: number }>(connection, 'select count(*)::integer as count from loaded'))[0]?.count ?? 0,
    async [Symbol.asyncDispose]() {
      await keeper.end()
      door[Symbol.dispose]()
    },
  }
}
