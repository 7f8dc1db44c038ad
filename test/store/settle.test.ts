import { expect, test } from 'vitest'
import type { Claimant } from '../../engine/queue/claims.ts'
import type { Outcome, Settlement, Task } from '../../engine/queue/task.ts'
import { sweep } from '../../engine/store/sweeping.ts'
import { plannedGraph, statuses } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'

const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }
const other: Claimant = { workerId: 'w2', hostname: 'there', groups: ['default'] }

function ending(task: Task, outcome: Outcome, retryDelayMs = 0): Settlement {
  return { attemptId: task.attemptId, fence: task.fence, outcome, retryDelayMs }
}

const finished: Outcome = { status: 'FINISHED' }
const failed: Outcome = { status: 'FAILED', errorId: 'Broken', errorMessage: 'it broke', retry: true }

test('one settlement finishes a task, passes through its data node, readies the consumer and claims it', async () => {
  await using store = await testStore()
  const id = await plannedGraph(
    store,
    [{ component: 'a' }, { component: 'n', family: 'datanode' }, { component: 'b' }],
    [
      ['a', 'n', 'output'],
      ['n', 'b', 'input'],
    ],
  )
  const [task] = await store.claims.claim(worker, 'activity', 5)
  expect(task?.componentId).toBe('a')
  const { accepted, next } = await store.claims.settle(worker, 'activity', [ending(task!, finished)], 1)
  expect(accepted).toEqual([true])
  expect(next.map(({ componentId }) => componentId)).toEqual(['b'])
  expect(await statuses(store, id)).toEqual({ a: 'FINISHED', n: 'FINISHED', b: 'RUNNING' })
  expect(BigInt(next[0]!.fence)).toBeGreaterThan(BigInt(task!.fence))
})

test('an ending whose instance was ended in another way readies nobody', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 'a' }, { component: 'b' }], [['a', 'b']])
  const [task] = await store.claims.claim(worker, 'activity', 5)
  await store.pool.query(`update instances set status = 'CANCELED' where component_id = 'a'`) // and not its attempt, which no command does
  const { next } = await store.claims.settle(worker, 'activity', [ending(task!, finished)], 1)
  expect(next).toEqual([])
  expect(await statuses(store, id)).toEqual({ a: 'CANCELED', b: 'WAITING_ON_DEPENDENCIES' })
})

test('a consumer of two is ready only after the second, also when both end in one call', async () => {
  await using store = await testStore()
  const edges: [string, string][] = [
    ['a', 'c'],
    ['b', 'c'],
    ['c', 'd'],
    ['a', 'd'],
  ]
  const id = await plannedGraph(store, [{ component: 'a' }, { component: 'b' }, { component: 'c' }, { component: 'd' }], edges)
  const tasks = await store.claims.claim(worker, 'activity', 5)
  const first = await store.claims.settle(worker, 'activity', [ending(tasks[0]!, finished)], 5)
  expect(first.next).toEqual([])
  const second = await store.claims.settle(worker, 'activity', [ending(tasks[1]!, finished)], 5)
  expect(second.next.map(({ componentId }) => componentId)).toEqual(['c'])
  expect(await statuses(store, id)).toMatchObject({ c: 'RUNNING', d: 'WAITING_ON_DEPENDENCIES' })
})

test('what the worker cannot take becomes hints, at most 32 for a group', async () => {
  await using store = await testStore()
  const children = Array.from({ length: 100 }, (_, i) => `c${i}`)
  await plannedGraph(
    store,
    ['a', ...children].map((component) => ({ component })),
    children.map((child) => ['a', child]),
  )
  expect((await store.claims.takeHints(100)).map(({ attemptIds }) => attemptIds.length)).toEqual([1])
  const [task] = await store.claims.claim(worker, 'activity', 1)
  const { next, hints } = await store.claims.settle(worker, 'activity', [ending(task!, finished)], 10)
  expect(next).toHaveLength(10)
  expect(hints.length).toBeLessThanOrEqual(32)
  expect(new Set(hints.flatMap(({ attemptIds }) => attemptIds)).size).toBe(90)
  expect(await store.claims.takeHints(100)).toEqual([])
})

test('a fence that is not the newest settles nothing, and the same ending twice is accepted without effect', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 'a' }, { component: 'b' }], [['a', 'b']])
  const [task] = await store.claims.claim(worker, 'activity', 1)
  const stale = { ...ending(task!, finished), fence: String(BigInt(task!.fence) - 1n) }
  expect((await store.claims.settle(worker, 'activity', [stale], 1)).accepted).toEqual([false])
  expect(await statuses(store, id)).toEqual({ a: 'RUNNING', b: 'WAITING_ON_DEPENDENCIES' })
  const first = await store.claims.settle(worker, 'activity', [ending(task!, finished)], 0)
  expect(first.accepted).toEqual([true])
  const again = await store.claims.settle(worker, 'activity', [ending(task!, finished)], 0)
  expect(again.accepted).toEqual([true])
  expect(await statuses(store, id)).toEqual({ a: 'FINISHED', b: 'WAITING_FOR_RUNNER' })
})

