import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CopySource } from '../../engine/spec/data-node.ts'
import type { ConnectionSettings } from '../../engine/spec/handles.ts'
import type { SqlTableValues } from '../../engine/data/sql-table.ts'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { csv, fileOf, runCopy, sourceNode, sqlNode, testAttempt, testPools, type TestAttempt } from '../support/sql-nodes.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let settings: ConnectionSettings
const pools = testPools()

beforeAll(async () => {
  database = await testDatabase()
  const { host, port, user, database: name } = database.connection
  settings = { dialect: 'postgresql', host, port, user, database: name, options: {} }
})

afterAll(async () => {
  await pools[Symbol.asyncDispose]()
  await database.drop()
})

beforeEach(() => run('drop schema public cascade; create schema public'))

const run = (sql: string) => query<Record<string, unknown>>(database.connection, sql)
const attempt = (options?: Parameters<typeof testAttempt>[1]) => testAttempt(pools, options)
const node = (values: Omit<SqlTableValues, 'database'>, by: TestAttempt) => sqlNode(settings, values, by)

const nasty = `
  create table nasty (id bigint primary key, t text, n numeric, n2 numeric(40,20), z timestamptz, l timestamp, b bytea, j jsonb, ok boolean,
    f double precision, d date, i interval, a text[]);
  insert into nasty values
    (1, 'plain', 1.50, 1.5, '2026-01-01 02:03:04.123456+05:30', '1999-12-31 23:59:59.999999', '\\x00ff5c0a', '{"a":"\\n\\"x\\""}', true, 0.1, '0044-03-15 BC', '1 mon -2 days', '{a,NULL,"b,c"}'),
    (2, E'a\\tb\\nc\\rd\\\\e"f,g''h', 123456789012345678901234567890.123456789, -0.00000000000000000001, '-infinity', 'infinity', '', 'null', false, 'NaN', 'infinity', '0', '{}'),
    (3, '', null, null, null, null, null, null, null, null, null, null, null),
    (4, null, 0, 0, 'epoch', 'epoch', '\\x2c22', '[]', true, 1e308, '2026-02-28', '1 year', '{""}'),
    (5, '\\N', 0, 0, 'epoch', 'epoch', '\\x', '""', true, -0.0, '2026-02-28', '1 year', '{"\\\\N"}'),
    (6, '\\.', 1, 1, 'epoch', 'epoch', null, '0', false, 5e-324, '9999-12-31', '1 us', null),
    (7, 'ünï😀 日本', 1, 1, 'epoch', 'epoch', null, '"é"', false, 1, '2000-01-01', '1 us', null);`

describe('between two tables of PostgreSQL', () => {
  test('every value arrives as it was, in binary when the types are the same', async () => {
    await run(`${nasty} create table copy (like nasty)`)
    const one = attempt()
    await runCopy(node({ table: 'nasty' }, one), node({ table: 'copy' }, one), one)
    expect(await run('table nasty except table copy')).toEqual([])
    expect(await run('select count(*) from copy')).toEqual([{ count: '7' }])
    expect(one.lines.join()).toContain('7 rows, pg-binary passthrough')
  })

  test.each([
    ['csv passthrough', (source: CopySource) => source],
    ['typed batches', (source: CopySource) => ({ ...source, bytes: [] })],
  ])('and by %s when a type differs', async (way, offer) => {
    await run(`${nasty} create table copy (like nasty); alter table copy alter n type numeric(60,20), alter id type integer`)
    const one = attempt()
    const source = offer(await node({ table: 'nasty' }, one).read())
    expect(await node({ table: 'copy' }, one).write(source)).toMatchObject({ rows: 7, way })
    expect(await run('table nasty except table copy')).toEqual([])
  })

  test('columns are matched by name, whatever their order', async () => {
    await run(`create table a (x int, y text); insert into a values (1, 'one'); create table b (y text, extra int default 7, x int)`)
    const one = attempt()
    await runCopy(node({ table: 'a' }, one), node({ table: 'b' }, one), one)
    expect(await run('table b')).toEqual([{ y: 'one', extra: 7, x: 1 }])
  })

  test('a source whose columns change between planning and reading fails the copy with the difference', async () => {
    await run('create table a (x int); create table b (x text)')
    const one = attempt()
    const source = await node({ table: 'a' }, one).read()
    await run('alter table a alter x type bigint')
    await expect(node({ table: 'b' }, one).write(source)).rejects.toThrow('they were x integer and are now x bigint')
  })
})

