import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Claimant } from '../../engine/queue/claims.ts'
import { cancelInstances } from '../../engine/store/actions.ts'
import { markFinished, rerun, rerunSet } from '../../engine/store/commands.ts'
import { postgresClaims } from '../../engine/store/claims.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { Claimants, retried } from '../support/claimants.ts'
import { expectRightCounts } from '../support/expect-right-counts.ts'
import { graphInState } from '../support/graph-in-state.ts'
import { heldOpen, someoneWaits } from '../support/held-open.ts'
import { plannedGraph, statuses } from '../support/planned-graph.ts'
import { randomGraph } from '../support/random-graph.ts'
import { testStore } from '../support/store.ts'

const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }

async function idsOf({ pool }: Store, pipelineId: string): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ component: string; id: string }>(
    'select component_id as component, id::text from instances where pipeline_id = $1 order by id',
    [pipelineId],
  )
  return Object.fromEntries(rows.map(({ component, id }) => [component, id]))
}

test('whatever people ask for while a graph runs, its counts stay right', async () => {
  await using store = await testStore()
  await fc.assert(
    fc.asyncProperty(randomGraph, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), async (graph, dice) => {
      const id = await plannedGraph(store, graph.rows, graph.edges)
      const run = new Claimants(store, id, dice)
      const instances = Object.values(await idsOf(store, id))
      const ask = async (): Promise<void> => {
        for (let n = 0; n < 6; n++) await askForSomething(store, id, instances[run.throw(instances.length)]!, run.throw(4))
      }
      await run.untilQuiet(async () => void (await Promise.all([ask(), ask()])))
      expect(new Set(run.claims).size).toBe(run.claims.length)
      await expectRightCounts(store, id)
    }),
    { numRuns: 30, endOnFailure: true },
  )
}, 60_000)

async function askForSomething(store: Store, pipelineId: string, instanceId: string, what: number): Promise<void> {
  if (what === 0) return void (await retried(() => cancelInstances(store.pool, [instanceId], 'a person asked for it')))
  if (what === 1) return void (await retried(() => markFinished(store, [instanceId])))
  const request = { pipelineId, targets: [instanceId], downstream: what === 2 }
  const set = await rerunSet(store, request)
  await retried(() => rerun(store, request, set))
}

test('of two who run the same again at once, one does, and it is counted once', async () => {
  await using store = await testStore()
  const id = await graphInState(store, { t: 'FAILED', a: 'RUNNING', 'b after t a': 'CASCADE_FAILED' })
  const { t, b } = (await idsOf(store, id)) as { t: string; b: string }
  const request = { pipelineId: id, targets: [t], downstream: false }
  const set = await rerunSet(store, request)
  expect(new Set(set)).toEqual(new Set([t, b]))
  const answers = await Promise.all(Array.from({ length: 4 }, () => rerun(store, request, set)))
  expect(answers.filter(Boolean)).toEqual([true])
  expect((await store.pool.query('select distinct rerun from instances where id = any($1::bigint[])', [set])).rows).toEqual([{ rerun: 1 }])
  expect((await store.pool.query('select 1 from attempts where instance_id = $1', [t])).rowCount).toBe(2)
  await expectRightCounts(store, id)
})

test('a rerun whose set has changed since it was shown does nothing', async () => {
  await using store = await testStore()
  const id = await graphInState(store, { t: 'FAILED', 'b after t': 'CASCADE_FAILED' })
  const { t, b } = (await idsOf(store, id)) as { t: string; b: string }
  const request = { pipelineId: id, targets: [t], downstream: false }
  const set = await rerunSet(store, request)
  await markFinished(store, [b])
  expect(await rerun(store, request, set)).toBe(false)
  expect(await statuses(store, id)).toEqual({ t: 'FAILED', b: 'FINISHED' })
})

test('a dependency that ends while the other one is run again is counted once', async () => {
  await using store = await testStore()
  const id = await graphInState(store, { t: 'FINISHED', a: 'WAITING_FOR_RUNNER', 'b after t a': 'WAITING_ON_DEPENDENCIES' })
  const { t } = (await idsOf(store, id)) as { t: string }
  const [task] = await store.claims.claim(worker, 'activity', 1)
  const request = { pipelineId: id, targets: [t], downstream: false }
  const ended = { attemptId: task!.attemptId, fence: task!.fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 }
  const settling = await heldOpen(store.pool, (client) =>
    postgresClaims(client as never, store.signals).settle(worker, 'activity', [ended], 0),
  )
  const rerunning = rerun(store, request, [t])
  await someoneWaits(store.pool)
  await settling.commit()
  expect(await rerunning).toBe(true)
  await expectRightCounts(store, id)
})

test('finish and claim at once: the claim has no fence, and the attempt is not handed out again', async () => {
  await using store = await testStore()
  const names = Array.from({ length: 40 }, (_, n) => `a${n}`)
  const id = await plannedGraph(
    store,
    names.map((component) => ({ component })),
    [],
  )
  const ids = Object.values(await idsOf(store, id))
  const [tasks] = await Promise.all([
    retried(() => store.claims.claim(worker, 'activity', 40)),
    ...ids.map((each) => retried(() => markFinished(store, [each]))),
  ])
  const ended = tasks.map(({ attemptId, fence }) => ({
    attemptId,
    fence,
    outcome: { status: 'FAILED' as const, errorId: 'E', errorMessage: 'e', retry: true },
    retryDelayMs: 0,
  }))
  expect((await store.claims.settle(worker, 'activity', ended, 0)).accepted).toEqual(tasks.map(() => false))
  expect(Object.values(await statuses(store, id))).toEqual(names.map(() => 'FINISHED'))
  expect(await store.claims.claim(worker, 'activity', 40)).toEqual([])
  await expectRightCounts(store, id)
})

test('a task that is claimed while it is marked finished is FINISHED without its attempt', async () => {
  await using store = await testStore()
  const id = await graphInState(store, { t: 'WAITING_FOR_RUNNER', 'b after t': 'WAITING_ON_DEPENDENCIES' })
  const { t } = (await idsOf(store, id)) as { t: string }
  const claiming = await heldOpen(store.pool, (client) => postgresClaims(client as never, store.signals).claim(worker, 'activity', 1))
  const finishing = markFinished(store, [t])
  await someoneWaits(store.pool)
  await claiming.commit()
  await finishing
  const [task] = claiming.result
  expect(await store.fences.holds(task!.attemptId, task!.fence)).toBe(false)
  expect(await statuses(store, id)).toEqual({ t: 'FINISHED', b: 'WAITING_FOR_RUNNER' })
})
