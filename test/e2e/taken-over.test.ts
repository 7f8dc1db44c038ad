import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startUp } from '../support/up.ts'
import { atGate, gatedDatabase } from '../faults/rig/gated-database.ts'

const rows = 1000

test('up killed after its rows were committed and before it could say so: the next attempt adds none', async () => {
  using folder = temporaryFolder()
  await using database = await testDatabase()
  await using gate = await gatedDatabase(database)
  await query(database.connection, `create table source as select n from generate_series(1, ${rows}) as n`)
  const [home, file] = [join(folder.path, 'home'), join(folder.path, 'unsaid.yaml')]
  writeFileSync(file, `sluice: 1\nname: copying\ndefaults: { scheduleType: ondemand }\n${gate.definition}\n${copying}`)
  const env = { SLUICE_DATABASE_URL: database.url }
  await using killed = startUp([file], { home, env })
  await until(async () => (await gate.waiting()) > 0, { deadlineMs: 20_000 })
  await gate.keeper.query('begin')
  await gate.keeper.query('select 1 from sluice.attempts for update')
  await gate.open()
  await until(async () => (await query(database.connection, 'select 1 from copied limit 1')).length > 0)
  killed.child.kill('SIGKILL')
  await killed.ended
  // Its report waits on the server for the row, and would still be heard.
  await gate.keeper.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluice' and datname = current_database()`,
  )
  await gate.keeper.query('rollback')

  await using next = startUp([file], { home, env })
  await until(() => next.endings.length > 0, { deadlineMs: 20_000 })
  expect(next.endings).toEqual([expect.objectContaining({ task: 'copy', attempt: 2, status: 'FINISHED' })])
  await expectEachRowOnce(database)
  expect(await attempts(database)).toEqual(['1 FAILED LeaseLost', '2 FINISHED'])
  next.child.kill('SIGTERM')
  await next.ended
})

const copying = `
dataNodes:
  source:
    type: SqlDataNode
    database: shared
    table: source
    selectQuery: select n from source where ${atGate}
  copied:
    type: SqlDataNode
    database: shared
    table: copied
    createTableSql: create table if not exists copied (n integer not null)
activities:
  copy: { type: CopyActivity, input: source, output: copied }
`

async function expectEachRowOnce({ connection }: TestDatabase): Promise<void> {
  const counted = 'select count(*)::integer as rows, count(distinct n)::integer as different from copied'
  expect(await query(connection, counted)).toEqual([{ rows, different: rows }])
}

async function attempts({ connection }: TestDatabase): Promise<string[]> {
  const said = `select concat_ws(' ', number, status, error_id) as said from sluice.attempts order by 1`
  return (await query<{ said: string }>(connection, said)).map((row) => row.said)
}
