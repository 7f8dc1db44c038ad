import { expect, test } from 'vitest'
import { healthOf } from '../../engine/store/health.ts'
import { failedDependency, rerun, rerunSet } from '../../engine/store/commands.ts'
import { listInstances } from '../../engine/store/instances.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { lastPurge, purgeHistory } from '../../engine/store/purge.ts'
import { listWindows, tendWindows } from '../../engine/store/windows.ts'
import { readRetention } from '../../engine/support/retention.ts'
import { beginWindowOn, onDay, purgeOn } from '../support/history.ts'
import { heldOpen, someoneWaits } from '../support/held-open.ts'
import { plannedGraph, statuses } from '../support/planned-graph.ts'
import { activated, claimAll, finish, planAll, runAll } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'
import { until } from '../support/until.ts'

/** A pipeline whose one interval has run to its end. Returns its id. */
async function ranOnce(store: Store): Promise<string> {
  const id = await plannedGraph(store, [{ component: 'a' }, { component: 'b' }], [['a', 'b']])
  await runAll(store)
  return id
}

async function counts(store: Store): Promise<Record<string, number>> {
  const { rows } = await store.pool.query<Record<string, number>>(
    `select (select count(*)::int from instances) as instances, (select count(*)::int from attempts) as attempts, (select count(*)::int from dependencies) as dependencies`,
  )
  return rows[0]!
}

test('a window begins when its time is over; ids go on in the next one, whose tables are made ahead', async () => {
  await using store = await testStore()
  const [hour, span] = [3_600_000, { spanMs: 24 * 3_600_000 }]
  await ranOnce(store)
  const from = (await listWindows(store.pool))[0]!.beginTime!.getTime()
  expect(await tendWindows(store.pool, span, new Date(from + 23 * hour))).toBeUndefined()
  expect(await tendWindows(store.pool, span, new Date(from + 24 * hour))).toBe(1)
  expect(await tendWindows(store.pool, span, new Date(from + 47 * hour))).toBeUndefined()
  const windows = await listWindows(store.pool)
  expect(windows.map(({ number, beginTime, endTime }) => [number, beginTime?.getTime(), endTime?.getTime()])).toEqual([
    [0, from, from + 24 * hour],
    [1, from + 24 * hour, undefined],
    [2, undefined, undefined],
  ])
  await ranOnce(store)
  const { rows } = await store.pool.query(
    'select tableoid::regclass::text as part, count(*)::int as n from instances group by 1 order by 1',
  )
  expect(rows).toEqual([
    { part: 'instances_w0', n: 2 },
    { part: 'instances_w1', n: 2 },
  ])
})

test('a window begins once who has ids of the one before has stored them', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 'a' }], [])
  const storing = await heldOpen(store.pool, (client) => client.query(`insert into events (pipeline_id, kind) values ($1, 'PAUSED')`, [id]))
  const beginning = tendWindows(store.pool, { spanMs: -Infinity })
  await someoneWaits(store.pool)
  await storing.commit()
  expect(await beginning).toBe(1)
  const { rows } = await store.pool.query(`select tableoid::regclass::text as part from events where kind = 'PAUSED'`)
  expect(rows).toEqual([{ part: 'events_w0' }])
})

test('a window that has grown large enough ends before its time', async () => {
  await using store = await testStore()
  await ranOnce(store)
  expect(await tendWindows(store.pool, { spanMs: 1e12, bytes: 1e9 })).toBeUndefined()
  expect(await tendWindows(store.pool, { spanMs: 1e12, bytes: 1000 })).toBe(1)
})

test('ten servers that tend the windows at once begin one', async () => {
  await using store = await testStore()
  const at = onDay(2)
  const begun = await Promise.all(Array.from({ length: 10 }, () => tendWindows(store.pool, { spanMs: 86_400_000 }, at)))
  expect(begun.filter((number) => number !== undefined)).toEqual([1])
  expect((await listWindows(store.pool)).map(({ number }) => number)).toEqual([0, 1, 2])
})

