import { expect, test } from 'vitest'
import { pageSize } from '../../engine/lifecycle/planned.ts'
import { planDue, schedulerMemory } from '../../engine/scheduler/scheduler.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { listPipelines } from '../../engine/store/pipelines.ts'
import { markResourceGone, markResourceRunning, takeFinishedResources, takeWantedResources } from '../../engine/store/resources.ts'
import { activated, claimAll, daysAgo, finish, planAll, plannerOf, reactivated, runAll } from '../support/scheduled-pipeline.ts'
import { cloned } from '../support/cloned-pipelines.ts'
import { testStore } from '../support/store.ts'

const daily = (more = '') => `
defaults: { schedule: daily }
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(8)} } }
activities:
  load: { type: ShellCommandActivity, command: 'true'${more} }
`

interface Row {
  component_id: string
  day: string
  status: string
}

async function instances(store: Store, pipelineId: string): Promise<Row[]> {
  const { rows } = await store.pool.query<Row>(
    `select component_id, to_char(interval_start, 'YYYY-MM-DD"T"HH24:MI:SS') as day, status from instances where pipeline_id = $1 order by interval_start, id`,
    [pipelineId],
  )
  return rows
}

test('a backfill makes at most maxActiveInstances at once, oldest first, and the next when one has ended', async () => {
  await using store = await testStore()
  const id = await activated(store, daily(', maxActiveInstances: 2'))
  expect(await planAll(store)).toEqual({ full: true })
  expect((await instances(store, id)).map(({ day }) => day)).toEqual([daysAgo(8), daysAgo(7)])
  const [oldest] = await claimAll(store)
  expect(oldest?.instanceKey).toBe(`@load_${daysAgo(8)}`)
  await finish(store, [oldest!])
  await planAll(store)
  expect((await instances(store, id)).map(({ day }) => day)).toEqual([daysAgo(8), daysAgo(7), daysAgo(6)])
  expect(await runAll(store)).toEqual([6, 5, 4, 3, 2, 1].map((ago) => `@load_${daysAgo(ago)}`))
})

test('without maxActiveInstances it is five', async () => {
  await using store = await testStore()
  const id = await activated(store, daily())
  await planAll(store)
  expect(await instances(store, id)).toHaveLength(5)
})

test('ten schedulers at once make each instance once', async () => {
  await using store = await testStore()
  const id = await activated(store, daily(', maxActiveInstances: 100'))
  const errors: unknown[] = []
  await Promise.all(Array.from({ length: 10 }, () => planAll(store, errors)))
  expect(errors).toEqual([])
  expect((await instances(store, id)).map(({ day }) => day)).toEqual([8, 7, 6, 5, 4, 3, 2, 1].map(daysAgo))
  expect(await claimAll(store)).toHaveLength(8)
})

test('ten schedulers at once plan schedules that keep places for each other', async () => {
  await using store = await testStore()
  const id = await activated(store, hourlyAndDaily())
  const errors: unknown[] = []
  await Promise.all(Array.from({ length: 10 }, () => planAll(store, errors)))
  expect(errors).toEqual([])
  const rows = await instances(store, id)
  expect(rows.filter(({ component_id: component }) => component === 'part')).toHaveLength(48)
  await runAll(store)
  expect(new Set((await instances(store, id)).map(({ status }) => status))).toEqual(new Set(['FINISHED']))
})

test('a plan that breaks off in the middle leaves nothing, is told, and keeps no other pipeline from being planned', async () => {
  await using store = await testStore()
  const broken = await activated(store, daily().replace('load:', 'broken:'))
  const well = await activated(store, daily())
  await store.pool.query(
    `create function refuse() returns trigger language plpgsql as $$ begin if new.component_id = 'broken' then raise 'no room'; end if; return new; end $$`,
  )
  await store.pool.query('create trigger refuse after insert on instances for each row execute function refuse()')
  const errors: unknown[] = []
  await planAll(store, errors)
  expect(String(errors[0])).toContain(`The schedule daily of pipeline ${broken} cannot be planned: no room`)
  expect(await instances(store, broken)).toEqual([])
  expect(await instances(store, well)).toHaveLength(5)
  await store.pool.query('drop trigger refuse on instances')
  await planAll(store)
  expect(await instances(store, broken)).toHaveLength(5)
})

