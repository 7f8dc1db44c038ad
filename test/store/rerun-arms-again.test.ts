import { expect, test } from 'vitest'
import { cancelInstances } from '../../engine/store/actions.ts'
import { rerun, rerunSet } from '../../engine/store/commands.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { sweep } from '../../engine/store/sweeping.ts'
import { plannedGraph, statuses } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'

const worker = { workerId: 'w1', hostname: 'here', groups: ['default'] }
const fires = ['onSuccess', 'onFail', 'onLateAction']
const broken = { status: 'FAILED' as const, errorId: 'Broken', errorMessage: 'it broke', retry: true }

/** Of `t`, oldest first. */
async function actions(store: Store): Promise<string[]> {
  const { rows } = await store.pool.query<{ event: string }>(`select event from outbox where kind = 'action' order by id`)
  return rows.map(({ event }) => event)
}

async function end(store: Store, outcome: { status: 'FINISHED' } | typeof broken): Promise<void> {
  const [task] = await store.claims.claim(worker, 'activity', 1)
  await store.claims.settle(worker, 'activity', [{ attemptId: task!.attemptId, fence: task!.fence, outcome, retryDelayMs: 0 }], 0)
}

async function rerunIt(store: Store, pipelineId: string): Promise<void> {
  const { rows } = await store.pool.query<{ id: string }>('select id::text from instances where pipeline_id = $1', [pipelineId])
  const request = { pipelineId, targets: [rows[0]!.id], downstream: false }
  expect(await rerun(store, request, await rerunSet(store, request))).toBe(true)
}

test('onFail and onSuccess fire once an event, and a rerun arms them again', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 't', fires, retries: 1 }], [])
  await end(store, broken)
  expect(await actions(store)).toEqual([]) // a try is left
  await end(store, broken)
  await rerunIt(store, id)
  await end(store, broken)
  await end(store, broken)
  await rerunIt(store, id)
  await end(store, { status: 'FINISHED' })
  await rerunIt(store, id)
  await end(store, { status: 'FINISHED' })
  expect(await actions(store)).toEqual(['onFail', 'onFail', 'onSuccess', 'onSuccess'])
})

test('a rerun arms onLateAction anew, counted from the rerun', async () => {
  await using store = await testStore()
  const due = new Date(Date.now() - 7_200_000)
  const id = await plannedGraph(store, [{ component: 't', fires, due, late: new Date(due.getTime() + 3_600_000) }], [])
  const late = async () => (await actions(store)).filter((event) => event === 'onLateAction').length
  await sweep(store.pool)
  await sweep(store.pool)
  expect(await late()).toBe(1)
  await end(store, { status: 'FINISHED' })
  await rerunIt(store, id)
  await sweep(store.pool)
  expect(await late()).toBe(1)
  const { rows } = await store.pool.query<{ left: number }>(
    `select extract(epoch from late_time - actual_start_time)::float8 as left from instances`,
  )
  expect(rows).toEqual([{ left: 3600 }])
  await store.pool.query(`update instances set late_time = late_time - interval '1 hour'`)
  await sweep(store.pool)
  expect(await late()).toBe(2)
})

test('what has no lateAfterTimeout is late at no rerun either', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 't', fires }], [])
  await end(store, { status: 'FINISHED' })
  await rerunIt(store, id)
  const { rows } = await store.pool.query('select late_time from instances')
  expect(rows).toEqual([{ late_time: null }])
})

test('what is cancelled fires no action', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [{ component: 't', fires }], [])
  const { rows } = await store.pool.query<{ id: string }>('select id::text from instances')
  await cancelInstances(store.pool, [rows[0]!.id], 'a person asked for it')
  expect(await statuses(store, id)).toEqual({ t: 'CANCELED' })
  expect(await actions(store)).toEqual([])
})

test('a resource is late as any other, once', async () => {
  await using store = await testStore()
  const due = new Date(Date.now() - 7_200_000)
  const rows = [
    { component: 'm', family: 'resource' as const, fires, due, late: new Date(due.getTime() + 3_600_000) },
    { component: 'a', resource: 0 },
  ]
  await plannedGraph(store, rows, [])
  await sweep(store.pool)
  await sweep(store.pool)
  expect(await actions(store)).toEqual(['onLateAction'])
})