test('an attempt that failed is tried again maximumRetries times after its delay, then the failure cascades', async () => {
  await using store = await testStore()
  const id = await plannedGraph(
    store,
    [{ component: 'a', retries: 1 }, { component: 'n', family: 'datanode' }, { component: 'b' }, { component: 'c', cascades: false }],
    [
      ['a', 'n', 'output'],
      ['n', 'b', 'input'],
      ['a', 'c'],
    ],
  )
  const [first] = await store.claims.claim(worker, 'activity', 1)
  await store.claims.settle(worker, 'activity', [ending(first!, failed, 60_000)], 1)
  expect(await statuses(store, id)).toMatchObject({ a: 'WAITING_FOR_RUNNER' })
  expect(await store.claims.claim(worker, 'activity', 1)).toEqual([])
  expect(await sweep(store.pool)).toBeGreaterThan(50_000)
  await store.pool.query('update attempts set available_time = now() where held is not null')
  await sweep(store.pool)
  const [second] = await store.claims.claim(worker, 'activity', 1)
  expect(second?.attemptNumber).toBe(2)
  await store.claims.settle(worker, 'activity', [ending(second!, failed)], 1)
  expect(await statuses(store, id)).toEqual({ a: 'FAILED', n: 'CASCADE_FAILED', b: 'CASCADE_FAILED', c: 'WAITING_ON_DEPENDENCIES' })
})

test('a lease that ends costs a try, and the worker that wakes up too late settles nothing', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 'a', retries: 1 }], [])
  const [lost] = await store.claims.claim(worker, 'activity', 1)
  await store.pool.query(`update attempts set lease_until = now() - interval '1 second'`)
  await sweep(store.pool)
  const [taken] = await store.claims.claim(other, 'activity', 1)
  expect(taken?.attemptNumber).toBe(2)
  expect((await store.claims.settle(worker, 'activity', [ending(lost!, finished)], 0)).accepted).toEqual([false])
  expect(await store.fences.holds(lost!.attemptId, lost!.fence)).toBe(false)
  expect(await store.fences.holds(taken!.attemptId, taken!.fence)).toBe(true)
  expect((await store.claims.settle(other, 'activity', [ending(taken!, finished)], 0)).accepted).toEqual([true])
  expect(await statuses(store, id)).toEqual({ a: 'FINISHED' })
})

test('a released attempt costs no try and keeps its number', async () => {
  await using store = await testStore()
  await plannedGraph(store, [{ component: 'a', retries: 0 }], [])
  const [task] = await store.claims.claim(worker, 'activity', 1)
  await store.claims.settle(worker, 'activity', [ending(task!, { status: 'RELEASED' })], 0)
  const [again] = await store.claims.claim(other, 'activity', 1)
  expect(again).toMatchObject({ attemptNumber: 1, componentId: 'a' })
})

test('a precondition that is not true yet is held without a try and then asked again; its failure fails what it guards', async () => {
  await using store = await testStore()
  const guard = { component: 'p', family: 'precondition' as const, lane: 'precondition' as const, referrer: 'a' }
  const id = await plannedGraph(store, [guard, { component: 'a', cascades: false }], [['p', 'a', 'precondition']])
  const [check] = await store.claims.claim(worker, 'precondition', 1)
  expect(check?.referrer).toEqual({ componentId: 'a' })
  await store.claims.settle(worker, 'precondition', [ending(check!, { status: 'FALSE', because: 'no file', delayMs: 60_000 })], 1)
  expect(await store.claims.claim(worker, 'precondition', 1)).toEqual([])
  await store.pool.query('update attempts set available_time = now() where held is not null')
  await sweep(store.pool)
  const [again] = await store.claims.claim(worker, 'precondition', 1)
  expect(again).toMatchObject({ attemptNumber: 1, checks: { count: 1 } })
  await store.claims.settle(worker, 'precondition', [ending(again!, { ...failed, retry: false })], 1)
  expect(await statuses(store, id)).toEqual({ p: 'FAILED', a: 'FAILED' })
})

test('of two workers that claim at once each attempt goes to one', async () => {
  await using store = await testStore()
  await plannedGraph(
    store,
    Array.from({ length: 200 }, (_, i) => ({ component: `a${i}` })),
    [],
  )
  const claims = await Promise.all(Array.from({ length: 10 }, (_, i) => store.claims.claim(i % 2 ? worker : other, 'activity', 25)))
  const ids = claims.flat().map(({ attemptId }) => attemptId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBe(200)
})

test('a higher priority that already waits goes before what the settling worker readied', async () => {
  await using store = await testStore()
  await plannedGraph(store, [{ component: 'a', priority: 9 }, { component: 'b' }], [['a', 'b']])
  const [task] = await store.claims.claim(worker, 'activity', 1)
  await plannedGraph(store, [{ component: 'urgent', priority: 5 }], [])
  const { next } = await store.claims.settle(worker, 'activity', [ending(task!, finished)], 1)
  expect(next.map(({ componentId }) => componentId)).toEqual(['urgent'])
})
