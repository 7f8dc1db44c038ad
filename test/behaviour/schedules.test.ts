/** What spec/behaviour.md says of schedules, section 2, seen from a pipeline that is activated and planned. */
import { expect, test } from 'vitest'
import { cancelInstances } from '../../engine/store/actions.ts'
import { deactivate } from '../../engine/store/commands.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { listPipelines } from '../../engine/store/pipelines.ts'
import { activated, claimAll, daysAgo, finish, planAll, reactivated, runAll, statusByKey } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const shell = "type: ShellCommandActivity, command: 'true'"

interface Row {
  readonly component: string
  readonly start: string
  readonly end: string
}

async function intervals(store: Store, pipelineId: string): Promise<Row[]> {
  const text = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')`
  const { rows } = await store.pool.query<Row>(
    `select component_id as component, ${text('interval_start')} as start, ${text('interval_end')} as end from instances
      where pipeline_id = $1 and status <> 'SCHEDULED' order by interval_start, id`,
    [pipelineId],
  )
  return rows
}

async function stateOf(store: Store, id: string): Promise<string | undefined> {
  return (await listPipelines(store.db, { id }))[0]?.state
}

test('an end that cuts an interval short leaves that one out, whatever the schedule type', async () => {
  await using store = await testStore()
  const ends = `${daysAgo(1).slice(0, 10)}T12:00:00`
  const id = await activated(
    store,
    `
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(3)}, endDateTime: ${ends} } }
defaults: { schedule: daily }
activities: { early: { ${shell}, scheduleType: cron }, late: { ${shell}, scheduleType: timeseries } }`,
  )
  await runAll(store)
  const whole = [3, 2].flatMap((ago) => ['early', 'late'].map((component) => ({ component, start: daysAgo(ago), end: daysAgo(ago - 1) })))
  const found = await intervals(store, id)
  expect(found).toHaveLength(4)
  expect(found).toEqual(expect.arrayContaining(whole))
  expect(await stateOf(store, id)).toBe('FINISHED')
})

test('a schedule that begins at the first activation begins at a whole second, and later activations do not move it', async () => {
  await using store = await testStore()
  const yaml = (command: string) => `
schedules: { daily: { period: 1 day, startAt: FIRST_ACTIVATION_DATE_TIME } }
defaults: { schedule: daily, scheduleType: cron }
activities: { load: { type: ShellCommandActivity, command: '${command}' } }`
  const id = await activated(store, yaml('true'))
  const anchor = async () => (await store.pool.query<{ anchor: Date }>('select anchor from watermarks')).rows[0]!.anchor
  const first = await anchor()
  expect(first.getMilliseconds()).toBe(0)
  expect(await runAll(store)).toHaveLength(1)
  await deactivate(store, id, false)
  await store.pool.query(`update pipelines set first_activation_time = first_activation_time`)
  await reactivated(store, id, yaml('false'))
  expect(await anchor()).toEqual(first)
  expect(await runAll(store)).toEqual([])
})

const onDemand = (more = '', components = `load: { ${shell} }`) =>
  `{ defaults: { scheduleType: ondemand${more} }, activities: { ${components} } }`

test('on demand, maxActiveInstances on Default is how many executions may run at once', async () => {
  await using store = await testStore()
  const yaml = onDemand(', maxActiveInstances: 2')
  const id = await activated(store, yaml)
  await reactivated(store, id, yaml)
  await expect(reactivated(store, id, yaml)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('already runs') })
  const [first] = await claimAll(store)
  await finish(store, [first!])
  await reactivated(store, id, yaml)
  await expect(reactivated(store, id, yaml)).rejects.toMatchObject({ exitCode: 2 })
  expect(Object.values(await statusByKey(store, id)).toSorted()).toEqual(['FINISHED', 'RUNNING', 'WAITING_FOR_RUNNER'])
})

test('on demand, an execution begins and ends at the second of its activation, whatever time is asked for', async () => {
  await using store = await testStore()
  const id = await activated(store, onDemand(), undefined, { from: new Date('2020-01-01T00:00:00Z') })
  const [row] = await intervals(store, id)
  expect(row).toEqual({ component: 'load', start: row!.end, end: row!.start })
  const { rows } = await store.pool.query(`select extract(epoch from now() - interval_start) < 60 as now from instances`)
  expect(rows).toEqual([{ now: true }])
})

test('on demand, a deactivated pipeline can be activated again, and has one execution then', async () => {
  await using store = await testStore()
  const id = await activated(store, onDemand())
  await deactivate(store, id, false)
  expect(await stateOf(store, id)).toBe('INACTIVE')
  await reactivated(store, id, onDemand())
  expect(Object.values(await statusByKey(store, id)).toSorted()).toEqual(['CANCELED', 'WAITING_FOR_RUNNER'])
  expect(await runAll(store)).toHaveLength(1)
  expect(await stateOf(store, id)).toBe('FINISHED')
})

