import { afterAll, expect, test } from 'vitest'
import { cancelRuns } from '../../engine/cli/store/cancel-runs.ts'
import { finishRuns } from '../../engine/cli/store/finish-runs.ts'
import { rerunRuns } from '../../engine/cli/store/rerun-runs.ts'
import { showLogs } from '../../engine/cli/store/show-logs.ts'
import { showRuns, type RunsOptions } from '../../engine/cli/store/show-runs.ts'
import { showWhy, type WhyOptions } from '../../engine/cli/store/show-why.ts'
import { deactivate, pauseComponents } from '../../engine/store/commands.ts'
import { announceWorker } from '../../engine/store/workers.ts'
import { jsonLines } from '../support/cli.ts'
import { activated, claimAll, finish, planAll, statusByKey } from '../support/scheduled-pipeline.ts'
import { silentTerminal } from '../support/silent-terminal.ts'
import { testStore } from '../support/store.ts'

const store = await testStore()
afterAll(() => store[Symbol.asyncDispose]())

const shell = 'type: ShellCommandActivity, command: "true"'
const yaml = (most: number, activities: string): string => `sluice: 1
name: chain
defaults: { scheduleType: timeseries, schedule: daily, maximumRetries: 0, maxActiveInstances: ${most} }
schedules: { daily: { startDateTime: 2026-01-01T00:00:00, period: 1 day, occurrences: 5 } }
preconditions: { arrived: { type: S3KeyExists, s3Key: s3://b/k } }
activities:
${activities}
`

async function why(pipeline: string, more: Partial<WhyOptions> = {}): Promise<readonly string[]> {
  const terminal = silentTerminal()
  await showWhy(store, { pipeline, task: undefined, interval: undefined, json: false, ...more }, terminal)
  return terminal.lines
}

async function runs(pipeline: string | undefined, more: Partial<RunsOptions> = {}): Promise<readonly string[]> {
  const terminal = silentTerminal()
  const options = { pipeline, json: false, limit: undefined, state: undefined, from: undefined, to: undefined, view: undefined, ...more }
  await showRuns(store, options, terminal)
  return terminal.lines
}

test('why of a task goes to the root cause; of a pipeline it tells equal reasons once, root causes first', async () => {
  const id = await activated(
    store,
    yaml(5, `  report: { ${shell}, dependsOn: load }\n  load: { ${shell}, dependsOn: extract }\n  extract: { ${shell} }`),
  )
  await pauseComponents(store, id, ['extract'])
  await planAll(store)
  expect(await why(id, { task: 'report', interval: new Date('2026-01-03') })).toEqual([
    `test ${id} SCHEDULED`,
    expect.stringMatching(
      /^ {2}2026-01-03 {2}report waits since [^,]* for load, which waits for extract, which is paused: this interval, due at 2026-01-04 00:00:00 UTC, is kept until it is resumed\.$/,
    ),
    `    -> sluice resume ${id} extract`,
  ])
  expect((await why(id)).map((line) => line.replace(/ since .*?\)/, ''))).toEqual([
    `test ${id} SCHEDULED`,
    '  5 intervals from 2026-01-01 to 2026-01-05:  extract is paused: this interval, due at 2026-01-02 00:00:00 UTC, is kept until it is resumed.',
    `    -> sluice resume ${id} extract`,
    '  5 intervals from 2026-01-01 to 2026-01-05:  load waits for extract.',
    '  5 intervals from 2026-01-01 to 2026-01-05:  report waits for load.',
  ])
  const told = jsonLines((await why(id, { json: true })).join('\n'))
  expect(told).toHaveLength(15)
  expect(told.find(({ task }) => task === 'report')).toMatchObject({
    code: 'DEPENDENCY',
    object: 'load',
    root: { task: 'extract', code: 'PAUSED' },
    since: expect.any(String),
    command: `sluice resume ${id} extract`,
  })
  expect((await runs(id)).slice(0, 2)).toEqual([`test ${id} SCHEDULED`, '  paused: extract'])
  expect((await runs(id, { view: 'grid' })).slice(3, 6)).toEqual([
    '    extract (paused)  hhhhh',
    '    load              wwwww',
    '    report            wwwww',
  ])
  await deactivate(store, id, true)
  expect(await why(id, { task: 'extract', interval: new Date('2026-01-01') })).toEqual([
    `test ${id} DEACTIVATING`,
    '  2026-01-01  extract is kept for later: the pipeline is DEACTIVATING, and plans no intervals until it is activated again.',
    `    -> sluice activate ${id}`,
  ])
})

test('what guards a paused task is kept with it, and resumed by that', async () => {
  const id = await activated(store, yaml(5, `  a: { ${shell}, precondition: arrived }\n  b: { ${shell} }`))
  await pauseComponents(store, id, ['a'])
  await planAll(store)
  expect((await why(id, { task: 'arrived', interval: new Date('2026-01-02') })).slice(1)).toEqual([
    '  2026-01-02  arrived is kept, since a is paused.',
    `    -> sluice resume ${id} a`,
  ])
})