describe('a CSV file', () => {
  test('is passed through unread, NULL apart from empty text, quotes and line feeds kept', async () => {
    await run('create table t (id int, name text)')
    const one = attempt()
    await runCopy(sourceNode(fileOf('\uFEFF1,"a ""b""\n,c"\n2,\n3,""\n4,\\N\n')), node({ table: 't' }, one), one)
    expect(await run('table t')).toEqual([
      { id: 1, name: 'a "b"\n,c' },
      { id: 2, name: null },
      { id: 3, name: '' },
      { id: 4, name: '\\N' },
    ])
    expect(one.lines.join()).toContain('4 rows, csv passthrough')
    expect(one.reports.findLast(({ note }) => note === 'copying')).toMatchObject({ bytes: 31, bytesTotal: 31 })
  })

  test('with a header is loaded by its names', async () => {
    await run('create table t (id int, name text, note text)')
    const one = attempt()
    await runCopy(sourceNode(fileOf('Name,id\nx,1\n', { ...csv, header: true })), node({ table: 't' }, one), one)
    expect(await run('table t')).toEqual([{ id: 1, name: 'x', note: null }])
  })

  test('with an escape character, which PostgreSQL’s CSV does not know, is read here', async () => {
    await run('create table t (id int, name text)')
    const one = attempt()
    await runCopy(sourceNode(fileOf('1,a\\,b\n', { ...csv, escape: '\\' })), node({ table: 't' }, one), one)
    expect(await run('table t')).toEqual([{ id: 1, name: 'a,b' }])
    expect(one.lines.join()).toContain('typed batches')
  })

  test('that ends before its size publishes nothing', async () => {
    await run('create table t (id int)')
    const one = attempt()
    const { bytes: [file] } = fileOf('1\n2\n') // prettier-ignore
    await expect(runCopy(sourceNode({ label: 'f', bytes: [{ ...file!, size: 100 }] }), node({ table: 't' }, one), one)).rejects.toThrow(
      'ended after 4 of 100 bytes',
    )
    expect(await run('table t')).toEqual([])
  })

  test('with a value that would be rounded or cut publishes nothing, and the error says where', async () => {
    await run('create table t (price numeric(6,2), day date)')
    const load = (text: string, one = attempt()) => runCopy(sourceNode(fileOf(text)), node({ table: 't' }, one), one)
    await expect(load('1.10,2026-01-01\n1.005,2026-01-01\n')).rejects.toThrow(
      'Row 2, column price: "1.005" would be rounded (numeric(6,2)).',
    )
    await expect(load('1,2026-01-01 10:00:00\n')).rejects.toThrow(
      'Row 1, column day: "2026-01-01 10:00:00" would lose its time of day (date).',
    )
    await expect(load('1,2026-01-01\n"1.005",2026-01-01')).rejects.toThrow('Row 2, column price: "1.005" would be rounded')
    await expect(load('"1,5",2026-01-01\n1,2026-01-01 00:01')).rejects.toThrow('Row 2, column day')
    expect(await run('table t')).toEqual([])
    await load('1.100,2026-01-01 00:00:00\n')
    expect(await run('select price::text, day::text from t')).toEqual([{ price: '1.10', day: '2026-01-01' }])
  })

  test('with a value of the wrong type names line, table and column, and is not tried again', async () => {
    await run('create table t (id int, name varchar(3))')
    const load = (text: string, one = attempt()) => runCopy(sourceNode(fileOf(text)), node({ table: 't' }, one), one)
    await expect(load('1,a\nx,b\n')).rejects.toMatchObject({
      name: 'PermanentError',
      message: expect.stringContaining('COPY t, line 2, column id: "x"'),
    })
    await expect(load('1,abcd\n')).rejects.toThrow('value too long for type character varying(3)')
    await expect(load('1\n')).rejects.toThrow('missing data for column "name"')
    expect(await run('table t')).toEqual([])
  })
})

describe('an insertQuery', () => {
  test('that is plain gives the columns by position', async () => {
    await run('create table t (a int, b text, c text)')
    const one = attempt()
    const insertQuery = 'insert into t (b, a) values (?, ?);'
    await runCopy(sourceNode(fileOf('x,1\n', csv, [{ name: 'whatever', type: 'STRING', nullable: true }, { name: 'else', type: 'INT', nullable: true }])), node({ table: 't', insertQuery }, one), one) // prettier-ignore
    expect(await run('table t')).toEqual([{ a: 1, b: 'x', c: null }])
    expect(one.lines.join()).toContain('csv passthrough')
  })

  test('that is more is run for each row with bound values', async () => {
    await run('create table t (a int primary key, b text); insert into t values (1, null)')
    const one = attempt()
    const insertQuery = `insert into t values (?, upper(?)) on conflict (a) do update set b = excluded.b || '?'`
    await runCopy(sourceNode(fileOf(`1,x\n2,"'; drop table t --"\n`)), node({ table: 't', insertQuery }, one), one)
    expect(await run('select * from t order by a')).toEqual([
      { a: 1, b: 'X?' },
      { a: 2, b: `'; DROP TABLE T --` },
    ])
  })
})

