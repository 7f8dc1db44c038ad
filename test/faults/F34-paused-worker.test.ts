import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { query, testDatabase } from '../support/postgres.ts'
import { isRunning } from '../support/processes.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startCluster } from './rig/cluster.ts'
import { atGate, gatedDatabase } from './rig/gated-database.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'

const rows = 1000

/** A task for each phase: in a command, in the middle of a copy, of one that has deleted what it replaces, of a script that holds a row, and
 *  after all rows and their record in the ledger, before the commit. */
const activities = (hold: string): string => `
dataNodes:
  source: { type: SqlDataNode, database: shared, table: source, selectQuery: "select n from source where ${atGate}" }
  free: { type: SqlDataNode, database: shared, table: source, selectQuery: select n from source }
  copied: { type: SqlDataNode, database: shared, table: copied }
  replaced: { type: SqlDataNode, database: shared, table: replaced, replaceWhere: n > 0 }
  published: { type: SqlDataNode, database: shared, table: published }
activities:
  hold: { type: ShellCommandActivity, command: "${hold}" }
  copy: { type: CopyActivity, input: source, output: copied }
  replace: { type: CopyActivity, input: source, output: replaced }
  publish: { type: CopyActivity, input: free, output: published }
  script: { type: SqlActivity, database: shared, script: "update counted set n = n + 1; select 1 where ${atGate}" }
`

const tables = `
  create table source as select n from generate_series(1, ${rows}) as n;
  create table copied (n integer not null); create table replaced (n integer not null); create table published (n integer not null);
  insert into replaced values (1); create table counted as select 0 as n;
  create table sluice_ledger (target text not null, publish_key text not null, attempt_key text not null, row_count bigint,
    published_time timestamptz not null default now(), primary key (target, publish_key));
  create function wait_at_gate() returns trigger language plpgsql as $$ begin perform 1 where ${atGate}; return new; end $$;
  create trigger gate after insert on sluice_ledger for each row when (new.target like '%published%') execute function wait_at_gate();`

test('F34: a worker paused beyond its lease, in whatever phase: the second attempts win; when it wakes it publishes and reports nothing, and ends what it ran', async () => {
  using folder = temporaryFolder()
  await using database = await testDatabase()
  await using gate = await gatedDatabase(database)
  await query(database.connection, tables)
  const [first, pid, file] = ['first', 'pid', 'paused.yaml'].map((name) => join(folder.path, name)) as [string, string, string]
  const hold = `if mkdir ${first}; then echo $$ > ${pid}.new; mv ${pid}.new ${pid}; exec sleep 100000; fi`
  writeFileSync(file, `sluice: 1\nname: paused\ndefaults: { scheduleType: ondemand }\n${gate.definition}\n${activities(hold)}`)
  const env = { SLUICE_DATABASE_URL: database.url, SLUICE_LEASE_MS: '4000' }
  await using cluster = await startCluster({ folder: folder.path, env })
  const paused = cluster.workers[0]!
  await watchSteps(database.connection)
  await cluster.command('apply', file)
  await until(async () => (await gate.waiting()) === 4 && existsSync(pid), { deadlineMs: 30_000 })
  const child = Number(readFileSync(pid, 'utf8'))

  paused.kill('SIGSTOP')
  await gate.open()
  await gate.keeper.query('select pg_advisory_lock(8)') // another's, who is not to be ended
  const other = await cluster.add('worker')
  await until(() => other.endings.length >= 5, { deadlineMs: 60_000 })
  const ended = other.endings.map(({ task, attempt, status }) => `${task} ${attempt} ${status}`)
  expect(ended.toSorted()).toEqual(['copy 2 FINISHED', 'hold 2 FINISHED', 'publish 2 FINISHED', 'replace 2 FINISHED', 'script 2 FINISHED'])
  expect(isRunning(child)).toBe(true) // its worker sleeps, so nobody has ended it

  paused.kill('SIGCONT')
  await until(() => !isRunning(child))
  paused.kill('SIGTERM')
  expect((await paused.ended).code).toBe(143)
  for (const ending of paused.endings) expect(ending).toMatchObject({ attempt: 1, status: 'FAILED' })
  for (const table of ['copied', 'replaced', 'published'])
    expect(
      await query(database.connection, `select count(*)::integer as rows, count(distinct n)::integer as different from ${table}`),
    ).toEqual([{ rows, different: rows }])
  expect(await query(database.connection, 'select n from counted')).toEqual([{ n: 1 }])
  const wrong = `select * from sluice_ledger l where not exists (select 1 from sluice.attempts a where a.status = 'FINISHED' and l.attempt_key = 'a' || a.id || '_' || a.fence)`
  expect(await query(database.connection, wrong)).toEqual([])
  const attempts = `select number, status, error_id as "errorId", count(*)::integer as count from sluice.attempts group by 1, 2, 3 order by 1`
  expect(await query(database.connection, attempts)).toEqual([
    { number: 1, status: 'FAILED', errorId: 'LeaseLost', count: 5 },
    { number: 2, status: 'FINISHED', errorId: null, count: 5 },
  ])
  expect((await gate.keeper.query('select pg_advisory_unlock(8) as held')).rows).toEqual([{ held: true }])
  await expectInvariants(database.connection)
}, 180_000)
