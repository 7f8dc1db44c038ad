import { afterAll, expect, test } from 'vitest'
import { cancelInstances } from '../../engine/store/actions.ts'
import { failedDependency, markFinished, rerun, rerunSet } from '../../engine/store/commands.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { finishPipelines, storePlan } from '../../engine/store/planning.ts'
import { takeWantedResources } from '../../engine/store/resources.ts'
import { expectRightCounts } from '../support/expect-right-counts.ts'
import { graphInState } from '../support/graph-in-state.ts'
import { plannedGraph, statuses } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'

type Command = (store: Store, pipelineId: string, instanceId: string) => Promise<unknown>

const cancel: Command = ({ pool }, _, id) => cancelInstances(pool, [id], 'a person asked for it')
const finish: Command = (store, _, id) => markFinished(store, [id])
const again =
  (downstream: boolean): Command =>
  async (store, pipelineId, id) => {
    const request = { pipelineId, targets: [id], downstream }
    return rerun(store, request, await rerunSet(store, request))
  }
const [rerunIt, rerunDownstream] = [again(false), again(true)]

async function idOf({ pool }: Store, pipelineId: string, component: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>('select id::text from instances where pipeline_id = $1 and component_id = $2', [
    pipelineId,
    component,
  ])
  return rows[0]!.id
}

/** For the table below; each row has a pipeline of its own. */
const shared = await testStore()
afterAll(() => shared[Symbol.asyncDispose]())

const [waits, ready, runs, cascaded] = ['WAITING_ON_DEPENDENCIES', 'WAITING_FOR_RUNNER', 'RUNNING', 'CASCADE_FAILED']