test('what is older than the retention goes in one piece; what is younger stays; a person can read when and why', async () => {
  await using store = await testStore()
  const old = await ranOnce(store)
  await beginWindowOn(store, 1)
  const young = await ranOnce(store)
  await beginWindowOn(store, 5)
  await store.pool.query(`update pipelines set state = 'FINISHED'`)
  expect((await purgeOn(store, 30, '29 days, 1 TB')).purged).toMatchObject([{ instances: 2, attempts: 2, kept: 0, because: 'age' }])
  expect(await statuses(store, old)).toEqual({})
  expect(await statuses(store, young)).toEqual({ a: 'FINISHED', b: 'FINISHED' })
  expect(await counts(store)).toEqual({ instances: 2, attempts: 2, dependencies: 1 })
  const { rows } = await store.pool.query(
    `select detail ->> 'retention' as retention, detail ->> 'instances' as instances from events where kind = 'PURGED'`,
  )
  expect(rows).toEqual([{ retention: '29 days, 1 TB', instances: '2' }])
  expect(await lastPurge(store.pool)).toMatchObject({ retention: '29 days, 1 TB' })
  expect((await purgeOn(store, 30, '29 days')).purged).toEqual([])
  expect((await purgeOn(store, 400, '1 year')).purged).toHaveLength(1)
  expect(await counts(store)).toEqual({ instances: 0, attempts: 0, dependencies: 0 })
})

test('the oldest windows go until what is left has no more bytes than the retention says; the present one stays', async () => {
  await using store = await testStore()
  for (let n = 0; n < 4; n++) {
    await ranOnce(store)
    await beginWindowOn(store, n + 1)
  }
  const bytes = (await listWindows(store.pool)).reduce((sum, each) => sum + each.bytes, 0)
  const half = readRetention(`${(bytes / 2 / 1e6).toFixed(3)} MB`)
  const { purged } = await purgeHistory(store.pool, half, { dryRun: true })
  expect(purged.length).toBeGreaterThan(1)
  expect(purged.length).toBeLessThan(4)
  expect((await counts(store)).instances).toBe(8)
  const { purged: gone } = await purgeHistory(store.pool, half)
  expect(gone.map(({ from, because }) => [from, because])).toEqual(purged.map(({ from }) => [from, 'bytes']))
  expect((await counts(store)).instances).toBe(8 - 2 * gone.length)
})

test('what has not ended stays and goes on under its id, with what it waits for, and goes once it has ended', async () => {
  await using store = await testStore()
  await ranOnce(store)
  const id = await plannedGraph(store, ['a', 'b', 'c', 'd'].map((component) => ({ component })), [['a', 'b'], ['b', 'c'], ['c', 'd']]) // prettier-ignore
  await finish(store, await claimAll(store))
  const [running] = await claimAll(store)
  expect(running?.componentId).toBe('b')
  await beginWindowOn(store, 1)
  expect((await purgeOn(store, 100, '30 days')).purged).toMatchObject([{ instances: 2, kept: 4 }])
  expect(await statuses(store, id)).toEqual({ a: 'FINISHED', b: 'RUNNING', c: 'WAITING_ON_DEPENDENCIES', d: 'WAITING_ON_DEPENDENCIES' })
  await finish(store, [running!])
  expect(await runAll(store)).toHaveLength(2)
  await beginWindowOn(store, 2)
  await store.pool.query(`update pipelines set state = 'FINISHED'`)
  expect((await purgeOn(store, 100, '30 days')).purged).toMatchObject([{ instances: 4, kept: 0 }])
  expect(await counts(store)).toEqual({ instances: 0, attempts: 0, dependencies: 0 })
  const { rows } = await store.pool.query(`select relname from pg_class where relname like 'instances_kept%' and relkind = 'r'`)
  expect(rows).toHaveLength(1)
})

test('the run of each task of an active pipeline that ended last stays: its health is told for ever', async () => {
  await using store = await testStore()
  const text = `
defaults: { schedule: daily }
schedules: { daily: { period: 1 day, startDateTime: 2026-01-01T00:00:00 } }
activities:
  load: { type: ShellCommandActivity, command: 'true' }
`
  const id = await activated(store, text)
  await planAll(store)
  for (const task of await claimAll(store)) await finish(store, [task])
  const before = await healthOf(store.db, [id])
  const newest = (await listInstances(store.db, { pipelineId: id })).toSorted((a, b) => a.endTime!.getTime() - b.endTime!.getTime()).at(-1)!
  await beginWindowOn(store, 1)
  expect((await purgeOn(store, 100, '30 days')).purged).toMatchObject([{ kept: 1 }])
  expect(await healthOf(store.db, [id])).toEqual(before)
  expect((await listInstances(store.db, { pipelineId: id })).map((each) => each.id)).toEqual([newest.id])
})

