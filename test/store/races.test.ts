import { expect, test } from 'vitest'
import type { Claimant } from '../../engine/queue/claims.ts'
import type { Task } from '../../engine/queue/task.ts'
import { cancelInstances } from '../../engine/store/actions.ts'
import { postgresClaims } from '../../engine/store/claims.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { finishPipelines, storePlan } from '../../engine/store/planning.ts'
import { markResourceRunning, takeWantedResources } from '../../engine/store/resources.ts'
import { sweep } from '../../engine/store/sweeping.ts'
import { tendWindows } from '../../engine/store/windows.ts'
import { heldOpen, someoneWaits } from '../support/held-open.ts'
import { plannedGraph, statuses } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'

const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }
const ended = ({ attemptId, fence }: Task) => ({ attemptId, fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 })

async function idOf(store: Store, component: string): Promise<string> {
  const { rows } = await store.pool.query<{ id: string }>('select id::text from instances where component_id = $1', [component])
  return rows[0]!.id
}

/** Settles `task` as FINISHED in a transaction that the caller commits. */
function settleOpen(store: Store, task: Task, want = 0) {
  return heldOpen(store.pool, (client) => postgresClaims(client as never, store.signals).settle(worker, 'activity', [ended(task)], want))
}

test.each([
  ['readied', 0],
  ['readied and claimed at once', 1],
])('a task that is %s while it is being cancelled is cancelled with its attempt', async (_, want) => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 'a' }, { component: 'b' }], [['a', 'b']])
  const [task] = await store.claims.claim(worker, 'activity', 1)
  const settling = await settleOpen(store, task!, want)
  const canceling = cancelInstances(store.pool, [await idOf(store, 'b')], 'a person asked for it')
  await someoneWaits(store.pool)
  await settling.commit()
  expect(await canceling).toBe(1)
  expect(await store.claims.claim(worker, 'activity', 9)).toEqual([])
  const late = await store.claims.settle(worker, 'activity', settling.result.next.map(ended), 0)
  expect(late.accepted).toEqual(settling.result.next.map(() => false))
  expect(await statuses(store, id)).toEqual({ a: 'FINISHED', b: 'CANCELED' })
})

test('a precondition that becomes FINISHED while what it guards is cancelled stays FINISHED', async () => {
  await using store = await testStore()
  const guard = { component: 'p', family: 'precondition' as const, lane: 'precondition' as const, referrer: 'b' }
  const id = await plannedGraph(
    store,
    [{ component: 'a' }, guard, { component: 'b' }],
    [
      ['a', 'b'],
      ['p', 'b', 'precondition'],
    ],
  )
  const [check] = await store.claims.claim(worker, 'precondition', 1)
  const settling = await heldOpen(store.pool, (client) =>
    client.query(`update attempts set status = 'FINISHED' where id = $1`, [check!.attemptId]),
  )
  const canceling = cancelInstances(store.pool, [await idOf(store, 'b')], 'a person asked for it')
  await someoneWaits(store.pool)
  await store.pool.query(`update instances set status = 'FINISHED' where component_id = 'p'`)
  await settling.commit()
  await canceling
  expect(await statuses(store, id)).toMatchObject({ p: 'FINISHED', b: 'CANCELED' })
})

test('cancel and finish at once: one wins, and attempt and instance agree', async () => {
  await using store = await testStore()
  const names = Array.from({ length: 40 }, (_, n) => `a${n}`)
  await plannedGraph(
    store,
    names.map((component) => ({ component })),
    [],
  )
  const tasks = await store.claims.claim(worker, 'activity', 40)
  const results = await Promise.all(
    tasks.map(async (task) => {
      const [{ accepted }, canceled] = await Promise.all([
        store.claims.settle(worker, 'activity', [ended(task)], 0),
        cancelInstances(store.pool, [task.instanceId], 'now'),
      ])
      return (accepted[0] ? 1 : 0) + canceled
    }),
  )
  expect(results).toEqual(names.map(() => 1))
  const { rows } = await store.pool.query('select 1 from instances i join attempts a on a.instance_id = i.id where a.status <> i.status')
  expect(rows).toEqual([])
})

test('a consumer planned while its producer ends sees the end, whichever commits first', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 'a' }], [])
  const [task] = await store.claims.claim(worker, 'activity', 1)
  const settling = await settleOpen(store, task!)
  const planning = storePlan(store.pool, { pipelineId: id, version: 1, due: new Date(0) }, consumerOfA)
  await someoneWaits(store.pool)
  await settling.commit()
  expect(await planning).toBe('PLANNED')
  expect((await store.claims.claim(worker, 'activity', 9)).map(({ componentId }) => componentId)).toEqual(['b'])
})