/** What is, the command for `t`, and what differs afterwards. In mode cascade unless the name says otherwise. */
test.each<[string, Record<string, string>, Command, Record<string, string>]>([
  [
    'cancel ends what runs, and what waits for it in mode cascade',
    { t: runs, 'b after t': waits, 'c after b': waits },
    cancel,
    { t: 'CANCELED', b: cascaded, c: cascaded },
  ],
  ['cancel ends what is ready', { t: ready }, cancel, { t: 'CANCELED' }],
  [
    'cancel ends what waits, with its precondition',
    { a: runs, 't after a': waits, 'p guards t': runs },
    cancel,
    { t: 'CANCELED', p: 'CANCELED' },
  ],
  ['cancel leaves alone what has ended', { t: 'FINISHED', 'b after t': runs }, cancel, {}],
  ['cancel leaves alone what failed', { t: 'FAILED', 'b after t': cascaded }, cancel, {}],

  ['finish readies what waits for what runs', { t: runs, 'b after t': waits }, finish, { t: 'FINISHED', b: ready }],
  ['finish of what failed', { t: 'FAILED', a: runs, 'b after t a': waits }, finish, { t: 'FINISHED' }],
  [
    'finish of what was cancelled goes on through data nodes',
    { t: 'CANCELED', 'n after t': waits, 'b after n': waits },
    finish,
    { t: 'FINISHED', n: 'FINISHED', b: ready },
  ],
  [
    'finish of what waits, with its precondition',
    { a: runs, 't after a': waits, 'p guards t': ready, 'b after t': waits },
    finish,
    { t: 'FINISHED', p: 'CANCELED', b: ready },
  ],
  ['finish of a precondition', { t: 'x', 'b after t': waits }, finish, { t: 'FINISHED', b: ready }],
  ['finish of what was SKIPPED lowers no count', { t: 'SKIPPED', a: runs, 'b after t a': waits }, finish, { t: 'FINISHED' }],
  ['finish leaves what is CASCADE_FAILED to a rerun', { t: 'FAILED', 'b after t': cascaded }, finish, { t: 'FINISHED' }],
  ['finish changes nothing about what is FINISHED', { t: 'FINISHED', a: runs, 'b after t a': waits }, finish, {}],

  [
    'rerun of what failed, with what failed because of it',
    { t: 'FAILED', 'b after t': cascaded, 'c after b': cascaded },
    rerunIt,
    { t: ready, b: waits, c: waits },
  ],
  ['rerun of what is FINISHED leaves what is FINISHED alone', { t: 'FINISHED', 'b after t': 'FINISHED' }, rerunIt, { t: ready }],
  ['rerun of what is FINISHED holds up again what still waits', { t: 'FINISHED', a: runs, 'b after t a': waits }, rerunIt, { t: ready }],
  ['rerun of what is FINISHED lets go on what runs', { t: 'FINISHED', 'b after t': runs }, rerunIt, { t: ready }],
  ['rerun of what was SKIPPED', { t: 'SKIPPED', a: runs, 'b after t a': waits }, rerunIt, { t: ready }],
  ['rerun waits for a dependency that runs', { a: runs, 't after a': 'FAILED' }, rerunIt, { t: waits }],
  ['rerun with a failed dependency is refused', { a: 'FAILED', 't after a': cascaded, 'b after t': cascaded }, rerunIt, {}],
  ['rerun with a cancelled dependency is refused', { a: 'CANCELED', 't after a': cascaded }, rerunIt, {}],
  ['rerun of what has not ended is refused', { t: runs, 'b after t': waits }, rerunIt, {}],
  [
    'rerun leaves a consumer that another failure holds up',
    { t: 'FAILED', a: 'FAILED', 'b after t a': cascaded, 'c after t': cascaded },
    rerunIt,
    { t: ready, c: waits },
  ],
  [
    'rerun of a diamond',
    { t: 'FAILED', 'b after t': cascaded, 'c after t': cascaded, 'd after b c': cascaded },
    rerunIt,
    { t: ready, b: waits, c: waits, d: waits },
  ],
  ['rerun looks again at a precondition that failed', { t: 'FAILED', 'p guards t': 'FAILED' }, rerunIt, { t: waits, p: ready }],
  ['rerun keeps the answer of a precondition that is FINISHED', { t: 'FAILED', 'p guards t': 'FINISHED' }, rerunIt, { t: ready }],
  [
    'rerun of a consumer brings back its precondition',
    { t: 'FAILED', 'b after t': cascaded, 'p guards b': 'CANCELED' },
    rerunIt,
    { t: ready, b: waits, p: ready },
  ],
  ['rerun through a data node', { t: 'FAILED', 'n after t': cascaded, 'b after n': cascaded }, rerunIt, { t: ready, n: waits, b: waits }],
  [
    'rerun --downstream takes all that has ended',
    { t: 'FINISHED', 'n after t': 'FINISHED', 'b after n': 'FAILED', 'c after b': cascaded, 'd after t': runs },
    rerunDownstream,
    { t: ready, n: waits, b: waits, c: waits },
  ],
])('%s', async (_, state, command, changes) => {
  const store = shared
  const isCheck = Object.values(state).includes('x')
  const before = isCheck ? { 't guards b': ready, b: waits } : state
  const id = await graphInState(store, before)
  const was = await statuses(store, id)
  await command(store, id, await idOf(store, id, 't'))
  expect(await statuses(store, id)).toEqual({ ...was, ...changes })
  await expectRightCounts(store, id)
})

test('in mode none cancel ends nothing else, and a rerun of what failed takes nothing else along', async () => {
  await using store = await testStore()
  const id = await graphInState(store, { t: runs, 'b after t': waits }, { cascades: false })
  const t = await idOf(store, id, 't')
  await cancel(store, id, t)
  expect(await statuses(store, id)).toEqual({ t: 'CANCELED', b: waits })
  await rerunIt(store, id, t)
  expect(await statuses(store, id)).toEqual({ t: ready, b: waits })
  await expectRightCounts(store, id)
})

