import pg from 'pg'
import { expect, test } from 'vitest'
import { testDatabase } from '../support/postgres.ts'
import { testStore } from '../support/store.ts'
import { faultProxy, type CutAt } from './rig/fault-proxy.ts'
import { expectInvariants, invariantIds } from './rig/invariants.ts'

test.each<[CutAt, number]>([
  ['request', 1],
  ['answer', 2],
])('a commit cut at its %s leaves %i rows: the client never hears of it', async (at, rows) => {
  await using database = await testDatabase()
  const { host, port, user, database: name } = database.connection
  await using proxy = await faultProxy(`${host}/.s.PGSQL.${port}`)
  const client = new pg.Client({ connectionString: proxy.url(name, user) })
  client.on('error', () => {}) // its query tells
  await client.connect()
  await client.query('create table t (n integer)')
  await client.query('insert into t values ($1)', [1])
  const cut = proxy.cutAtCommit(1, at)
  await expect(client.query('insert into t values ($1)', [2])).rejects.toThrow(/terminated|reset/)
  await cut
  const direct = new pg.Client(database.connection)
  await direct.connect()
  expect((await direct.query('select count(*)::integer as rows from t')).rows).toEqual([{ rows }])
  await direct.end()
})

test('the checker knows the invariants that the store can tell, and finds an interval that was planned twice', async () => {
  expect(invariantIds).toEqual(['I1', 'I2', 'I3', 'I4', 'I6', 'I7', 'I8', 'I9', 'I10'])
  await using store = await testStore()
  await expectInvariants(store.connection)
  await store.pool.query(`insert into pipelines (id, name) values ('df-1', 'twice')`)
  await store.pool.query('alter table instances drop constraint instances_pipeline_id_component_id_referrer_id_interval_sta_key')
  await store.pool.query(
    `insert into instances (pipeline_id, version, component_id, instance_key, type, family, interval_start, interval_end, due_time, status)
      select 'df-1', 1, 'a', '@a', 'ShellCommandActivity', 'activity', '2020-01-01', '2020-01-02', '2020-01-02', 'FINISHED' from generate_series(1, 2)`,
  )
  await expect(expectInvariants(store.connection)).rejects.toThrow(/I1: each due/)
})