describe('publishing', () => {
  const load = (text: string, one: TestAttempt, values: Partial<SqlTableValues> = {}) =>
    runCopy(sourceNode(fileOf(text)), node({ table: 't', ...values }, one), one)

  test('happens once a run: a try after a lost report only reports', async () => {
    await run('create table t (id int)')
    await load('1\n2\n', attempt({ publishKey: 'run' }))
    const again = attempt({ publishKey: 'run' })
    await load('1\n2\n', again)
    expect(again.lines.join()).toContain('already published')
    expect(await run('select count(*) from t')).toEqual([{ count: '2' }])
    expect(await run('select target, publish_key, row_count from sluice_ledger')).toEqual([
      { target: '"public"."t"', publish_key: 'run', row_count: '2' },
    ])
  })

  test('is the newer try’s: one that stands still in its copy is ended by the server, and one without its fence ends nobody', async () => {
    await run('create table t (id int primary key)')
    const [paused, newer] = [attempt({ publishKey: 'run' }), attempt({ publishKey: 'run' })]
    const stale = attempt({ publishKey: 'run', checkFence: () => Promise.reject(new Error('lost lease')) })
    const [begun, never] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const file = fileOf('1\n2\n')
    async function* standingStill(): AsyncGenerator<Buffer> {
      yield Buffer.from('1\n')
      begun.resolve()
      await never.promise
    }
    const held = { ...file, bytes: [{ ...file.bytes[0]!, open: standingStill }] }
    const ended = Promise.allSettled([runCopy(sourceNode(held), node({ table: 't' }, paused), paused)])
    await begun.promise
    await expect(load('1\n2\n', stale)).rejects.toThrow('lost lease')
    await load('1\n2\n', newer)
    never.resolve()
    expect(await ended).toMatchObject([{ status: 'rejected' }])
    expect(newer.lines.join()).toContain('An earlier attempt still held its transaction')
    expect(await run('select count(*) from t')).toEqual([{ count: '2' }])
  })

  test('needs the fence: an attempt that has lost it leaves nothing', async () => {
    await run('create table t (id int)')
    const lost = attempt({ checkFence: () => Promise.reject(new Error('lost lease')) })
    await expect(load('1\n', lost)).rejects.toThrow('lost lease')
    expect(await run('table t')).toEqual([])
    expect(await run('table sluice_ledger')).toEqual([])
  })

  test('replaces what replaceWhere says, so that a day loaded twice is the day and not its double', async () => {
    await run(`create table t (day date, id int primary key); insert into t values ('2026-01-01', 1), ('2026-01-02', 2)`)
    const replaceWhere = `day = '2026-01-02' -- the day`
    await load('2026-01-02,2\n2026-01-02,3\n', attempt(), { replaceWhere })
    await load('2026-01-02,2\n2026-01-02,4\n', attempt(), { replaceWhere })
    expect(await run('select id from t order by id')).toEqual([{ id: 1 }, { id: 2 }, { id: 4 }])
  })

  test('of two runs that replace the same rows is one after the other', async () => {
    await run('create table t (id int); insert into t values (7)')
    const first = attempt()
    const deleted = Promise.withResolvers<void>()
    const mayGoOn = Promise.withResolvers<void>()
    const file = fileOf('7\n').bytes[0]!
    async function* held(signal: AbortSignal): AsyncGenerator<Buffer> {
      deleted.resolve()
      await mayGoOn.promise
      yield* file.open(signal)
    }
    const target = node({ table: 't', replaceWhere: 'id = 7' }, first)
    const one = runCopy(sourceNode({ label: 'held', bytes: [{ ...file, open: held }] }), target, first)
    await deleted.promise
    const other = load('7\n', attempt(), { replaceWhere: 'id = 7' })
    await until(
      async () => (await run(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`))[0],
    )
    mayGoOn.resolve()
    await Promise.all([one, other])
    expect(await run('table t')).toEqual([{ id: 7 }])
  })

  test('does not happen when the server ends the connection in mid-copy, and a retry may help', async () => {
    await run('create table t (id int)')
    const one = attempt()
    const file = endless(async () => {
      const killed = await until(
        async () =>
          (await run(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'copy%' and pid <> pg_backend_pid()`))[0],
      )
      expect(killed).toBeTruthy()
    })
    const failure = await runCopy(sourceNode(file), node({ table: 't' }, one), one).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Error)
    expect(failure).not.toMatchObject({ name: 'PermanentError' })
    expect(await run('table t')).toEqual([])
  })

  test('does not happen when the attempt is aborted, and its statement ends on the server', async () => {
    await run('create table t (id int)')
    const one = attempt()
    const file = endless(async () => one.abort(new Error('canceled')))
    await expect(runCopy(sourceNode(file), node({ table: 't' }, one), one)).rejects.toThrow('canceled')
    await until(
      async () =>
        (await run(`select 1 from pg_stat_activity where query like 'copy%' and state <> 'idle' and pid <> pg_backend_pid()`)).length === 0,
    )
    expect(await run('table t')).toEqual([])
  })

  test('does not happen when the source breaks', async () => {
    await run('create table t (id int)')
    const one = attempt()
    const file = endless(() => Promise.reject(new Error('the source broke')))
    await expect(runCopy(sourceNode(file), node({ table: 't' }, one), one)).rejects.toThrow('the source broke')
    expect(await run('table t')).toEqual([])
  })
})