test('a pipeline is FINISHED when its schedules are over and all has ended, also while another waits for room', async () => {
  await using store = await testStore()
  await activated(store, daily(', maxActiveInstances: 1, workerGroup: nobody'))
  const id = await activated(store, daily().replace('period: 1 day', 'period: 1 day, occurrences: 2'))
  expect(await runAll(store)).toHaveLength(2)
  expect((await listPipelines(store.db, { id }))[0]?.state).toBe('FINISHED')
})

test('a schedule that a new version has no more, or ends earlier, is not followed, and the pipeline can finish', async () => {
  await using store = await testStore()
  const gone = await activated(store, daily(', maxActiveInstances: 1'))
  await reactivated(store, gone, daily().replaceAll('daily', 'weekly').replace('1 day', '3 days, occurrences: 2'))
  const shortened = await activated(store, daily(', maxActiveInstances: 1'))
  await planAll(store)
  await reactivated(store, shortened, daily().replace('1 day', '1 day, occurrences: 1'))
  await runAll(store)
  expect((await listPipelines(store.db)).map(({ state }) => state)).toEqual(['FINISHED', 'FINISHED'])
  expect((await instances(store, gone)).map(({ day }) => day)).toEqual([daysAgo(8), daysAgo(5)])
  expect(await instances(store, shortened)).toHaveLength(1)
})

function hourlyAndDaily(): string {
  return `
schedules:
  hourly: { period: 1 hour, startDateTime: ${daysAgo(2)}, occurrences: 48 }
  daily: { period: 1 day, startDateTime: ${daysAgo(2)}, occurrences: 2 }
defaults: { maxActiveInstances: 100 }
activities:
  sum: { type: ShellCommandActivity, command: 'true', schedule: daily, dependsOn: part }
  part: { type: ShellCommandActivity, command: 'true', schedule: hourly, dependsOn: open }
  open: { type: ShellCommandActivity, command: 'true', schedule: daily }
`
}

test('a daily run waits for the 24 hourly ones of its day, and they for that day’s first step', async () => {
  await using store = await testStore()
  await activated(store, hourlyAndDaily())
  const ran = await runAll(store)
  expect(ran.filter((key) => key.startsWith('@open'))).toHaveLength(2)
  expect(ran.filter((key) => key.startsWith('@part'))).toHaveLength(48)
  expect(ran.slice(-2)).toEqual([`@sum_${daysAgo(2)}`, `@sum_${daysAgo(1)}`])
})

test('a run of one instant skips what no schedule of it reaches, and ends', async () => {
  await using store = await testStore()
  const id = await activated(store, hourlyAndDaily(), { at: new Date(`${daysAgo(2)}Z`) })
  const ran = await runAll(store)
  expect(ran).toEqual([`@open_${daysAgo(2)}`, `@part_${daysAgo(2)}`, `@sum_${daysAgo(2)}`])
  const skipped = (await instances(store, id)).filter(({ status }) => status === 'SKIPPED')
  expect(skipped).toHaveLength(23)
  expect((await listPipelines(store.db, { id }))[0]?.state).toBe('FINISHED')
})

test('on demand, each activation is one execution, refused while as many run as may', async () => {
  await using store = await testStore()
  const yaml = `{ defaults: { scheduleType: ondemand }, activities: { load: { type: ShellCommandActivity, command: 'true' } } }`
  const id = await activated(store, yaml)
  await expect(reactivated(store, id, yaml)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('already runs') })
  const first = await runAll(store)
  expect((await listPipelines(store.db, { id }))[0]?.state).toBe('FINISHED')
  await reactivated(store, id, yaml)
  const second = await runAll(store)
  expect(new Set([...first, ...second]).size).toBe(2) // also within one second
})

const machineOf = (resource: string, activity: string) => `
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(0)} } }
defaults: { schedule: daily }
resources: { m: { type: Ec2Resource${resource} } }
activities: { a: { type: ShellCommandActivity, command: 'true', runsOn: m${activity} } }`

/** Today’s interval has begun and not ended. */
test.each([
  ['timeseries', machineOf('', ''), ['m']],
  ['timeseries, said on the resource', machineOf(', scheduleType: timeseries', ''), ['m']],
  ['cron on the activity', machineOf('', ', scheduleType: cron'), ['a', 'm']],
])('a resource is there from the start of its interval, whatever the schedule type: %s', async (_, yaml, expected) => {
  await using store = await testStore()
  const id = await activated(store, yaml)
  await planAll(store)
  const rows = await instances(store, id)
  expect(rows.map(({ component_id: component }) => component).toSorted()).toEqual(expected)
  expect(rows.find(({ component_id: component }) => component === 'm')).toMatchObject({
    day: daysAgo(0),
    status: 'WAITING_ON_DEPENDENCIES',
  })
  await takeFinishedResources(store.pool)
  expect((await instances(store, id)).find(({ component_id: component }) => component === 'm')?.status).toBe('WAITING_ON_DEPENDENCIES')
})

