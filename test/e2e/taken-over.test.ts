import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { isRunning } from '../support/processes.ts'
import { startRedis } from '../support/redis.ts'
import { tcpDoor } from '../support/tcp-door.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startUp } from '../support/up.ts'

const rows = 1000
const gate = 7

test('a worker paused beyond its lease in a copy is replaced; when it wakes it changes nothing and ends what it ran', async () => {
  using folder = temporaryFolder()
  await using redis = await startRedis()
  await using database = await testDatabase()
  await using source = await gatedSource(database)
  const [first, pid, file] = ['first', 'pid', 'paused.yaml'].map((name) => join(folder.path, name)) as [string, string, string]
  const hold = `if mkdir ${first}; then echo $$ > ${pid}.new; mv ${pid}.new ${pid}; exec sleep 100000; fi`
  writeFileSync(file, `${source.definition}  hold: { type: ShellCommandActivity, command: "${hold}" }\n`)
  const env = { SLUICE_REDIS_URL: redis.url, SLUICE_DATABASE_URL: database.url, SLUICE_LEASE_MS: '4000' }

  await using paused = startUp([file], { home: join(folder.path, 'one'), env })
  await until(async () => (await source.isAskedFor()) && existsSync(pid), { deadlineMs: 20_000 })
  const child = Number(readFileSync(pid, 'utf8'))
  paused.child.kill('SIGSTOP')
  await source.open()

  await using other = startUp([file], { home: join(folder.path, 'two'), env })
  await until(() => other.endings.length >= 2, { deadlineMs: 30_000 })
  const ended = other.endings.map(({ task, attempt, status }) => `${task} ${attempt} ${status}`)
  expect(ended.toSorted()).toEqual(['copy 2 FINISHED', 'hold 2 FINISHED'])
  expect(isRunning(child)).toBe(true) // its worker sleeps, so nobody has ended it

  paused.child.kill('SIGCONT')
  await until(() => !isRunning(child))
  paused.child.kill('SIGTERM')
  expect((await paused.ended).code).toBe(143)
  for (const ending of paused.endings) expect(ending).toMatchObject({ attempt: 1, status: 'FAILED' })
  other.child.kill('SIGTERM')
  await other.ended
  await expectEachRowOnce(database)
  expect(await attempts(database)).toEqual(['1 FAILED LeaseLost', '1 FAILED LeaseLost', '2 FINISHED', '2 FINISHED'])
})

test('up killed after its rows were committed and before it could say so: the next attempt adds none', async () => {
  using folder = temporaryFolder()
  await using database = await testDatabase()
  await using source = await gatedSource(database)
  const [home, file] = [join(folder.path, 'home'), join(folder.path, 'unsaid.yaml')]
  writeFileSync(file, source.definition)
  const env = { SLUICE_DATABASE_URL: database.url }
  await using killed = startUp([file], { home, env })
  await until(source.isAskedFor, { deadlineMs: 20_000 })
  await source.keeper.query('begin')
  await source.keeper.query('select 1 from sluice.attempts for update')
  await source.open()
  await until(async () => (await query(database.connection, 'select 1 from copied limit 1')).length > 0)
  killed.child.kill('SIGKILL')
  await killed.ended
  // Its report waits on the server for the row, and would still be heard.
  await source.keeper.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluice' and datname = current_database()`,
  )
  await source.keeper.query('rollback')

  await using next = startUp([file], { home, env })
  await until(() => next.endings.length > 0, { deadlineMs: 20_000 })
  expect(next.endings).toEqual([expect.objectContaining({ task: 'copy', attempt: 2, status: 'FINISHED' })])
  await expectEachRowOnce(database)
  expect(await attempts(database)).toEqual(['1 FAILED LeaseLost', '2 FINISHED'])
  next.child.kill('SIGTERM')
  await next.ended
})

/** A table that a copy can read once the gate is open, and the definition of that copy, without `replaceWhere`, up to its activity. */
async function gatedSource({ connection }: TestDatabase): Promise<GatedSource> {
  const door = await tcpDoor(connection)
  await query(connection, `create table source as select n from generate_series(1, ${rows}) as n`)
  const keeper = new pg.Client(connection)
  await keeper.connect()
  await keeper.query(`select pg_advisory_lock(${gate})`)
  const asking = `select 1 from pg_locks l join pg_database d on d.oid = l.database
    where locktype = 'advisory' and objid = ${gate} and not granted and d.datname = current_database()`
  return {
    keeper,
    definition: copyOf(`jdbc:postgresql://127.0.0.1:${door.port}/${connection.database}`, connection.user),
    isAskedFor: async () => (await keeper.query(asking)).rows.length > 0,
    open: async () => void (await keeper.query(`select pg_advisory_unlock(${gate})`)),
    async [Symbol.asyncDispose]() {
      await keeper.end()
      door[Symbol.dispose]()
    },
  }
}

interface GatedSource extends AsyncDisposable {
  readonly definition: string
  /** The session that keeps the gate. */
  readonly keeper: pg.Client
  /** Whether a copy waits at the gate. */
  isAskedFor(): Promise<boolean>
  open(): Promise<void>
}

function copyOf(url: string, user: string): string {
  return `
sluice: 1
name: copying
defaults: { scheduleType: ondemand }
databases:
  shared: { type: JdbcDatabase, connectionString: "${url}", username: ${user}, "*password": none }
dataNodes:
  source:
    type: SqlDataNode
    database: shared
    table: source
    selectQuery: select n from source where (select pg_advisory_lock_shared(${gate})::text) is not null
  copied:
    type: SqlDataNode
    database: shared
    table: copied
    createTableSql: create table if not exists copied (n integer not null)
activities:
  copy: { type: CopyActivity, input: source, output: copied }
`
}

async function expectEachRowOnce({ connection }: TestDatabase): Promise<void> {
  const counted = 'select count(*)::integer as rows, count(distinct n)::integer as different from copied'
  expect(await query(connection, counted)).toEqual([{ rows, different: rows }])
}

async function attempts({ connection }: TestDatabase): Promise<string[]> {
  const said = `select concat_ws(' ', number, status, error_id) as said from sluice.attempts order by 1`
  return (await query<{ said: string }>(connection, said)).map((row) => row.said)
}