test('when all tasks are paused nothing is planned, which why says', async () => {
  const id = await activated(store, yaml(5, `  only: { ${shell} }`))
  await pauseComponents(store, id, ['only'])
  await planAll(store)
  for (const task of [undefined, 'only'])
    expect((await why(id, { task })).slice(1)).toEqual([
      '  No interval has begun yet.',
      '  The next interval of daily (2026-01-01) was due at 2026-01-02 00:00:00 UTC, but all its tasks are paused.',
      `    -> sluice resume ${id}`,
    ])
})

test('why of a pipeline says who takes the room that the next interval waits for', async () => {
  const id = await activated(store, yaml(1, `  extract: { ${shell} }\n  load: { ${shell}, workerGroup: nobody, dependsOn: extract }`))
  await announceWorker(store.pool, { workerId: 'w1', hostname: 'here', groups: ['default'] })
  await planAll(store)
  await finish(store, await claimAll(store))
  expect(await why(id)).toEqual([
    `test ${id} SCHEDULED`,
    '  2026-01-01  load is ready, but no live worker serves the group nobody: served are default.',
    '    -> sluice up',
    '  The next interval of daily (2026-01-02) was due at 2026-01-03 00:00:00 UTC and waits for room: load has 1 of 1 runs active, as maxActiveInstances allows. The oldest, 2026-01-01: load is ready, but no live worker serves the group nobody: served are default.',
    '    -> sluice up',
  ])
  expect(jsonLines((await why(id, { json: true })).join('\n')).at(-1)).toMatchObject({
    code: 'MAX_ACTIVE',
    object: 'load',
    schedule: 'daily',
  })
})

test('a precondition of several is named with what it guards, which every command takes', async () => {
  const id = await activated(
    store,
    yaml(5, `  a: { ${shell}, precondition: arrived }\n  b: { ${shell}, precondition: arrived }`).replace(
      ', occurrences: 5',
      ', occurrences: 1',
    ),
  )
  await planAll(store)
  const interval = undefined
  const status = async (guarded: string): Promise<string | undefined> =>
    (await statusByKey(store, id))[`@arrived_${guarded}_2026-01-01T00:00:00`]
  expect((await why(id, { task: 'a' }))[1]).toMatch(/a waits .* until the precondition arrived of a is true, which is ready/)
  expect((await why(id, { task: 'arrived/a' })).filter((line) => line.includes('arrived'))).toHaveLength(1)
  const common = { pipeline: id, interval, yes: true, json: false }
  await finishRuns(store, { ...common, task: 'arrived/a' }, silentTerminal())
  expect([await status('a'), await status('b')]).toEqual(['FINISHED', 'WAITING_FOR_RUNNER'])
  await cancelRuns(store, { ...common, task: 'arrived/b' }, silentTerminal())
  expect(await status('b')).toBe('CANCELED')
  await rerunRuns(store, { ...common, task: 'arrived/b', downstream: false }, silentTerminal())
  expect(await status('b')).toBe('WAITING_FOR_RUNNER')
  await showLogs(store, '/nowhere', { pipeline: id, task: 'arrived/b', files: [] }, silentTerminal())
  await expect(finishRuns(store, { ...common, task: 'arrived/c' }, silentTerminal())).rejects.toMatchObject({
    message: 'arrived guards a, b, not "c".',
    exitCode: 2,
  })
  await expect(finishRuns(store, { ...common, task: 'a/b' }, silentTerminal())).rejects.toMatchObject({
    message: 'a is no precondition.',
    hint: 'Say a.',
  })
})

test('runs lists the pipelines of a state, with health and next interval', async () => {
  const id = await activated(store, yaml(1, `  only: { ${shell} }`))
  await planAll(store)
  await finish(store, await claimAll(store))
  const lines = await runs(undefined, { state: 'SCHEDULED', limit: 1 })
  expect(lines[0]).toMatch(/^PIPELINE +NAME +STATE +HEALTH +NEXT DUE \(UTC\)/)
  expect(lines[1]).toMatch(new RegExp(`^${id} +test +SCHEDULED +HEALTHY +2026-01-03 00:00:00`))
  expect(jsonLines((await runs(undefined, { json: true, limit: 1 })).join('\n'))).toMatchObject([
    { health: 'HEALTHY', nextDue: '2026-01-03T00:00:00.000Z' },
  ])
  expect(await runs(undefined, { state: 'INACTIVE' })).toEqual(['No pipeline is INACTIVE.'])
  await store.pool.query(`alter table instances disable trigger refuse_wrong_step`)
  await store.pool.query(`update instances set status = 'FAILED' where pipeline_id = $1`, [id])
  expect((await runs(id))[0]).toBe(`test ${id} SCHEDULED ERROR: only 2026-01-01 FAILED`)
  const grid = jsonLines((await runs(id, { json: true, view: 'grid' })).join('\n'))
  expect(grid).toEqual([{ pipelineId: id, interval: '2026-01-01T00:00:00.000Z', tasks: [{ task: 'only', status: 'FAILED' }] }])
})
