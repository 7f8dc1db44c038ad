import { afterAll, expect, test } from 'vitest'
import { cancelInstances } from '../../engine/store/actions.ts'
import { rerun, rerunSet } from '../../engine/store/commands.ts'
import {
  markResourceFailed,
  markResourceGone,
  markResourceRunning,
  takeFinishedResources,
  takeWantedResources,
  tendResources,
} from '../../engine/store/resources.ts'
import type { ResourceRules } from '../../engine/lifecycle/resource-rules.ts'
import { sweep } from '../../engine/store/sweeping.ts'
import { Machine, usualRules as usual, worker } from '../support/machine.ts'
import { plannedGraph, statuses } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'

/** For the tables below; each row has a pipeline of its own. */
const shared = await testStore()
afterAll(() => shared[Symbol.asyncDispose]())

const [waits, ready, runs, cascaded] = ['WAITING_ON_DEPENDENCIES', 'WAITING_FOR_RUNNER', 'RUNNING', 'CASCADE_FAILED']

type Act = (machine: Machine) => Promise<unknown>
const lose: Act = async (machine) => markResourceFailed(machine.store.pool, await machine.resource(), 'Lost', 'it is gone')

/** behaviour.md 12.3 and 9: the rules, what happened before, what happens, and what is then. `retries` are everybody’s. */
test.each<[string, Partial<ResourceRules>, { retries?: number; claimed?: number }, Act, Record<string, string>]>([
  ['continue: an attempt that fails leaves the machine', {}, {}, (m) => m.fail('a'), { m: runs, a: ready, b: runs, c: waits }],
  [
    'continue: an activity that fails for good leaves the machine to the others',
    {},
    { retries: 0 },
    (m) => m.fail('a'),
    { m: runs, a: 'FAILED', b: runs, c: cascaded },
  ],
  [
    'terminate: an attempt that fails shuts the machine down, and with tries left waits for the next one',
    { onTaskFailure: 'terminate' },
    {},
    (m) => m.fail('a'),
    { m: waits, a: ready, b: ready, c: waits },
  ],
  [
    'terminate: also when its activity has no tries left; what else is on it waits for the next machine',
    { onTaskFailure: 'terminate' },
    { retries: 0 },
    (m) => m.fail('a'),
    { m: waits, a: 'FAILED', b: ready, c: cascaded },
  ],
  [
    'terminate: an attempt that ends well leaves the machine',
    { onTaskFailure: 'terminate' },
    {},
    (m) => m.finish('a'),
    { m: runs, a: 'FINISHED', b: runs, c: ready },
  ],
  [
    'retrynone: what is on a machine that is lost is CANCELED, consumers cascade',
    {},
    {},
    lose,
    { m: 'FAILED', a: 'CANCELED', b: 'CANCELED', c: cascaded },
  ],
  [
    'retryall: what is on a machine that is lost is tried again on the next one',
    { onResourceFailure: 'retryall' },
    {},
    lose,
    { m: waits, a: ready, b: ready, c: waits },
  ],
  [
    'retryall: what has ended on it is left alone',
    { onResourceFailure: 'retryall' },
    {},
    async (m) => (await m.finish('a'), await lose(m)),
    { m: waits, a: 'FINISHED', b: ready, c: ready },
  ],
  [
    'retryall: without tries left the machine is FAILED, and what is on it CANCELED',
    { onResourceFailure: 'retryall' },
    { retries: 0 },
    lose,
    { m: 'FAILED', a: 'CANCELED', b: 'CANCELED', c: cascaded },
  ],
  [
    'terminateAfter: the machine is TIMEDOUT whatever tries are left, what is on it CANCELED, consumers cascade',
    { terminateAfterMs: 7_200_000, onResourceFailure: 'retryall' },
    {},
    (m) => m.overdue(),
    { m: 'TIMEDOUT', a: 'CANCELED', b: 'CANCELED', c: cascaded },
  ],
  ['without terminateAfter it may stay', {}, {}, (m) => m.overdue(), { m: runs, a: runs, b: runs, c: waits }],
  [
    'cancelling the machine cancels what is on it, and it is shut down',
    {},
    { claimed: 1 },
    async (m) => cancelInstances(m.store.pool, [await m.idOf('m')], 'a person asked for it'),
    { m: 'CANCELED', a: 'CANCELED', b: 'CANCELED', c: cascaded },
  ],
])('%s', async (_, rules, before, act, expected) => {
  const machine = await Machine.up(shared, rules, before)
  await act(machine)
  await machine.pass()
  expect(await machine.statuses()).toEqual({ ...expected, o: ready })
  await machine.leave()
})