test('a resource without a schedule follows the first that runs on it', async () => {
  await using store = await testStore()
  const own = machineOf('', ', schedule: daily').replace('defaults: { schedule: daily }\n', '')
  const id = await activated(store, own)
  await planAll(store)
  expect(await instances(store, id)).toEqual([{ component_id: 'm', day: daysAgo(0), status: 'WAITING_ON_DEPENDENCIES' }])
})

test('what runs on a resource that was planned before it is put on that very one', async () => {
  await using store = await testStore()
  const id = await activated(store, machineOf('', '').replace(daysAgo(0), daysAgo(1)).replace('1 day', '1 day, occurrences: 1'))
  await planAll(store)
  const { rows } = await store.pool.query(
    `select a.component_id as on, m.component_id as machine, m.used_by from instances a join instances m on m.id = a.resource_id where a.pipeline_id = $1`,
    [id],
  )
  expect(rows).toEqual([{ on: 'a', machine: 'm', used_by: ['daily timeseries'] }])
  expect(await instances(store, id)).toHaveLength(2)
})

test('a `sluice run` has the resources of its own interval only', async () => {
  await using store = await testStore()
  const id = await activated(store, machineOf('', '').replace(daysAgo(0), daysAgo(2)), {})
  await planAll(store)
  expect((await instances(store, id)).map(({ component_id: component, day }) => `${component} ${day}`).toSorted()).toEqual([
    `a ${daysAgo(1)}`,
    `m ${daysAgo(1)}`,
  ])
})

test('machines of later intervals, made for a rhythm that is ahead, are not in the way of an earlier interval that they wait for', async () => {
  await using store = await testStore()
  const text = `
sluice: 1
name: test
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(12)}, occurrences: 12 } }
defaults: { schedule: daily }
resources: { machine: { type: Ec2Resource, terminateAfter: 1 hour } }
activities:
  early: { type: ShellCommandActivity, command: 'true', scheduleType: timeseries, runsOn: machine }
  late: { type: ShellCommandActivity, command: 'true', scheduleType: cron, dependsOn: early, runsOn: machine }
`
  const id = await activated(store, text)
  for (let idle = 0; idle < 2;) {
    await planAll(store)
    const made = await takeWantedResources(store.pool)
    for (const machine of made) await markResourceRunning(store.pool, machine, 'i-1')
    const tasks = await claimAll(store)
    await finish(store, tasks)
    for (const machine of await takeFinishedResources(store.pool)) if (machine.providerId) await markResourceGone(store.pool, machine)
    idle = made.length + tasks.length > 0 ? 0 : idle + 1
  }
  const { rows } = await store.pool.query(
    `select component_id as task, status, count(*)::int from instances where pipeline_id = $1 group by 1, 2 order by 1`,
    [id],
  )
  expect(rows).toEqual([
    { task: 'early', status: 'FINISHED', count: 12 },
    { task: 'late', status: 'FINISHED', count: 12 },
    { task: 'machine', status: 'FINISHED', count: 12 },
  ])
})

test('more schedules that have no room than one look finds keep none behind them from being planned, and go on when they have room', async () => {
  await using store = await testStore()
  const full = await activated(store, daily(', maxActiveInstances: 1'))
  await planAll(store)
  await cloned(store, full, pageSize + 100)
  const late = await activated(store, daily().replace(daysAgo(8), daysAgo(2)))
  const options = await plannerOf(store)
  const memory = schedulerMemory(options)
  for (let looks = 0; looks < 3; looks++) expect(await planDue(options, memory)).toMatchObject({ full: true })
  expect((await instances(store, late)).map(({ day }) => day)).toEqual([daysAgo(2), daysAgo(1)])
  await finish(
    store,
    (await claimAll(store)).filter(({ pipelineId }) => pipelineId === full),
  )
  for (let looks = 0; looks < 6; looks++) await planDue(options, memory)
  expect((await instances(store, full)).map(({ day }) => day)).toEqual([daysAgo(8), daysAgo(7)])
})
