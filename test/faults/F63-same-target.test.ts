import { expect, test } from 'vitest'
import type { Engine } from '../../engine/app.ts'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { tcpDoor } from '../support/tcp-door.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startEngines } from './rig/engines.ts'
import { expectInvariants } from './rig/invariants.ts'
import { scaled } from './rig/scale.ts'

const rows = 500

test('F63: many runs at once replace the same rows of one table, and add to another: the first has those of one run, whole; the other those of each, once', async () => {
  const runs = scaled(16, 400)
  using folder = temporaryFolder()
  await using database = await testDatabase()
  using door = await tcpDoor(database.connection)
  await query(database.connection, 'create table replaced (hour text, n integer); create table added (hour text, n integer)')
  await using here = await startEngines({ folder: folder.path, database, count: 2 })
  const [engine] = here.engines as [Engine]
  await activated(engine.store, loads(database, door.port, runs))
  const isOver = `select 1 from sluice.pipelines where state = 'FINISHED'`
  await until(async () => (await query(database.connection, isOver)).length > 0, { deadlineMs: 60_000 * scaled(1, 10) })

  const counted = (table: string) =>
    query(
      database.connection,
      `select count(*)::integer as rows, count(distinct n)::integer as different, count(distinct hour)::integer as runs from ${table}`,
    )
  expect(await counted('replaced')).toEqual([{ rows, different: rows, runs: 1 }])
  expect(await counted('added')).toEqual([{ rows: rows * runs, different: rows, runs }])
  await expectInvariants(database.connection)
}, 120_000)

function loads({ connection: { database, user } }: TestDatabase, port: number, runs: number): string {
  const select = `select '#{@scheduledStartTime}' as hour, n from generate_series(1, ${rows}) n, (select pg_sleep(0.05)) s`
  return `
sluice: 1
name: loads
defaults: { scheduleType: timeseries, schedule: hourly, maxActiveInstances: 16, maximumRetries: 0 }
schedules: { hourly: { period: 1 hour, startDateTime: 2020-01-01T00:00:00, occurrences: ${runs} } }
databases:
  shared: { type: JdbcDatabase, connectionString: "jdbc:postgresql://127.0.0.1:${port}/${database}", username: ${user}, "*password": none }
dataNodes:
  source: { type: SqlDataNode, database: shared, table: source, selectQuery: "${select}" }
  replaced: { type: SqlDataNode, database: shared, table: replaced, replaceWhere: "true" }
  added: { type: SqlDataNode, database: shared, table: added }
activities:
  replace: { type: CopyActivity, input: source, output: replaced }
  add: { type: CopyActivity, input: source, output: added }
`
}
