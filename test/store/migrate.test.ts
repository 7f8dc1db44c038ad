import { expect, test } from 'vitest'
import { migrate } from '../../engine/store/migrate.ts'
import { query, testDatabase } from '../support/postgres.ts'

const state = `select name, detail, time from sluice.schema_migrations order by name`

test('ten processes migrate at once, one does it, and doing it again changes nothing', async () => {
  await using database = await testDatabase()
  await Promise.all(Array.from({ length: 10 }, () => migrate(database.connection)))
  const first = await query<{ name: string }>(database.connection, state)
  const names = first.map(({ name }) => name)
  expect([names[0], names.at(-1), new Set(names).size]).toEqual(['0001-tables', 'functions', names.length])
  await migrate(database.connection)
  expect(await query(database.connection, state)).toEqual(first)
})

test('a schema of a newer Sluice is refused, and left as it is', async () => {
  await using database = await testDatabase()
  await migrate(database.connection)
  await query(database.connection, `insert into sluice.schema_migrations (name) values ('9999-from-the-future')`)
  await query(database.connection, `update sluice.schema_migrations set detail = 'of the future' where name = 'functions'`)
  const before = await query(database.connection, state)
  await expect(migrate(database.connection)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('9999-from-the-future'),
  })
  expect(await query(database.connection, state)).toEqual(before)
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
