import { expect, test } from 'vitest'
import { gridCells } from '../../engine/store/grid.ts'
import { healthOf } from '../../engine/store/health.ts'
import { listInstances, statusCounts } from '../../engine/store/instances.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { listPipelines } from '../../engine/store/pipelines.ts'
import { nextIntervals } from '../../engine/scheduler/next-intervals.ts'
import { pauseComponents } from '../../engine/store/commands.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { activated, claimAll, finish, planAll } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const days = `sluice: 1
name: days
defaults: { scheduleType: timeseries, schedule: daily, maximumRetries: 0 }
schedules: { daily: { startDateTime: 2026-01-01T00:00:00, period: 1 day, occurrences: 4 } }
`

const put = (store: Store, component: string, day: number, status: string, endedAt: number): Promise<unknown> =>
  store.pool.query(
    `update instances set status = $3, actual_end_time = '2026-02-01'::timestamptz + $4 * interval '1 minute'
      where component_id = $1 and interval_start = '2026-01-01T00:00:00Z'::timestamptz + $2 * interval '1 day'`,
    [component, day - 1, status, endedAt],
  )

/** Four days of a, b and c, planned, with any status put. */
async function fourDays(store: Store): Promise<string> {
  const shell = '{ type: ShellCommandActivity, command: "true"'
  const pipelineId = await activated(
    store,
    `${days}preconditions: { p: { type: S3KeyExists, s3Key: s3://b/k } }
activities:
  a: ${shell} }
  b: ${shell}, dependsOn: a }
  c: ${shell}, precondition: p }
`,
  )
  await planAll(store)
  await store.pool.query('alter table instances disable trigger refuse_wrong_step')
  return pipelineId
}

test('health is that of the run of each component that ended last, whatever its interval; SKIPPED counts for nothing', async () => {
  await using store = await testStore()
  const id = await fourDays(store)
  expect(await healthOf(store.db, [id])).toEqual(new Map())
  await put(store, 'a', 1, 'FINISHED', 5)
  await put(store, 'a', 2, 'FAILED', 1)
  await put(store, 'b', 2, 'SKIPPED', 9)
  const first = (await healthOf(store.db, [id])).get(id)
  expect(first).toMatchObject({ health: 'HEALTHY', error: undefined })
  expect([...first!.components.keys()]).toEqual(['a'])
  await put(store, 'b', 1, 'CASCADE_FAILED', 7)
  await put(store, 'c', 3, 'FAILED', 6)
  await put(store, 'p', 3, 'FAILED', 8)
  const second = (await healthOf(store.db, [id, 'df-other'])).get(id)
  expect(second).toMatchObject({
    health: 'ERROR',
    error: { componentId: 'c', status: 'FAILED', interval: new Date('2026-01-03T00:00:00Z') },
  })
  expect(Object.fromEntries([...second!.components].map(([component, { health }]) => [component, health]))).toEqual({
    a: 'HEALTHY',
    b: 'ERROR',
    c: 'ERROR',
  })
})

test('a grid has the newest intervals, HELD apart from places; lists are of the newest too', async () => {
  await using store = await testStore()
  const id = await fourDays(store)
  await store.pool.query(
    `update instances set status = 'SCHEDULED', hold = 'PAUSED' where component_id = 'b' and interval_start = '2026-01-04'`,
  )
  await store.pool.query(`update instances set status = 'SCHEDULED' where component_id = 'a' and interval_start = '2026-01-04'`)
  const show = async (filter: Partial<Parameters<typeof gridCells>[1]>): Promise<string[]> =>
    (await gridCells(store.db, { pipelineId: id, limit: 9, ...filter })).map(
      ({ componentId, interval, status }) => `${componentId} ${interval.getUTCDate()} ${status}`,
    )
  const newest = await show({ limit: 1 })
  expect(newest.toSorted()).toEqual(['b 4 HELD', 'c 4 WAITING_ON_DEPENDENCIES', 'p 4 WAITING_FOR_RUNNER'])
  const daysOf = async (filter: Parameters<typeof show>[0]): Promise<string[]> => [
    ...new Set((await show(filter)).map((text) => text.split(' ')[1]!)),
  ]
  expect(await daysOf({ limit: 2 })).toEqual(['3', '4'])
  expect(await daysOf({ from: new Date('2026-01-02'), to: new Date('2026-01-04') })).toEqual(['2', '3'])
  const listed = await listInstances(store.db, { pipelineId: id, componentId: 'c', limit: 2 })
  expect(listed.map(({ intervalStart }) => intervalStart.getUTCDate())).toEqual([3, 4])
  expect((await listInstances(store.db, { pipelineId: id, componentId: 'p', referrerId: 'c' })).length).toBe(4)
  expect((await statusCounts(store.db, [id])).get(id)).toEqual({ WAITING_FOR_RUNNER: 7, WAITING_ON_DEPENDENCIES: 7 })
  expect((await statusCounts(store.db, [id], 3)).get(id)).toEqual({
    WAITING_FOR_RUNNER: expect.any(Number),
    WAITING_ON_DEPENDENCIES: expect.any(Number),
  })
})

test('the next interval is not due, or due and full, paused, or planned next; the list of pipelines has when', async () => {
  await using store = await testStore()
  const pipelineId = await activated(
    store,
    `${days.replace(', occurrences: 4', '')}activities: { a: { type: ShellCommandActivity, command: "true", maxActiveInstances: 2 } }`,
  )
  const catalog = await loadCatalog()
  const next = (): ReturnType<typeof nextIntervals> => nextIntervals(store, catalog, pipelineId)
  expect(await next()).toMatchObject([{ scheduleId: 'daily', state: 'PLANNED_NEXT', start: new Date('2026-01-01') }])
  await planAll(store)
  expect(await next()).toMatchObject([{ state: 'FULL', start: new Date('2026-01-03'), full: [{ componentId: 'a', active: 2, limit: 2 }] }])
  expect((await listPipelines(store.db))[0]?.nextDue).toEqual(new Date('2026-01-04'))
  await finish(store, await claimAll(store))
  expect(await next()).toMatchObject([{ state: 'PLANNED_NEXT' }])
  await pauseComponents(store, pipelineId, ['a'])
  expect(await next()).toMatchObject([{ state: 'PAUSED' }])
  await store.pool.query(`update watermarks set next_due = now() + interval '1 hour'`)
  expect(await next()).toMatchObject([{ state: 'NOT_DUE' }])
  await store.pool.query(`update pipelines set state = 'INACTIVE'`)
  expect(await next()).toEqual([])
  expect((await listPipelines(store.db, { state: 'INACTIVE' }))[0]?.nextDue).toBeUndefined()
})
