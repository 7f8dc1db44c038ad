import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import SqlActivity from '../../activities/SqlActivity.ts'
import { bindScript, splitStatements } from '../../engine/data/sql-script.ts'
import type { ActivityContext } from '../../engine/spec/context.ts'
import type { ConnectionSettings, DataNodeHandle } from '../../engine/spec/handles.ts'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { databaseHandle, sqlNode, testAttempt, testPools } from '../support/sql-nodes.ts'

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

beforeEach(() => run('drop schema public cascade; create schema public; create table t (id int, name text)'))

const run = (sql: string) => query<Record<string, unknown>>(database.connection, sql)

async function activity(
  script: string,
  scriptArgument: readonly string[] = [],
  options: Parameters<typeof testAttempt>[1] & { output?: DataNodeHandle } = {},
) {
  const attempt = testAttempt(pools, options)
  const start = SqlActivity.run as (fields: Record<string, unknown>, context: ActivityContext) => Promise<void>
  await start({ id: 'Sql', database: databaseHandle(settings), script, scriptArgument, output: options.output }, attempt.context)
  return attempt.lines
}

test('a script is one transaction, and each statement’s rows are logged', async () => {
  const lines = await activity(`insert into t values (1, 'a;b'), (2, '--'); -- done; really\n update t set name = 'x' where id = 1;`)
  expect(lines).toEqual([
    `Statement 1 of 2: 2 rows: insert into t values (1, 'a;b'), (2, '--')`,
    `Statement 2 of 2: 1 row: update t set name = 'x' where id = 1`,
  ])
  await expect(activity('insert into t values (3); select 1/0')).rejects.toMatchObject({ name: 'PermanentError' })
  await expect(activity('insert into t values (4)', [], { checkFence: () => Promise.reject(new Error('lost lease')) })).rejects.toThrow(
    'lost lease',
  )
  expect(await run('select count(*) from t')).toEqual([{ count: '2' }])
})

test('arguments are values, whatever is in them', async () => {
  const evil = `'); drop table t; --`
  await activity(`insert into t values (?, ?); insert into t select ?, '?'`, ['1', evil, '2'])
  await activity('insert into t values ($1, $2), ($1 + 1, $2)', ['3', 'x'])
  expect(await run('select * from t order by id')).toEqual([
    { id: 1, name: evil },
    { id: 2, name: '?' },
    { id: 3, name: 'x' },
    { id: 4, name: 'x' },
  ])
})

test('VACUUM, which no transaction may hold, runs on its own', async () => {
  expect((await activity('vacuum t')).join()).toContain('not one transaction')
})

test('settings of one script do not reach the next', async () => {
  await activity(`set search_path = pg_catalog; select 1`)
  await activity(`insert into t values (1)`)
  expect(await run('select id from t')).toEqual([{ id: 1 }])
})

test('the createTableSql of the output runs first', async () => {
  const output = sqlNode(settings, { table: 'made', createTableSql: 'create table made (id int)' }, testAttempt(pools))
  await activity('insert into made values (1)', [], { output })
  expect(await run('table made')).toEqual([{ id: 1 }])
})

test('a cancelled script stops on the server and leaves nothing', async () => {
  const attempt = testAttempt(pools)
  const start = SqlActivity.run as (fields: Record<string, unknown>, context: ActivityContext) => Promise<void>
  const log = { info: () => attempt.abort(new Error('canceled')), warn: () => {} }
  const running = start(
    { id: 'Sql', database: databaseHandle(settings), script: 'insert into t values (1); select pg_sleep(600)', scriptArgument: [] },
    { ...attempt.context, log },
  )
  await expect(running).rejects.toThrow('canceled')
  await run('truncate t') // waits for whoever still holds the table
})

describe('statements', () => {
  test.each([
    ['postgresql', `select ';' ; select ";" ; select $$;$$ ; select $a$;$$;$a$ ; select e'\\';' /*;*/ -- ;`, 5],
    ['mysql', `select ';\\';' ; select ";" ; select \`;\` # ;\n; -- ;\n ; /*;*/ select 1`, 4],
    ['postgresql', ' ; ;; -- nothing\n', 0],
  ] as const)('of %s are cut at the semicolons that end them: %s', (dialect, script, count) => {
    expect(splitStatements(script, dialect)).toHaveLength(count)
  })

  test('must take all the values they are given', () => {
    expect(() => bindScript('select ?', ['1', '2'], 'postgresql')).toThrow(
      'The script has 1 placeholder, but scriptArgument gives 2 values.',
    )
    expect(() => bindScript('select ?, ?', ['1'], 'mysql')).toThrow('The script has 2 placeholders, but scriptArgument gives 1 value.')
    expect(() => bindScript('select $2', ['1', '2'], 'postgresql')).toThrow('1 placeholder')
    expect(bindScript(`select j ?? 'a', ?, '?'`, ['1'], 'postgresql')).toEqual([{ text: `select j ? 'a', $1, '?'`, values: ['1'] }])
    expect(bindScript(`select j ? 'a'`, [], 'postgresql')).toEqual([{ text: `select j ? 'a'`, values: [] }])
  })
})