test('what was cancelled or marked finished while it ran can neither publish nor settle, and says why it was cancelled', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 'a' }, { component: 'b' }], [])
  const worker = { workerId: 'w1', hostname: 'here', groups: ['default'] }
  const tasks = await store.claims.claim(worker, 'activity', 2)
  await cancel(store, id, await idOf(store, id, 'a'))
  await finish(store, id, await idOf(store, id, 'b'))
  for (const { attemptId, fence } of tasks) expect(await store.fences.holds(attemptId, fence)).toBe(false)
  const ended = tasks.map(({ attemptId, fence }) => ({ attemptId, fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 }))
  expect((await store.claims.settle(worker, 'activity', ended, 0)).accepted).toEqual([false, false])
  expect(await statuses(store, id)).toEqual({ a: 'CANCELED', b: 'FINISHED' })
  const { rows } = await store.pool.query(`select cancellation_reason as reason from instances where component_id = 'a'`)
  expect(rows).toEqual([{ reason: 'a person asked for it' }])
})

test('a rerun goes on with the attempt numbers, begins with all tries, has a new publish key, and wakes a FINISHED pipeline', async () => {
  await using store = await testStore()
  const id = await graphInState(store, { t: 'FAILED' }, { retries: 2 })
  await store.pool.query(`update instances set tries_left = 0, error_message = 'it broke', actual_end_time = now()`)
  await finishPipelines(store.pool)
  const t = await idOf(store, id, 't')
  expect(await rerunIt(store, id, t)).toBe(true)
  const { rows } = await store.pool.query(
    `select p.state, p.finished_time, i.attempt_count, i.tries_left, i.rerun, i.error_message, i.actual_end_time from instances i join pipelines p on p.id = i.pipeline_id`,
  )
  expect(rows).toEqual([
    { state: 'SCHEDULED', finished_time: null, attempt_count: 2, tries_left: 2, rerun: 1, error_message: null, actual_end_time: null },
  ])
  const hints = await store.claims.takeHints(9)
  expect(hints).toEqual([expect.objectContaining({ group: 'default', attemptIds: [expect.any(String)] })])
  const [task] = await store.claims.claim({ workerId: 'w1', hostname: 'here', groups: ['default'] }, 'activity', 1)
  expect(task).toMatchObject({ componentId: 't', attemptNumber: 2, rerun: 1 })
})

test('a rerun of what failed with its resource makes the resource again; of a resource, what failed on it too', async () => {
  await using store = await testStore()
  for (const target of ['a', 'm']) {
    const id = await plannedGraph(
      store,
      [
        { component: 'm', family: 'resource' },
        { component: 'a', resource: 0 },
      ],
      [],
    )
    const [machine] = await takeWantedResources(store.pool)
    await store.pool.query(`update instances set tries_left = 0 where id = $1`, [machine!.id])
    await store.pool.query(`select resource_failed($1, 1, 'Broken', 'no room')`, [machine!.id])
    expect(await statuses(store, id)).toEqual({ m: 'FAILED', a: 'CANCELED' })
    expect(await rerunIt(store, id, await idOf(store, id, target))).toBe(true)
    expect((await takeWantedResources(store.pool)).map(({ key }) => key)).toEqual(['@m_2026-01-01T00:00:00'])
    expect(await statuses(store, id)).toEqual({ m: 'CREATING', a: ready })
    await cancel(store, id, machine!.id)
  }
})

test('what a person runs again takes no room from the next interval', async () => {
  const id = await graphInState(shared, { t: 'FAILED' })
  const next = (): Promise<string> =>
    storePlan(shared.pool, { pipelineId: id, version: 1, due: new Date(0) }, { rows: [], edges: [], limits: { t: 1 } })
  await rerunIt(shared, id, await idOf(shared, id, 't'))
  expect(await next()).toBe('PLANNED')
  await shared.pool.query('update instances set rerun = 0 where pipeline_id = $1', [id])
  expect(await next()).toBe('FULL')
})

test('the dependency that failed is named, with where it began', async () => {
  await using store = await testStore()
  const id = await graphInState(store, {
    a: 'FAILED',
    'b after a': cascaded,
    'c after b': cascaded,
    'p guards c': 'CANCELED',
    d: 'FINISHED',
  })
  expect(await failedDependency(store, await idOf(store, id, 'c'))).toMatchObject({
    componentId: 'b',
    status: cascaded,
    origin: { componentId: 'a' },
  })
  expect(await failedDependency(store, await idOf(store, id, 'd'))).toBeUndefined()
})
