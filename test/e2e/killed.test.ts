import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { homeRows, leftInWork, processesOf } from '../support/home.ts'
import { startUp, type RunningUp, type SaidEnding } from '../support/up.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

const intervals = 60
const rowsEach = 50

/** Sixty hours, each a file that a command writes and a copy appends to a table: only the ledger keeps a second copy out. */
const backfill = `
sluice: 1
name: backfill
defaults: { scheduleType: timeseries, schedule: hourly, maximumRetries: 5, retryDelay: 1 second }
schedules: { hourly: { period: 1 hour, startDateTime: 2020-01-01T00:00:00, occurrences: ${intervals} } }
databases: { target: { type: JdbcDatabase, connectionString: embedded:target } }
dataFormats: { csv: { type: CSV, column: [hour STRING, part INT] } }
dataNodes:
  lines: { type: S3DataNode, directoryPath: "s3://lines/#{format(@scheduledStartTime,'YYYY-MM-dd-HH')}/", dataFormat: csv }
  table:
    type: SqlDataNode
    database: target
    table: lines
    createTableSql: create table if not exists lines (hour text not null, part integer not null)
activities:
  write:
    type: ShellCommandActivity
    stage: true
    output: lines
    command: |
      for n in $(seq ${rowsEach}); do echo "#{format(@scheduledStartTime,'YYYY-MM-dd HH')},$n"; done > "$OUTPUT1_STAGING_DIR/lines.csv"
      sleep 0.2
  load: { type: CopyActivity, input: lines, output: table }
`

test('up that is killed with -9 three times in a backfill finishes it: no row lost or doubled, nothing left behind', async () => {
  using folder = temporaryFolder()
  const home = join(folder.path, 'home')
  const file = join(folder.path, 'backfill.yaml')
  writeFileSync(file, backfill)
  const said: SaidEnding[] = []
  for (const loads of [12, 24, 36]) {
    await using up = startUp([file], { home })
    await until(() => loadsIn([...said, ...up.endings]) >= loads, { deadlineMs: 40_000 })
    up.child.kill('SIGKILL')
    await up.ended
    said.push(...up.endings)
    await until(() => processesOf(home, up.child.pid).length === 0)
  }
  await using up = startUp([file], { home })
  await up.shows(/"event":"up"/)
  await until(() => isFinished(home), { deadlineMs: 40_000 })
  expect(await countedRows(home)).toEqual(eachOnce)
  const [runs] = await homeRows(home, 'sluice', runsOnce)
  expect(runs).toEqual({ instances: 2 * intervals, once: 2 * intervals, taken_back: expect.any(Number), waited_for_lease: 0 })
  expect(runs?.taken_back, 'a kill must have hit something').toBeGreaterThan(0)
  await expectCleanStop(home, up)
})

test('up whose PostgreSQL is killed with -9 twice in a backfill goes on by itself: no row lost or doubled', async () => {
  using folder = temporaryFolder()
  const home = join(folder.path, 'home')
  const file = join(folder.path, 'backfill.yaml')
  writeFileSync(file, backfill)
  await using up = startUp([file], { home })
  for (const loads of [15, 35]) {
    await until(() => loadsIn(up.endings) >= loads, { deadlineMs: 40_000 })
    const server = serverOf(home)
    process.kill(server, 'SIGKILL')
    await until(() => serverOf(home) > 0 && serverOf(home) !== server, { deadlineMs: 20_000 })
  }
  await until(() => loadsIn(up.endings) >= intervals, { deadlineMs: 40_000 })
  expect(await countedRows(home)).toEqual(eachOnce)
  await expectCleanStop(home, up)
})

/** The process id of the home's PostgreSQL; NaN while there is none. */
function serverOf(home: string): number {
  try {
    return Number(readFileSync(join(home, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0])
  } catch {
    return NaN
  }
}

const eachOnce = { rows: intervals * rowsEach, different: intervals * rowsEach }

async function countedRows(home: string): Promise<unknown> {
  const counted = 'select count(*)::integer as rows, count(distinct (hour, part))::integer as different from lines'
  return (await homeRows(home, 'target', counted))[0]
}

async function expectCleanStop(home: string, up: RunningUp): Promise<void> {
  up.child.kill('SIGTERM')
  expect((await up.ended).code).toBe(143)
  expect(leftInWork(home)).toEqual([])
  await until(() => processesOf(home, up.child.pid).length === 0)
}

/** Instances of activities, those with exactly one attempt that finished, attempts that died with their worker, and those of them that were
 *  only given up when the lease of half a minute was over. */
const runsOnce = `
  select count(*)::integer as instances, count(*) filter (where status = 'FINISHED' and finished = 1)::integer as once,
    sum(lost)::integer as taken_back, sum(late)::integer as waited_for_lease
  from sluice.instances i, lateral (
    select count(*) filter (where a.status = 'FINISHED') as finished, count(*) filter (where error_id = 'LeaseLost') as lost,
      count(*) filter (where error_id = 'LeaseLost' and end_time - start_time > interval '30 seconds') as late
    from sluice.attempts a where a.instance_id = i.id
  ) of_attempts where family = 'activity'`

function loadsIn(endings: readonly SaidEnding[]): number {
  return endings.filter(({ task, status }) => task === 'load' && status === 'FINISHED').length
}

async function isFinished(home: string): Promise<boolean> {
  const [pipeline] = await homeRows<{ state: string }>(home, 'sluice', 'select state from sluice.pipelines')
  return pipeline?.state === 'FINISHED'
}
