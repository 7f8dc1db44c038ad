import pg from 'pg'
import { expect, test } from 'vitest'
import { migrate, ownRelease, type Release } from '../../engine/store/migrate.ts'
import { openStore } from '../../engine/store/open-store.ts'
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

test('what plain tables hold goes on in windows: rows keep their ids, what waits runs, and new ids come after', async () => {
  await using database = await testDatabase()
  const before = ownRelease.migrations.filter(({ name }) => name < '0030')
  await migrate(database.connection, { version: 0, oldest: 0, migrations: before, functions: '' })
  await query(
    database.connection,
    `set search_path = sluice;
     insert into pipelines (id, name, state, active_version, first_activation_time) values ('df-1', 'old', 'SCHEDULED', 1, now());
     insert into instances (pipeline_id, version, component_id, instance_key, type, family, interval_start, interval_end, due_time, status, waiting, worker_group, attempt_count)
       select 'df-1', 1, component, '@' || component, 'ShellCommandActivity', 'activity', '2026-01-01', '2026-01-02', '2026-01-02', status, waiting, 'default', attempts
       from (values (1, 'a', 'FINISHED', 0, 1), (2, 'b', 'WAITING_FOR_RUNNER', 0, 1), (3, 'c', 'WAITING_ON_DEPENDENCIES', 1, 0)) as made(n, component, status, waiting, attempts) order by n;
     insert into attempts (instance_id, number, status, worker_group, lane, priority)
       select id, 1, status, 'default', 'activity', 0 from instances where attempt_count = 1;
     insert into dependencies select p.id, c.id, 'dependsOn' from instances p join instances c on (p.component_id, c.component_id) in (('a', 'b'), ('b', 'c'));
     insert into events (pipeline_id, kind) values ('df-1', 'PAUSED')`,
  )
  const store = await openStore(database.connection)
  const all = `select (select array_agg(component_id order by id) from instances) as instances, (select count(*)::int from attempts) as attempts,
    (select count(*)::int from dependencies) as dependencies, (select count(*)::int from events) as events`
  expect((await store.pool.query(all)).rows).toEqual([{ instances: ['a', 'b', 'c'], attempts: 2, dependencies: 2, events: 1 }])
  const worker = { workerId: 'w', hostname: 'here', groups: ['default'] }
  const [task] = await store.claims.claim(worker, 'activity', 9)
  const ending = { attemptId: task!.attemptId, fence: task!.fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 }
  const { next } = await store.claims.settle(worker, 'activity', [ending], 1)
  expect([task, ...next].map((each) => [each?.componentId, each?.instanceId, each?.attemptId])).toEqual([
    ['b', '2', '2'],
    ['c', '3', '3'],
  ])
  const { rows } = await store.pool.query(
    `select relname from pg_class where relkind = 'p' and relnamespace = 'sluice'::regnamespace order by 1`,
  )
  expect(rows.map(({ relname }) => relname)).toEqual(['attempts', 'dependencies', 'events', 'instances'])
  await store.close()
})