test('a failure that something waits behind stays with where it began, and can be run again', async () => {
  await using store = await testStore()
  const id = await plannedGraph(
    store,
    [{ component: 'a' }, { component: 'b' }, { component: 'c', cascades: false }],
    [
      ['a', 'b'],
      ['b', 'c'],
    ],
  )
  const [task] = await claimAll(store)
  const outcome = { status: 'FAILED' as const, errorId: 'X', errorMessage: 'no', retry: false }
  await store.claims.settle(
    { workerId: 'w1', hostname: 'here', groups: ['default'] },
    'activity',
    [{ ...task!, outcome, retryDelayMs: 0 }],
    0,
  )
  expect(await statuses(store, id)).toEqual({ a: 'FAILED', b: 'CASCADE_FAILED', c: 'WAITING_ON_DEPENDENCIES' })
  await beginWindowOn(store, 1)
  expect((await purgeOn(store, 100, '30 days')).purged).toMatchObject([{ instances: 0, kept: 3 }])
  const idOf = async (componentId: string): Promise<string> => (await listInstances(store.db, { pipelineId: id, componentId }))[0]!.id
  expect(await failedDependency(store, await idOf('c'))).toMatchObject({ componentId: 'b', origin: { componentId: 'a' } })
  const request = { pipelineId: id, targets: [await idOf('a')], downstream: false }
  expect(await rerun(store, request, await rerunSet(store, request))).toBe(true)
  expect(await runAll(store)).toHaveLength(3)
})

test('a plan and a rerun that meet what is gone neither fail nor make it half: a place of an interval long ago is SKIPPED', async () => {
  await using store = await testStore()
  const id = await ranOnce(store)
  const [target] = await listInstances(store.db, { pipelineId: id, componentId: 'a' })
  await store.pool.query(`update pipelines set state = 'FINISHED'`)
  await beginWindowOn(store, 1)
  const request = { pipelineId: id, targets: [target!.id], downstream: true }
  const set = await rerunSet(store, request)
  expect(set).toHaveLength(2)
  await purgeOn(store, 100, '30 days')
  expect(await rerun(store, request, set)).toBe(false)
  expect(await rerunSet(store, request)).toEqual([])
  await planAll(store)
  expect(await counts(store)).toEqual({ instances: 0, attempts: 0, dependencies: 0 })
})

test('a purge lets a long reader end, and those behind it pass: it gives up and tries again', async () => {
  await using store = await testStore()
  await ranOnce(store)
  await store.pool.query(`update pipelines set state = 'FINISHED'`)
  await beginWindowOn(store, 1)
  const reading = await heldOpen(store.pool, (client) => client.query<{ n: number }>('select count(*)::int as n from instances'))
  const purging = purgeOn(store, 100, '30 days')
  const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'select purge_window%'`
  await until(async () => (await store.pool.query(waits)).rowCount !== 0, { what: 'the purge waits' })
  await until(async () => (await store.pool.query(waits)).rowCount === 0, { what: 'the purge gives up for a while' })
  expect((await counts(store)).instances).toBe(2) // who comes after it is let pass
  await reading.commit()
  expect((await purging).purged).toMatchObject([{ instances: 2 }])
})

test('the floor below which no attempt is ready rises with what has ended, and not before', async () => {
  await using store = await testStore()
  const floor = async (): Promise<number> =>
    Number((await store.pool.query<{ last_value: string }>('select last_value from attempts_floor')).rows[0]!.last_value)
  await plannedGraph(store, [{ component: 'a' }], [])
  await beginWindowOn(store, 1)
  expect(await floor()).toBe(0)
  const tasks = await claimAll(store)
  expect(tasks).toHaveLength(1)
  await tendWindows(store.pool, { spanMs: 1e12 })
  expect(await floor()).toBe(0)
  await finish(store, tasks)
  await tendWindows(store.pool, { spanMs: 1e12 })
  expect(await floor()).toBe(1e9)
  await plannedGraph(store, [{ component: 'b' }], [])
  expect(await claimAll(store)).toHaveLength(1)
})
