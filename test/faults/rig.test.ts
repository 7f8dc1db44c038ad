import pg from 'pg'
import { expect, test } from 'vitest'
import { testDatabase } from '../support/postgres.ts'
import { openStore } from '../../engine/store/open-store.ts'
import { faultProxy, type CutAt } from './rig/fault-proxy.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'

test.each<[CutAt, number, number]>([
  ['request', 1, 1],
  ['answer', 1, 2],
  ['request', 3, 3],
  ['answer', 3, 4],
])('cut at the %s of commit %i from now, a client that goes on until it is cut leaves %i rows', async (at, n, rows) => {
  await using database = await testDatabase()
  const { host, port, user, database: name } = database.connection
  await using proxy = await faultProxy(`${host}/.s.PGSQL.${port}`)
  const client = new pg.Client({ connectionString: proxy.url(name, user) })
  client.on('error', () => {}) // its query tells
  await client.connect()
  await client.query('create table t (n integer)')
  const insert = () => client.query('insert into t values ($1)', [1])
  await insert()
  const cut = proxy.cutAtCommit(n, at)
  for (let before = 1; before < n; before++) await insert()
  await expect(insert()).rejects.toThrow(/terminated|reset/)
  await cut
  const direct = new pg.Client(database.connection)
  await direct.connect()
  expect((await direct.query('select count(*)::integer as rows from t')).rows).toEqual([{ rows }])
  await direct.end()
})

test('a proxy stalls, delays, refuses and leaves half open, and all of it can be taken back', async () => {
  await using database = await testDatabase()
  const { host, port, user, database: name } = database.connection
  await using proxy = await faultProxy(`${host}/.s.PGSQL.${port}`)
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: proxy.url(name, user), connectionTimeoutMillis: 200 })
    client.on('error', () => {}) // its query tells
    return client.connect().then(() => client)
  }
  const client = await connect()
  const answer = async (query: Promise<{ rows: unknown[] }>) => (await query).rows
  for (const what of ['requests', 'answers', 'both'] as const) {
    proxy.stall(what)
    const late = answer(client.query('select 1 as one'))
    await expect(connect()).rejects.toThrow('timeout')
    expect(await Promise.race([late, Promise.resolve('nothing yet')])).toBe('nothing yet')
    proxy.resume()
    expect(await late).toEqual([{ one: 1 }])
  }

  proxy.delay(100)
  const began = performance.now()
  await client.query('select 1')
  expect(performance.now() - began).toBeGreaterThan(190)
  proxy.delay(0)

  const cut = client.query('select pg_sleep(100)').catch(String)
  await proxy.refuse()
  expect(await cut).toMatch(/terminated|reset/i)
  await expect(connect()).rejects.toThrow('ECONNREFUSED')
  await proxy.accept()
  const second = await connect()

  proxy.halfOpen()
  const unheard = second.query('select 1').catch(String)
  const third = await connect()
  expect(await answer(third.query('select 1 as one'))).toEqual([{ one: 1 }])
  await proxy.refuse()
  expect(await unheard).toMatch(/terminated|reset/i)
  expect(proxy.commits).toBeGreaterThan(5)
})

/** One instance, one of its consumers and an attempt of each, all as they should be. */
const sound = `
  insert into pipelines (id, name) values ('df-1', 'sound');
  insert into instances (pipeline_id, version, component_id, instance_key, type, family, interval_start, interval_end, due_time, status, attempt_count, actual_end_time)
    select 'df-1', 1, c, '@' || c, 'ShellCommandActivity', 'activity', '2020-01-01', '2020-01-02', '2020-01-02', 'FINISHED', 1, now() - interval '1 hour' from unnest(array['a', 'b']) c;
  insert into dependencies select a.id, b.id, 'dependsOn' from instances a, instances b where a.component_id = 'a' and b.component_id = 'b';
  insert into attempts (instance_id, number, status, worker_group, lane, priority, fence, start_time) select id, 1, 'FINISHED', 'g', 'activity', 0, nextval('fences'), now() from instances;
  insert into watermarks (pipeline_id, schedule_id, schedule_type, anchor, next_index) values ('df-1', 's', 'timeseries', '2020-01-01', 1);`

const attempt = (status: string, more = 'null'): string =>
  `insert into attempts (instance_id, number, status, worker_group, lane, priority, lease_until) select id, 10 + n, '${status}', 'g', 'activity', 0, ${more} from instances, generate_series(1, 2) n where component_id = 'a'`

test.each<[string, string]>([
  [
    'I1: each due',
    `do $$ begin execute (select format('alter table instances_w0 drop constraint %I', conname) from pg_constraint where conrelid = 'instances_w0'::regclass and contype = 'u'); end $$;
     update instances set component_id = 'a'`,
  ],
  ['I1: no interval', 'update watermarks set next_index = 2'],
  ['I2', `update instances set status = 'WAITING_ON_DEPENDENCIES', waiting = 1 where component_id = 'b'`],
  ['I3: at most', attempt('WAITING_FOR_RUNNER')],
  ['I3: no fence', 'update attempts set fence = 7'],
  ['I4', attempt('FINISHED')],
  ['I6', `update instances set actual_end_time = now() + interval '1 hour' where component_id = 'a'`],
  ['I7', `update instances set maximum_retries = 0; ${attempt('FAILED')}`],
  ['I8', `update instances set status = 'RUNNING' where component_id = 'b'`],
  ['I9', attempt('CANCELED', 'now()')],
  ['I10', attempt('FAILED')],
])('the checker of invariants finds what breaks %s', async (says, breaking) => {
  await using database = await testDatabase()
  await using store = await openedStore(database.connection)
  await watchSteps(database.connection)
  await store.pool.query(sound)
  await expectInvariants(database.connection)
  await store.pool.query(breaking)
  const found = await expectInvariants(database.connection).catch((error: Error & { actual?: string }) => error.actual)
  expect(found).toContain(says)
})

async function openedStore(connection: Parameters<typeof openStore>[0]) {
  const store = await openStore(connection)
  return { ...store, [Symbol.asyncDispose]: () => store.close() }
}