test('a consumer of three is readied when all end in one call, and by the last of those that end in calls at once', async () => {
  await using store = await testStore()
  const names = ['a', 'b', 'c']
  for (const together of [true, false]) {
    await plannedGraph(
      store,
      [...names, 'last'].map((component) => ({ component })),
      names.map((name) => [name, 'last']),
    )
    const tasks = await store.claims.claim(worker, 'activity', 3)
    const calls = together ? [tasks] : tasks.map((task) => [task])
    const answers = await Promise.all(calls.map((call) => store.claims.settle(worker, 'activity', call.map(ended), 1)))
    const next = answers.flatMap((answer) => answer.next)
    expect(next.map(({ componentId }) => componentId)).toEqual(['last'])
    await store.claims.settle(worker, 'activity', next.map(ended), 0)
  }
})

test('a producer that ends while its consumer is planned readies it', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 'a' }], [])
  const [task] = await store.claims.claim(worker, 'activity', 1)
  const planning = await heldOpen(store.pool, (client) => storePlan(client, { pipelineId: id, version: 1, due: new Date(0) }, consumerOfA))
  const settling = store.claims.settle(worker, 'activity', [ended(task!)], 1)
  await someoneWaits(store.pool)
  await planning.commit()
  expect((await settling).next.map(({ componentId }) => componentId)).toEqual(['b'])
})

test('an activity readied while its resource comes up is let go by the sweep', async () => {
  await using store = await testStore()
  const rows = [
    { component: 'm', family: 'resource' as const },
    { component: 'first', resource: 0 },
    { component: 'a' },
    { component: 'b', resource: 0 },
  ]
  await plannedGraph(store, rows, [['a', 'b']])
  const [machine] = await takeWantedResources(store.pool)
  const [task] = await store.claims.claim(worker, 'activity', 1)
  const settling = await settleOpen(store, task!)
  await markResourceRunning(store.pool, machine!, 'i-1')
  await settling.commit()
  expect((await store.claims.claim(worker, 'activity', 9)).map(({ componentId }) => componentId)).toEqual(['first'])
  await sweep(store.pool)
  expect((await store.claims.claim(worker, 'activity', 9)).map(({ componentId }) => componentId)).toEqual(['b'])
})

test('a pipeline that is activated anew while it is looked at is not FINISHED', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 'n', family: 'datanode' }], [])
  const activating = await heldOpen(store.pool, async (client) => {
    await client.query(`update pipelines set last_activation_time = now() where id = $1`, [id])
    await storePlan(client, { pipelineId: id, version: 1, due: new Date(0) }, consumerOfA)
  })
  expect(await finishPipelines(store.pool)).toBe(0)
  await activating.commit()
  expect(await finishPipelines(store.pool)).toBe(0)
})

test('ten who plan the same intervals at once, while a window of the history begins, make each instance once', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 'a' }], [])
  await store.pool.query(
    `insert into watermarks (pipeline_id, schedule_id, schedule_type, anchor, next_due) values ($1, 's', 'timeseries', now(), now())`,
    [id],
  )
  for (let index = 0; index < 10; index++) {
    const at = (n: number): Date => new Date(day.getTime() + n * 3_600_000)
    // Each interval waits for the one before, and keeps a place for the next.
    const row = (n: number, status: 'WAITING_ON_DEPENDENCIES' | 'SCHEDULED') => ({
      ...usual,
      ...more,
      component: 'n',
      key: `@n_${n}`,
      start: at(n),
      status,
      ...(status === 'SCHEDULED' && { schedule: 's', rhythm: 'timeseries' as const, index: n }),
    })
    const schedule = { id: 's', type: 'timeseries' as const, index, nextIndex: index + 1, nextDue: day, nextStart: undefined }
    const plan = {
      rows: [row(index, 'WAITING_ON_DEPENDENCIES'), row(index + 1, 'SCHEDULED')],
      edges: [{ producer: 0, consumer: 1, kind: 'dependsOn' as const }],
      limits: {},
    }
    const [begun, ...answers] = await Promise.all([
      tendWindows(store.pool, { spanMs: -Infinity }),
      ...Array.from({ length: 10 }, () => storePlan(store.pool, { pipelineId: id, version: 1, due: day, schedule }, plan)),
    ])
    expect(begun).toBe(index + 1)
    expect(answers.toSorted()).toEqual(['PLANNED', ...Array.from({ length: 9 }, () => 'STALE')])
  }
  const { rows } = await store.pool.query(
    `select interval_start, count(*)::int as n from instances where component_id = 'n' group by 1 order by 1`,
  )
  expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 11 }, () => 1))
})

const day = new Date('2026-01-01T00:00:00Z')
const usual = {
  referrer: '',
  type: 'ShellCommandActivity',
  family: 'activity',
  start: day,
  stop: day,
  due: day,
  grp: 'default',
  lane: 'activity',
  priority: 0,
} as const
const more = { cascades: true, fires: [], retries: 0, late: null, resource: null } as const

/** Plans b, which waits for the a that is there. */
const consumerOfA = {
  rows: [
    { ...usual, ...more, component: 'b', key: '@b', status: 'WAITING_ON_DEPENDENCIES' },
    { ...usual, ...more, component: 'a', key: '@a', status: 'SCHEDULED' },
  ],
  edges: [{ producer: 1, consumer: 0, kind: 'dependsOn' }],
  limits: {},
} as const
