import pg from 'pg'
import { expect, test } from 'vitest'
import { migrate, ownRelease, type Release } from '../../engine/store/migrate.ts'
import { query, testDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'

const state = `select name, detail, time from sluice.schema_migrations order by name`

test('ten processes migrate at once, one does it, and doing it again changes nothing', async () => {
  await using database = await testDatabase()
  await Promise.all(Array.from({ length: 10 }, () => migrate(database.connection)))
  const first = await query<{ name: string }>(database.connection, state)
  const names = first.map(({ name }) => name)
  expect([names[0], names.at(-2), names.at(-1), new Set(names).size]).toEqual(['0001-tables', 'functions', 'version', names.length])
  await migrate(database.connection)
  expect(await query(database.connection, state)).toEqual(first)
})

/** A release after this one, which adds a table and replaces a function. */
const tomorrow = (oldest: number): Release => ({
  version: ownRelease.version + 1,
  oldest,
  migrations: [...ownRelease.migrations, { name: '9999-tomorrow', sql: 'create table tomorrow (id bigint)' }],
  functions: `${ownRelease.functions}\ncreate or replace function reoffer() returns integer language sql as 'select 42';`,
})

test('a newer schema that needs a newer Sluice is refused, and left as it is', async () => {
  await using database = await testDatabase()
  await migrate(database.connection, tomorrow(ownRelease.version + 1))
  const before = await query(database.connection, state)
  await expect(migrate(database.connection)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('was migrated by a newer Sluice'),
  })
  expect(await query(database.connection, state)).toEqual(before)
})

test('a newer schema that can live with this version is used, and its functions stay the newer ones', async () => {
  await using database = await testDatabase()
  await migrate(database.connection)
  expect(await migrate(database.connection, tomorrow(ownRelease.version))).toEqual(['9999-tomorrow', 'functions'])
  const before = await query(database.connection, state)
  expect(await migrate(database.connection)).toEqual([])
  expect(await query(database.connection, state)).toEqual(before)
  expect(await query(database.connection, 'select sluice.reoffer() as answer')).toEqual([{ answer: 42 }])
})

test('a change of a table does not wait for a long reader with everyone behind it: it gives up, lets them pass, and tries again', async () => {
  await using database = await testDatabase()
  await migrate(database.connection)
  const reader = new pg.Client(database.connection)
  await reader.connect()
  await reader.query('begin; select * from sluice.workers')
  const altering = { ...tomorrow(1), migrations: [{ name: '9999-tomorrow', sql: 'alter table workers add column tomorrow text' }] }
  const migrated = migrate(database.connection, altering)
  const isWaiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'alter table%'`
  await until(async () => (await query(database.connection, isWaiting)).length > 0)
  await query(database.connection, 'select * from sluice.workers') // which comes after it, and is let pass
  await reader.query('commit')
  expect(await migrated).toEqual(['9999-tomorrow', 'functions'])
  await reader.end()
})

test('a migration that breaks off leaves nothing behind', async () => {
  await using database = await testDatabase()
  await query(database.connection, 'create schema sluice')
  await query(database.connection, 'create table sluice.workers (id text)') // in the way of the last table
  await expect(migrate(database.connection)).rejects.toThrow('already exists')
  expect(await query(database.connection, `select tablename from pg_tables where schemaname = 'sluice'`)).toEqual([
    { tablename: 'workers' },
  ])
})