test('who tries again on another machine waits for it, at no cost of a try when the fault was not its own', async () => {
  const machine = await Machine.up(shared, { onTaskFailure: 'terminate' })
  await machine.fail('a')
  expect(await machine.statuses()).toMatchObject({ m: 'SHUTTING_DOWN', a: ready, b: runs })
  expect(await machine.attempts('a')).toEqual(['FAILED', 'WAITING_FOR_RUNNER RESOURCE'])
  await machine.pass()
  expect([await machine.attempts('a'), await machine.attempts('b')]).toEqual([
    ['FAILED', 'WAITING_FOR_RUNNER RESOURCE'],
    ['FAILED', 'WAITING_FOR_RUNNER RESOURCE'],
  ])
  const { rows } = await machine.sql<{ left: string }>(
    `select string_agg(component_id || tries_left, ' ' order by component_id) as left from instances where pipeline_id = $1 and component_id in ('a', 'b')`,
  )
  expect(rows[0]!.left).toBe('a0 b1')
  expect(await shared.claims.claim(worker, 'activity', 9)).toEqual([])
  await machine.make()
  await machine.claim(2)
  await machine.finish('a', 'b')
  await machine.pass()
  expect(await machine.statuses()).toMatchObject({ m: 'FINISHED', a: 'FINISHED', b: 'FINISHED' })
  expect((await machine.resource()).attempt).toBe(2)
  expect(await machine.events()).toEqual(['onSuccess'])
  await machine.leave()
})

test('an attempt that waits for its delay is let go to the next machine, not to the old one', async () => {
  const machine = await Machine.up(shared, { onTaskFailure: 'terminate' }, { claimed: 1 })
  await machine.fail('a', 3_600_000)
  await machine.pass()
  expect(await machine.attempts('a')).toEqual(['FAILED', 'WAITING_FOR_RUNNER RETRY_DELAY'])
  await machine.make() // for b
  await shared.pool.query(`update attempts set available_time = now() where held = 'RETRY_DELAY'`)
  await sweep(shared.pool)
  expect(await machine.attempts('a')).toEqual(['FAILED', 'WAITING_FOR_RUNNER'])
  await machine.claim(1)
  await machine.fail((await machine.statuses())['a'] === runs ? 'a' : 'b', 3_600_000)
  await shared.pool.query(`update attempts set available_time = now() where held = 'RETRY_DELAY'`)
  await sweep(shared.pool)
  expect(
    [...(await machine.attempts('a')), ...(await machine.attempts('b'))].filter((text) => text === 'WAITING_FOR_RUNNER RESOURCE'),
  ).toHaveLength(1)
  await machine.leave()
})

test('what a worker hands back while its machine goes waits for the next one', async () => {
  const machine = await Machine.planned(shared, { onTaskFailure: 'terminate' })
  await machine.make()
  const [first, second] = await shared.claims.claim(worker, 'activity', 2)
  await machine.fail(first!.componentId)
  const outcome = { status: 'RELEASED' as const }
  await shared.claims.settle(worker, 'activity', [{ attemptId: second!.attemptId, fence: second!.fence, outcome, retryDelayMs: 0 }], 0)
  expect(await machine.attempts(second!.componentId)).toEqual(['WAITING_FOR_RUNNER RESOURCE'])
  await machine.leave()
})

