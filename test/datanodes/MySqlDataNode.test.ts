import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionSettings } from '../../engine/spec/handles.ts'
import type { SqlTableValues } from '../../engine/data/sql-table.ts'
import { mariadbMissing, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { fileOf, runCopy, sourceNode, sqlNode, testAttempt, testPools, type TestAttempt } from '../support/sql-nodes.ts'
import { until } from '../support/until.ts'

describe.skipIf(mariadbMissing)('on MariaDB', () => {
  let maria: TestMariadb
  let postgres: TestDatabase
  let settings: ConnectionSettings
  const pools = testPools()

  beforeAll(async () => {
    maria = await startMariadb()
    postgres = await testDatabase()
    const { host, port, user, database } = postgres.connection
    settings = { dialect: 'postgresql', host, port, user, database, options: {} }
  })

  afterAll(async () => {
    await pools[Symbol.asyncDispose]()
    await postgres?.drop()
    await maria?.[Symbol.asyncDispose]()
  })

  beforeEach(async () => {
    await maria.empty()
    await query(postgres.connection, 'drop schema public cascade; create schema public')
  })

  const attempt = (options?: Parameters<typeof testAttempt>[1]) => testAttempt(pools, options)
  const node = (values: Omit<SqlTableValues, 'database'>, by: TestAttempt) => sqlNode(maria.settings, values, by)
  const load = (text: string, one = attempt(), values: Partial<SqlTableValues> = {}) =>
    runCopy(sourceNode(fileOf(text)), node({ table: 't', ...values }, one), one)

  const nasty = `create table nasty (id bigint unsigned, t text, n decimal(40,20), z timestamp(6) null, l datetime(3), b varbinary(20), d date, f double, k tinyint(1), e enum('a','b'))`
  const fill = [
    `insert into nasty values (18446744073709551615, 'a\\tb\\nc\\\\d"e''f,g', 12345678901234567890.12345678901234567891, '2026-01-01 02:03:04.123456', '9999-12-31 23:59:59.999', x'00ff5c090a0d', '2026-02-28', 0.1, 1, 'a')`,
    `insert into nasty values (0, '', 0, null, null, '', null, null, null, null), (null, null, null, null, null, null, null, -1e308, 0, 'b'), (1, 'ünï😀', 1, null, null, x'5c4e', null, null, null, null), (2, '\\\\N', 1, null, null, null, null, null, null, null)`,
  ]
  const allRows = 'select id, t, n, unix_timestamp(z), l, hex(b), d, f, k, e from %'

  test('every value arrives in another table as it was', async () => {
    for (const sql of [nasty, ...fill, 'create table copy like nasty']) await maria.query(sql)
    const one = attempt()
    await runCopy(node({ table: 'nasty' }, one), node({ table: 'copy' }, one), one)
    expect(await maria.query(allRows.replace('%', 'copy'))).toEqual(await maria.query(allRows.replace('%', 'nasty')))
    expect(one.lines.join()).toContain('5 rows, load data')
  })

  test('and by INSERT where the server forbids LOAD DATA LOCAL', async () => {
    await using strict = await startMariadb(['--local-infile=0'])
    for (const sql of [nasty, ...fill, 'create table copy like nasty']) await strict.query(sql)
    const one = attempt()
    await runCopy(sqlNode(strict.settings, { table: 'nasty' }, one), sqlNode(strict.settings, { table: 'copy' }, one), one)
    expect(await strict.query(allRows.replace('%', 'copy'))).toEqual(await strict.query(allRows.replace('%', 'nasty')))
    expect(one.lines.join()).toContain('5 rows, multi-row insert')
  })

  test('a table goes to PostgreSQL and comes back the same', async () => {
    for (const sql of [nasty, ...fill, 'create table back like nasty']) await maria.query(sql)
    const there = { table: 'there', createTableSql: 'create table there (id numeric(20), t text, n numeric(40,20), z timestamptz, l timestamp(3), b bytea, d date, f float8, k boolean, e text)' } // prettier-ignore
    const [one, two] = [attempt(), attempt()]
    await runCopy(node({ table: 'nasty' }, one), sqlNode(settings, there, one), one)
    expect(
      await query(postgres.connection, `select z at time zone 'UTC' = '2026-01-01 02:03:04.123456' as same from there where k`),
    ).toEqual([{ same: true }])
    await runCopy(sqlNode(settings, there, two), node({ table: 'back' }, two), two)
    expect(await maria.query(allRows.replace('%', 'back'))).toEqual(await maria.query(allRows.replace('%', 'nasty')))
  })

  test.each([
    ['a number that would be rounded', 'n decimal(6,2)', '1.005'],
    ['a number out of range', 'n tinyint', '300'],
    ['text that would be cut', 'n varchar(3)', 'abcd'],
    ['text that is no number', 'n int', 'x'],
    ['a date that does not exist', 'n date', '2026-02-30'],
    ['a fraction of a second that would be cut', 'n datetime', '2026-01-01 00:00:00.5'],
    ['NULL where there may be none', 'n int not null', ''],
    ['a key that is there twice', 'n int primary key', '7\n7'],
    ['one field too many', 'n int', '1,2'],
  ])('%s publishes nothing and is not tried again', async (_, column, text) => {
    await maria.query(`create table t (${column})`)
    await expect(load(`${text}\n`)).rejects.toMatchObject({ name: 'PermanentError' })
    expect(await maria.query('select * from t')).toEqual([])
    expect(await maria.query('select * from sluice_ledger')).toEqual([])
  })

  test('a run is published once, and only with its fence', async () => {
    await maria.query('create table t (id int)')
    await expect(load('1\n', attempt({ publishKey: 'run', checkFence: () => Promise.reject(new Error('lost lease')) }))).rejects.toThrow(
      'lost lease',
    )
    expect(await maria.query('select * from t')).toEqual([])
    const [first, again] = [attempt({ publishKey: 'run' }), attempt({ publishKey: 'run' })]
    await load('1\n2\n', first)
    await load('1\n2\n', again)
    expect(await maria.query('select cast(count(*) as char) from t')).toEqual([['2']])
    expect(again.lines.join()).toContain('already published')
  })

  test('of two tries of a run the newer one goes first: one that stands still in its copy is ended by the server', async () => {
    await maria.query('create table t (id int primary key)')
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
    expect(await maria.query('select cast(count(*) as char) from t')).toEqual([['2']])
  })

  test('replaceWhere replaces, also when two runs do it at once', async () => {
    await maria.query('create table t (id int, day date)')
    const values = { replaceWhere: `day = '2026-01-01'` }
    await Promise.all([1, 2, 3].map(() => load('1,2026-01-01\n', attempt(), values)))
    expect(await maria.query('select * from t')).toEqual([['1', '2026-01-01']])
  })

  test('a statement that is more than a plain insert is run for each row', async () => {
    await maria.query('create table t (id int primary key, name text)')
    await load(`1,x\n1,'; drop table t; --\n`, attempt(), {
      insertQuery: 'insert into t values (?, ?) on duplicate key update name = values(name)',
    })
    expect(await maria.query('select * from t')).toEqual([['1', `'; drop table t; --`]])
  })

  test('a big table is read and loaded in batches', async () => {
    await maria.query('create table t (id int, pad text)')
    await maria.query(`insert into t select seq, repeat('x', 100) from seq_1_to_100000`)
    await maria.query('create table u like t')
    const one = attempt()
    await runCopy(node({ table: 't' }, one), node({ table: 'u' }, one), one)
    expect(await maria.query('select cast(count(*) as char), cast(sum(id) as char) from u')).toEqual([['100000', '5000050000']])
    expect(one.reports.filter(({ rows = 0 }) => rows > 0 && rows < 100_000).length).toBeGreaterThan(10)
  })

  test('an aborted load leaves nothing, neither rows nor a statement on the server', async () => {
    await maria.query('create table t (id int)')
    const one = attempt()
    const file = fileOf('')
    async function* open(): AsyncGenerator<Buffer> {
      for (let count = 0; count < 50; count++) yield Buffer.from('1\n'.repeat(20_000))
      one.abort(new Error('canceled'))
      await new Promise(() => {})
    }
    const source = sourceNode({ ...file, bytes: [{ ...file.bytes[0]!, size: undefined, open }] })
    await expect(runCopy(source, node({ table: 't' }, one), one)).rejects.toThrow('canceled')
    await until(async () => (await maria.query(`select 1 from information_schema.processlist where info like 'load%'`)).length === 0)
    expect(await maria.query('select * from t')).toEqual([])
  })

  test('a server that refuses is told of in one sentence without the password', async () => {
    const one = attempt()
    const refused = (change: Partial<ConnectionSettings>) => sqlNode({ ...maria.settings, ...change }, { table: 't' }, one).exists()
    await expect(refused({ user: 'nobody', password: 'hunter2' })).rejects.toMatchObject({
      errorId: 'BadCredentials',
      message: expect.not.stringContaining('hunter2'),
    })
    await expect(refused({ database: 'nowhere' })).rejects.toMatchObject({ errorId: 'UnknownDatabase' })
    await expect(refused({ host: '/nonexistent' })).rejects.toThrow('its socket is not there')
    await expect(refused({ host: '127.0.0.1', port: 1 })).rejects.toThrow('nothing is listening there')
    await expect(node({ table: 't`; --' }, one).write(fileOf('1\n'))).rejects.toMatchObject({ errorId: 'UnknownTable' })
  })
})
