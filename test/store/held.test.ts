import { expect, test } from 'vitest'
import type { Claimant } from '../../engine/queue/claims.ts'
import type { Outcome, Settlement, Task } from '../../engine/queue/task.ts'
import { openLeaseRenewal } from '../../engine/store/lease-renewal.ts'
import { cancelInstances } from '../../engine/store/actions.ts'
import { reasons } from '../../engine/store/reasons.ts'
import { runProgress } from '../../engine/store/run-progress.ts'
import { takeWantedResources } from '../../engine/store/resources.ts'
import { reoffer, sweep } from '../../engine/store/sweeping.ts'
import { announceWorker } from '../../engine/store/workers.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'

const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }
const settlement = ({ attemptId, fence }: Task, outcome: Outcome): Settlement => ({ attemptId, fence, outcome, retryDelayMs: 60_000 })
const failed = (errorMessage: string): Outcome => ({ status: 'FAILED', errorId: 'Broken', errorMessage, retry: true })

test('a beat renews what is held, and tells what was cancelled from what was lost', async () => {
  await using store = await testStore()
  await plannedGraph(store, [{ component: 'held' }, { component: 'canceled' }, { component: 'lost' }], [])
  const tasks = await store.claims.claim(worker, 'activity', 3)
  const [held, canceled, lost] = tasks as [Task, Task, Task]
  await store.pool.query(`update attempts set lease_until = now() + interval '1 second'`)
  await cancelInstances(store.pool, [canceled.instanceId], 'a person asked for it')
  const renewal = openLeaseRenewal(store.connection)
  const progress = { path: 'literally \\u0000, a NUL \0 and half an emoji \ud83d' }
  const verdicts = await renewal.renew(
    [held, canceled, { ...lost, fence: '1' }].map(({ attemptId, fence }) => ({ attemptId, fence, progress })),
  )
  await renewal.close()
  expect(verdicts).toEqual(['held', 'canceled', 'lost'])
  const { rows } = await store.pool.query(
    `select lease_until > now() + interval '20 seconds' as renewed, progress from attempts where id = $1`,
    [held.attemptId],
  )
  expect(rows).toEqual([{ renewed: true, progress: { path: 'literally \\u0000, a NUL \uFFFD and half an emoji \uFFFD' } }])
})

test('beats and settlements of the same attempts at once do not lock crosswise', async () => {
  await using store = await testStore()
  await plannedGraph(
    store,
    Array.from({ length: 60 }, (_, n) => ({ component: `a${n}` })),
    [],
  )
  const tasks = await store.claims.claim(worker, 'activity', 60)
  const renewal = openLeaseRenewal(store.connection)
  const beats = tasks.toReversed().map(({ attemptId, fence }) => ({ attemptId, fence }))
  const settling = store.claims.settle(
    worker,
    'activity',
    tasks.map((task) => settlement(task, { status: 'FINISHED' })),
    0,
  )
  await Promise.all([settling, renewal.renew(beats)])
  await renewal.close()
  expect((await store.pool.query(`select 1 from instances where status <> 'FINISHED'`)).rowCount).toBe(0)
})

test('any message can be stored, also one with a NUL, an escape that looks like one, or half an emoji', async () => {
  await using store = await testStore()
  await plannedGraph(store, [{ component: 'a', retries: 0 }], [])
  const [task] = await store.claims.claim(worker, 'activity', 1)
  const { accepted } = await store.claims.settle(worker, 'activity', [settlement(task!, failed('\\u0000 \0 \ud83d'))], 0)
  expect(accepted).toEqual([true])
  expect((await store.pool.query('select error_message from instances')).rows).toEqual([{ error_message: '\\u0000 \uFFFD \uFFFD' }])
})

test('what is ready is offered again when its hint is lost, and not while one is on its way', async () => {
  await using store = await testStore()
  await plannedGraph(store, [{ component: 'a' }, { component: 'b', grp: 'other' }], [])
  expect(await reoffer(store.pool)).toBe(0)
  expect(await store.claims.takeHints(1)).toHaveLength(1)
  expect(await reoffer(store.pool)).toBe(1)
  const hints = await store.claims.takeHints(100)
  expect(hints.map(({ group }) => group).toSorted()).toEqual(['default', 'other'])
})