test('a worker that runs on a machine that went may neither publish nor settle', async () => {
  for (const [rules, act] of [
    [{ terminateAfterMs: 1 }, (m: Machine) => m.overdue()],
    [{ onResourceFailure: 'retryall' as const }, lose],
  ] as const) {
    const machine = await Machine.planned(shared, rules)
    await machine.make()
    const tasks = await shared.claims.claim(worker, 'activity', 2)
    await act(machine)
    await machine.pass()
    for (const { attemptId, fence } of tasks) expect(await shared.fences.holds(attemptId, fence)).toBe(false)
    const endings = tasks.map(({ attemptId, fence }) => ({ attemptId, fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 }))
    expect((await shared.claims.settle(worker, 'activity', endings, 0)).accepted).toEqual([false, false])
    await machine.leave()
  }
})

test('a try that takes longer than initTimeout fails; the next one is not before retryDelay is over', async () => {
  const machine = await Machine.planned(shared, { initTimeoutMs: 60_000, retryDelayMs: 120_000 })
  const first = await machine.take()
  await machine.pass()
  expect(await machine.statuses()).toMatchObject({ m: 'CREATING' })
  await machine.overdue()
  const nextInMs = await tendResources(shared.pool)
  expect(await machine.statuses()).toMatchObject({ m: waits, a: ready, b: ready })
  expect(nextInMs).toBeGreaterThan(60_000)
  expect(await takeWantedResources(shared.pool)).toEqual([])
  // what comes after all is not wanted any more
  expect(await markResourceRunning(shared.pool, first, 'i-late')).toBe(false)
  await machine.sql(`update instances set available_time = now() where pipeline_id = $1 and available_time is not null`)
  const second = await machine.take()
  expect(second.attempt).toBe(2)
  expect(await markResourceFailed(shared.pool, first, 'Broken', 'said too late')).toBe(false)
  expect(await markResourceRunning(shared.pool, first, 'i-late')).toBe(false)
  expect(await machine.statuses()).toMatchObject({ m: 'CREATING' })
  await machine.overdue()
  await machine.pass()
  expect(await machine.statuses()).toMatchObject({ m: 'FAILED', a: 'CANCELED', b: 'CANCELED', c: cascaded })
  expect(await machine.reasonOf('a')).toBe('its resource m failed: It was not there within its initTimeout of 1 min.')
  expect(await machine.events()).toEqual(['onFail'])
  await machine.leave()
})

test('why something on a machine was CANCELED is told', async () => {
  const timedOut = await Machine.up(shared, { terminateAfterMs: 7_200_000 })
  await timedOut.overdue()
  await timedOut.pass()
  expect(await timedOut.reasonOf('a')).toBe('its resource m timed out: It was up for longer than its terminateAfter of 2 h.')
  expect(await timedOut.events()).toEqual(['onFail'])
  await timedOut.leave()
  const lost = await Machine.up(shared, {})
  await lose(lost)
  await lost.pass()
  expect(await lost.reasonOf('a')).toBe('its resource m failed: it is gone')
  await lost.leave()
})

test.each([
  ['waits', false],
  ['is CREATING', true],
])('cancelling a machine that %s ends it at once', async (_, isTaken) => {
  const machine = await Machine.planned(shared, {})
  const taken = isTaken ? await machine.take() : undefined
  expect(await cancelInstances(shared.pool, [await machine.idOf('m')], 'a person asked for it')).toBe(3)
  expect(await machine.statuses()).toMatchObject({ m: 'CANCELED', a: 'CANCELED', b: 'CANCELED', c: cascaded })
  expect(taken !== undefined && (await markResourceRunning(shared.pool, taken, 'i-late'))).toBe(false)
  expect(await machine.events()).toEqual([])
  await machine.leave()
})

test('cancelling a machine that is about to be made again ends it, and one that ends already is left as it is', async () => {
  const machine = await Machine.up(shared, { onTaskFailure: 'terminate' })
  await machine.fail('a')
  const cancel = async () => cancelInstances(shared.pool, [await machine.idOf('m')], 'a person asked for it')
  expect(await cancel()).toBe(3)
  expect(await cancel()).toBe(0)
  await machine.pass()
  expect(await machine.statuses()).toMatchObject({ m: 'CANCELED', a: 'CANCELED', b: 'CANCELED' })
  await machine.leave()
})

