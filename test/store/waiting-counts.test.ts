import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cancelInstances } from '../../engine/store/actions.ts'
import type { Store } from '../../engine/store/open-store.ts'
import type { Reason } from '../../engine/store/reason.ts'
import { reasons } from '../../engine/store/reasons.ts'
import { Claimants, retried } from '../support/claimants.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { randomGraph } from '../support/random-graph.ts'
import { testStore } from '../support/store.ts'

test('whatever claimants do to a graph at once, its counts stay right and all of it ends or waits for what failed', async () => {
  await using store = await testStore()
  await fc.assert(
    fc.asyncProperty(randomGraph, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), fc.boolean(), async (graph, dice, cancels) => {
      const id = await plannedGraph(store, graph.rows, graph.edges)
      const run = new Claimants(store, id, dice)
      await run.untilQuiet(() => (cancels ? cancelSome(store, id, run) : undefined))
      expect(new Set(run.claims).size).toBe(run.claims.length)
      await expectConsistent(store, id)
    }),
    { numRuns: 40, endOnFailure: true },
  )
}, 60_000)

async function cancelSome({ pool }: Store, pipelineId: string, run: Claimants): Promise<void> {
  const { rows } = await pool.query<{ id: string }>('select id::text from instances where pipeline_id = $1 order by id', [pipelineId])
  for (let n = 0; n < 3; n++) await retried(() => cancelInstances(pool, [rows[run.throw(rows.length)]!.id], 'a person asked for it'))
}

async function expectConsistent(store: Store, pipelineId: string): Promise<void> {
  const facts = await store.pool.query<{
    waiting: number
    unmet: number
    ended: boolean
    finished: boolean
    status: string
    attempts: number
    most: number
  }>(
    `select i.status, i.waiting, i.status in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED') as ended, i.status = 'FINISHED' as finished,
      (select count(*)::int from dependencies d join instances p on p.id = d.producer_id where d.consumer_id = i.id and p.status <> 'FINISHED') as unmet,
      (select count(*)::int from attempts a where a.instance_id = i.id) as attempts, 1 + i.maximum_retries as most
     from instances i where i.pipeline_id = $1`,
    [pipelineId],
  )
  const open = facts.rows.filter(({ ended }) => !ended)
  expect(open.map(({ status, waiting }) => ({ status, waiting }))).toEqual(
    open.map(({ unmet }) => ({ status: 'WAITING_ON_DEPENDENCIES', waiting: unmet })),
  )
  expect(open.filter(({ unmet }) => unmet === 0)).toEqual([])
  expect(facts.rows.filter(({ finished, unmet }) => finished && unmet > 0)).toEqual([])
  expect(facts.rows.filter(({ attempts, most }) => attempts > most)).toEqual([])
  const why = await reasons(store.db, { pipelineId })
  expect(why).toHaveLength(open.length)
  expect(new Set(why.map(({ instanceId }) => instanceId)).size).toBe(open.length)
  expect(why.some(({ code }) => code === 'DEPENDENCY_FAILED')).toBe(open.length > 0)
  expect(why.filter(({ code, object, instanceKey }) => !isDependency(code) || object === instanceKey)).toEqual([])
}

function isDependency(code: Reason['code']): boolean {
  return code === 'DEPENDENCY' || code === 'DEPENDENCY_FAILED' || code === 'PRECONDITION'
}
