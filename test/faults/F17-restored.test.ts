import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startEngine } from '../../engine/app.ts'
import { openStore } from '../../engine/store/open-store.ts'
import { readSettings } from '../../engine/support/settings.ts'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { tcpDoor } from '../support/tcp-door.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

const loads = (url: string, user: string): string => `
sluice: 1
name: nightly
defaults: { scheduleType: timeseries, schedule: daily }
schedules: { daily: { period: 1 day, startDateTime: 2020-01-01T00:00:00, occurrences: 3 } }
databases: { shop: { type: JdbcDatabase, connectionString: "${url}", username: ${user}, "*password": none } }
dataNodes:
  orders: { type: SqlDataNode, database: shop, table: orders, selectQuery: "select n from orders" }
  loaded: { type: SqlDataNode, database: shop, table: loaded, createTableSql: create table if not exists loaded (n integer not null) }
activities:
  load: { type: CopyActivity, input: orders, output: loaded }
`

test('F17: a store that is restored from yesterday’s copy runs again what it does not know of, and publishes none of it a second time', async () => {
  using folder = temporaryFolder()
  await using shop = await testDatabase()
  using door = await tcpDoor(shop.connection)
  await query(shop.connection, 'create table orders as select n from generate_series(1, 100) n')
  await using today = await testDatabase()
  const store = await openStore(today.connection)
  await activated(store, loads(`jdbc:postgresql://127.0.0.1:${door.port}/${shop.connection.database}`, shop.connection.user))
  await store.close()
  await using yesterday = await testDatabase()
  await copyDatabase(today, yesterday)

  await runToItsEnd(today, join(folder.path, 'today'))
  expect(await query(shop.connection, 'select n, count(*)::integer as times from loaded group by 1 having count(*) <> 3')).toEqual([])
  await runToItsEnd(yesterday, join(folder.path, 'restored'))
  expect(await query(shop.connection, 'select n, count(*)::integer as times from loaded group by 1 having count(*) <> 3')).toEqual([])
  expect(await query(shop.connection, 'select count(*)::integer as rows from loaded')).toEqual([{ rows: 300 }])
  expect(logsIn(join(folder.path, 'restored')).match(/already published/g)).toHaveLength(3)
}, 120_000)

/** Nobody may be connected to the one that is copied. */
async function copyDatabase({ connection: from }: TestDatabase, { connection: to }: TestDatabase): Promise<void> {
  await query({ ...to, database: 'postgres' }, `drop database ${to.database}`)
  await query({ ...to, database: 'postgres' }, `create database ${to.database} template ${from.database}`)
}

async function runToItsEnd({ url, connection }: TestDatabase, home: string): Promise<void> {
  const engine = await startEngine(readSettings({ PATH: process.env['PATH'] }, { home, databaseUrl: url }), () => {})
  try {
    const finished = `select 1 from sluice.pipelines where state = 'FINISHED'`
    await until(async () => (await query(connection, finished)).length > 0, { deadlineMs: 60_000 })
    expect(await query(connection, `select status, count(*)::integer as runs from sluice.attempts group by 1`)).toEqual([
      { status: 'FINISHED', runs: 3 },
    ])
  } finally {
    await engine.stop('now')
  }
}

/** Everything that attempts have logged. */
function logsIn(home: string): string {
  const files = readdirSync(join(home, 'logs'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n')
}