test('when all that would run on it has failed while it waits, it is FINISHED', async () => {
  const id = await plannedGraph(
    shared,
    [
      { component: 'm', family: 'resource', rules: usual, fires: ['onSuccess'] },
      { component: 'first', retries: 0 },
      { component: 'a', resource: 0 },
      { component: 'b', resource: 0 },
    ],
    [
      ['first', 'a'],
      ['first', 'b'],
    ],
  )
  const [task] = await shared.claims.claim(worker, 'activity', 1)
  const outcome = { status: 'FAILED' as const, errorId: 'Broken', errorMessage: 'it broke', retry: true }
  await shared.claims.settle(worker, 'activity', [{ ...task!, outcome, retryDelayMs: 0 }], 0)
  expect(await takeWantedResources(shared.pool)).toEqual([])
  await takeFinishedResources(shared.pool)
  expect(await statuses(shared, id)).toEqual({ m: 'FINISHED', first: 'FAILED', a: cascaded, b: cascaded })
  const { rows } = await shared.pool.query<{ event: string }>(
    `select o.event from outbox o join instances i on i.id = o.instance_id where i.pipeline_id = $1 and o.kind = 'action'`,
    [id],
  )
  expect(rows).toEqual([{ event: 'onSuccess' }])
})

test('what ran on a machine that timed out can be run again while that is still being shut down', async () => {
  const machine = await Machine.up(shared, { terminateAfterMs: 7_200_000 })
  await machine.overdue()
  await tendResources(shared.pool)
  expect(await machine.statuses()).toMatchObject({ m: 'SHUTTING_DOWN', a: 'CANCELED' })
  const request = { pipelineId: machine.pipelineId, targets: [await machine.idOf('a')], downstream: false }
  expect(await rerun(shared, request, await rerunSet(shared, request))).toBe(true)
  await machine.pass()
  expect(await machine.statuses()).toMatchObject({ m: waits, a: ready, b: 'CANCELED' })
  await machine.make()
  await machine.claim(1)
  await machine.finish('a')
  await machine.pass()
  expect(await machine.statuses()).toMatchObject({ m: 'FINISHED', a: 'FINISHED' })
  await machine.leave()
})

test('what comes to a machine while it is being shut down for good is CANCELED as well', async () => {
  const machine = await Machine.up(shared, { terminateAfterMs: 7_200_000 })
  await machine.overdue()
  await tendResources(shared.pool)
  await machine.sql(`update instances set resource_id = $2 where pipeline_id = $1 and component_id = 'o'`, await machine.idOf('m'))
  const [going] = await takeFinishedResources(shared.pool)
  await markResourceGone(shared.pool, going!)
  expect(await machine.statuses()).toEqual({ m: 'TIMEDOUT', a: 'CANCELED', b: 'CANCELED', c: cascaded, o: 'CANCELED' })
})

test('what waits for the next machine still counts in its pool afterwards, and waits for that first', async () => {
  await using store = await testStore()
  await store.pool.query(`insert into pools (name, slots) values ('narrow', 1)`)
  const rows = [
    { component: 'm', family: 'resource' as const, retries: 1, rules: { ...usual, onResourceFailure: 'retryall' as const } },
    { component: 'a', resource: 0, pool: 'narrow' },
    { component: 'b', resource: 0, pool: 'narrow' },
  ]
  await plannedGraph(store, rows, [])
  const [resource] = await takeWantedResources(store.pool)
  await markResourceRunning(store.pool, resource!, 'i-1')
  expect(await store.claims.claim(worker, 'activity', 2)).toHaveLength(1)
  await markResourceFailed(store.pool, resource!, 'Lost', 'it is gone')
  await tendResources(store.pool)
  const open = await store.pool.query(`select distinct held, pool from attempts where status = 'WAITING_FOR_RUNNER'`)
  expect(open.rows).toEqual([{ held: 'RESOURCE', pool: 'narrow' }])
  const [going] = await takeFinishedResources(store.pool)
  await markResourceGone(store.pool, going!)
  const [again] = await takeWantedResources(store.pool)
  await markResourceRunning(store.pool, again!, 'i-2')
  expect(await store.claims.claim(worker, 'activity', 2)).toHaveLength(1)
})