test('a place that is kept is not late, whatever the clock says', async () => {
  await using store = await testStore()
  const late = new Date(Date.now() - 1000)
  await plannedGraph(
    store,
    [
      { component: 'place', status: 'SCHEDULED', late, fires: ['onLateAction'] },
      { component: 'a', late, fires: ['onLateAction'] },
    ],
    [],
  )
  await sweep(store.pool)
  const { rows } = await store.pool.query('select i.component_id from outbox o join instances i on i.id = o.instance_id')
  expect(rows).toEqual([{ component_id: 'a' }])
})

test('each state in which an instance waits has its reason', async () => {
  await using store = await testStore()
  const guard = { component: 'check', family: 'precondition' as const, lane: 'precondition' as const, referrer: 'guarded' }
  const id = await plannedGraph(
    store,
    [
      { component: 'm', family: 'resource' },
      { component: 'housed', resource: 0 },
      { component: 'idle', family: 'resource' },
      { component: 'later', resource: 2 },
      { component: 'retried', retries: 1 },
      guard,
      { component: 'guarded' },
      { component: 'nobody', grp: 'nobody' },
      { component: 'running' },
      { component: 'broken', retries: 0 },
      { component: 'after', cascades: false },
      { component: 'place', status: 'SCHEDULED' },
      { component: 'waits' },
      { component: 'queued', priority: -1 },
    ],
    [
      ['running', 'later'],
      ['check', 'guarded', 'precondition'],
      ['broken', 'after'],
      ['place', 'waits'],
    ],
  )
  await announceWorker(store.pool, worker)
  await takeWantedResources(store.pool)
  const tasks = await store.claims.claim(worker, 'activity', 3)
  expect(tasks.map(({ componentId }) => componentId)).toEqual(['retried', 'running', 'broken'])
  await store.claims.settle(
    worker,
    'activity',
    [settlement(tasks[0]!, failed('it broke')), settlement(tasks[2]!, { ...failed('it broke'), retry: false } as Outcome)],
    0,
  )
  const [check] = await store.claims.claim(worker, 'precondition', 1)
  await store.claims.settle(worker, 'precondition', [settlement(check!, { status: 'FALSE', because: 'no file', delayMs: 60_000 })], 0)
  const why = await reasons(store.db, { pipelineId: id })
  const names = Object.fromEntries(
    (await store.pool.query<{ id: string; component_id: string }>('select id::text, component_id from instances')).rows.map((row) => [
      row.id,
      row.component_id,
    ]),
  )
  expect(Object.fromEntries(why.map(({ instanceId, code }) => [names[instanceId], code]))).toEqual({
    m: 'RESOURCE_CREATING',
    housed: 'RESOURCE',
    idle: 'RESOURCE_IDLE',
    later: 'DEPENDENCY',
    retried: 'RETRY_DELAY',
    check: 'NOT_TRUE_YET',
    guarded: 'PRECONDITION',
    nobody: 'NO_WORKER',
    running: 'RUNNING',
    after: 'DEPENDENCY_FAILED',
    place: 'WAITING_FOR_INTERVAL',
    waits: 'DEPENDENCY',
    queued: 'QUEUED',
  })
})

test('a resource that runs does not count as moving while what should run on it waits for what failed', async () => {
  await using store = await testStore()
  const id = await plannedGraph(
    store,
    [
      { component: 'm', family: 'resource' },
      { component: 'a', resource: 0, retries: 0 },
      { component: 'b', resource: 0, cascades: false },
    ],
    [['a', 'b']],
  )
  await store.pool.query(`update instances set status = 'CREATING' where component_id = 'm'`)
  await store.pool.query(`select resource_running(id, attempt_count, 'i-1') from instances where component_id = 'm'`)
  const [task] = await store.claims.claim(worker, 'activity', 1)
  expect(await runProgress(store.pool, id)).toMatchObject({ open: 3, moving: 1 })
  await store.claims.settle(worker, 'activity', [settlement(task!, failed('it broke'))], 0)
  expect(await runProgress(store.pool, id)).toMatchObject({ open: 2, moving: 0 })
})