test('createTableSql runs only when the table is missing', async () => {
  const one = attempt()
  const target = node({ table: 't', createTableSql: 'create table t (id int)' }, one)
  expect(await target.exists()).toBe(false)
  await target.prepare()
  await target.prepare()
  expect(await target.exists()).toBe(true)
  await Promise.all([1, 2, 3].map(() => node({ table: 'u', createTableSql: 'create table u (id int)' }, attempt()).prepare()))
})

test('names are names, whatever is in them', async () => {
  const evil = `x"; drop table victim; --`
  await run(`create table victim (id int); create schema "s""; --"; create table "s""; --"."x""; drop table victim; --" ("c""; --" int)`)
  const one = attempt()
  const target = node({ table: evil, schemaName: 's"; --' }, one)
  await runCopy(sourceNode(fileOf('c"; --\n1\n'.replace('c"; --', '"c""; --"'), { ...csv, header: true })), target, one)
  expect(await run(`table "s""; --"."x""; drop table victim; --"`)).toEqual([{ 'c"; --': 1 }])
  expect(await run('table victim')).toEqual([])
  for (const name of ['', 'a\0b', 'x'.repeat(64), '\ud800']) {
    await expect(node({ table: name }, one).exists()).rejects.toMatchObject({ errorId: 'BadIdentifier' })
  }
})

test('a database that refuses is told of in one sentence without its password', async () => {
  const one = attempt()
  const refused = (change: Partial<ConnectionSettings>) =>
    sqlNode({ ...settings, password: 'hunter2', ...change }, { table: 't' }, one).exists()
  await expect(refused({ database: 'nowhere' })).rejects.toMatchObject({
    errorId: 'UnknownDatabase',
    message: expect.stringContaining('"nowhere" does not exist'),
  })
  await expect(refused({ user: 'nobody' })).rejects.toMatchObject({ errorId: 'BadCredentials' })
  await expect(refused({ host: '127.0.0.1', port: 1 })).rejects.toThrow(
    /^Cannot use the database .* on 127\.0\.0\.1:1: nothing is listening there\.$/,
  )
  await expect(refused({ host: '/nonexistent' })).rejects.toThrow('its socket is not there')
  await expect(node({ table: 'missing' }, one).write(fileOf('1\n'))).rejects.toMatchObject({ errorId: 'UnknownTable' })
  await expect(node({ table: 't', selectQuery: 'selec 1' }, one).read()).rejects.toMatchObject({ errorId: 'SqlRefused' })
})

/** A file that never ends by itself: after its first chunks it waits for `then`, and for ever after that. */
function endless(then: () => Promise<void>): ReturnType<typeof fileOf> {
  const file = fileOf('')
  async function* open(signal: AbortSignal): AsyncGenerator<Buffer> {
    for (let count = 0; count < 100; count++) yield Buffer.from('1\n'.repeat(50_000))
    await then()
    const ended = Promise.withResolvers<never>()
    signal.addEventListener('abort', () => ended.reject(signal.reason as Error), { once: true })
    while (true) {
      if (signal.aborted) await ended.promise
      yield Buffer.from('1\n'.repeat(50_000))
    }
  }
  return { ...file, bytes: [{ ...file.bytes[0]!, size: undefined, open }] }
}