test('on demand, an explicit Schedule with ONDEMAND_PERIOD is accepted', async () => {
  await using store = await testStore()
  const yaml = `
schedules: { now: { period: ONDEMAND_PERIOD, startAt: ONDEMAND_ACTIVATION_TIME } }
defaults: { scheduleType: OnDemand, schedule: now }
activities: { load: { ${shell} } }`
  await activated(store, yaml)
  expect(await runAll(store)).toHaveLength(1)
})

const backfill = (defaults: string, schedule: string, own: string) => `
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(8)}${schedule} } }
defaults: { schedule: daily${defaults} }
activities: { load: { ${shell}${own} } }`

test.each([
  ['nothing is said', '', '', '', 5],
  ['Default says it', ', maxActiveInstances: 2', '', '', 2],
  ['the Schedule says it', '', ', maxActiveInstances: 1', '', 1],
  ['the component says it', '', '', ', maxActiveInstances: 3', 3],
  ['the component and Default say it', ', maxActiveInstances: 2', '', ', maxActiveInstances: 3', 3],
  ['the component and the Schedule say it', '', ', maxActiveInstances: 1', ', maxActiveInstances: 3', 3],
  ['the Schedule and Default say it', ', maxActiveInstances: 2', ', maxActiveInstances: 1', '', 1],
])('how many intervals of a backfill are active at once when %s', async (_, defaults, schedule, own, count) => {
  await using store = await testStore()
  await activated(store, backfill(defaults, schedule, own))
  expect(await planAll(store)).toEqual({ full: true })
  expect(await claimAll(store)).toHaveLength(count)
})

test('what waits counts as active as well: the next interval is made when one has ended, whatever its end', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    `
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(4)} } }
defaults: { schedule: daily, maxActiveInstances: 1, failureAndRerunMode: cascade }
activities: { first: { ${shell}, maximumRetries: 0 }, last: { ${shell}, dependsOn: first } }`,
  )
  expect(await planAll(store)).toEqual({ full: true })
  const [first] = await claimAll(store)
  await finish(store, [first!])
  expect(await planAll(store)).toEqual({ full: true }) // `last` has not ended
  const { rows } = await store.pool.query<{ id: string }>(
    `select id::text from instances where component_id = 'last' and status = 'WAITING_FOR_RUNNER'`,
  )
  await cancelInstances(store.pool, [rows[0]!.id], 'a person asked for it')
  await planAll(store)
  expect(Object.keys(await statusByKey(store, id))).toEqual([4, 3].flatMap((ago) => [`@first_${daysAgo(ago)}`, `@last_${daysAgo(ago)}`]))
})

test('an activation time before the start of the schedule skips nothing', async () => {
  await using store = await testStore()
  const id = await activated(store, backfill('', ', occurrences: 2', ''), undefined, { from: new Date('2020-01-01T00:00:00Z') })
  expect(await runAll(store)).toEqual([8, 7].map((ago) => `@load_${daysAgo(ago)}`))
  expect(Object.values(await statusByKey(store, id))).toEqual(['FINISHED', 'FINISHED'])
})

test('several schedules in one definition each have their intervals', async () => {
  await using store = await testStore()
  await activated(
    store,
    `
schedules:
  daily: { period: 1 day, startDateTime: ${daysAgo(2)}, occurrences: 2 }
  twice: { period: 12 hours, startDateTime: ${daysAgo(1)}, occurrences: 2 }
activities: { a: { ${shell}, schedule: daily }, b: { ${shell}, schedule: twice } }`,
  )
  const noon = `${daysAgo(1).slice(0, 10)}T12:00:00`
  expect((await runAll(store)).toSorted()).toEqual([`@a_${daysAgo(1)}`, `@a_${daysAgo(2)}`, `@b_${daysAgo(1)}`, `@b_${noon}`].toSorted())
})

test('nothing is there of an interval before it is due', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    `
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(1)} }, later: { period: 1 day, startDateTime: ${daysAgo(-2)} } }
defaults: { schedule: daily }
activities: { over: { ${shell} }, begun: { ${shell}, scheduleType: cron }, later: { ${shell}, schedule: later, scheduleType: cron } }`,
  )
  await runAll(store)
  expect(Object.keys(await statusByKey(store, id)).toSorted()).toEqual(
    [`@begun_${daysAgo(0)}`, `@begun_${daysAgo(1)}`, `@over_${daysAgo(1)}`].toSorted(),
  )
})
