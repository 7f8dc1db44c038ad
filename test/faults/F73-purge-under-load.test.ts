import { expect, test } from 'vitest'
import { rerun, rerunSet } from '../../engine/store/commands.ts'
import { gridCells } from '../../engine/store/grid.ts'
import { healthOf } from '../../engine/store/health.ts'
import { listInstances, statusCounts } from '../../engine/store/instances.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { purgeHistory } from '../../engine/store/purge.ts'
import { reasons } from '../../engine/store/reasons.ts'
import { sweep } from '../../engine/store/sweeping.ts'
import { tendWindows } from '../../engine/store/windows.ts'
import { readRetention } from '../../engine/support/retention.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'
import { expectInvariants } from './rig/invariants.ts'
import { scaled } from './rig/scale.ts'

const names = ['a', 'b', 'c', 'd']

/** One interval that opens and closes: b and c wait for a, d for both; some fail once before they end well, some for good. */
const plan = (store: Store): Promise<string> =>
  plannedGraph(store, names.map((component) => ({ component, retries: 1 })), [['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd']]) // prettier-ignore

/** Claims and settles until `isOver` and nothing is left. Every ending must be accepted: nobody else has its fence, unless its run is gone. */
async function work(store: Store, workerId: string, isOver: () => boolean): Promise<void> {
  const worker = { workerId, hostname: 'here', groups: ['default'] }
  let tasks = await store.claims.claim(worker, 'activity', 5)
  for (let turn = 0; tasks.length > 0 || !isOver(); turn++) {
    const settlements = tasks.map(({ attemptId, fence }, index) => {
      const fails = !isOver() && (turn + index) % 11 === 0
      const outcome = fails
        ? { status: 'FAILED' as const, errorId: 'Unlucky', errorMessage: 'this time', retry: turn % 2 === 0 }
        : { status: 'FINISHED' as const }
      return { attemptId, fence, outcome, retryDelayMs: 0 }
    })
    const { accepted, next } = await store.claims.settle(worker, 'activity', settlements, 5)
    expect(accepted).toEqual(tasks.map(() => true))
    if (next.length === 0) await sweep(store.pool)
    tasks = next.length > 0 ? next : await store.claims.claim(worker, 'activity', 5)
  }
}

/** Everything that a person looks at, each of whose answers has all of a run or nothing of it. */
async function read({ db, pool }: Store, pipelineIds: readonly string[]): Promise<void> {
  const { rows } = await pool.query(
    `select i.id, i.attempt_count, count(a.id) as attempts from instances i left join attempts a on a.instance_id = i.id where i.pipeline_id = any($1)
      group by 1, 2 having i.attempt_count <> count(a.id)`,
    [pipelineIds],
  )
  expect(rows).toEqual([])
  const [pipelineId = ''] = pipelineIds
  await Promise.all([
    gridCells(db, { pipelineId, limit: 10 }),
    statusCounts(db, pipelineIds),
    healthOf(db, pipelineIds),
    reasons(db, { pipelineId }),
    listInstances(db, { pipelineId, held: true }),
  ])
}

/** Runs something that has ended again, if it still is there. Resolves to whether it does. */
async function again(store: Store, pipelineId: string): Promise<boolean> {
  const ended = (await listInstances(store.db, { pipelineId })).filter(({ status }) => status === 'FINISHED' || status === 'FAILED')
  if (ended.length === 0) return false
  const request = { pipelineId, targets: [ended[0]!.id], downstream: true }
  const set = await rerunSet(store, request)
  return set.length > 0 && rerun(store, request, set)
}

test('F73: windows of history are purged under load while others read and run again what is in them: no error, no half run, and nothing that has not ended is lost', async () => {
  await using store = await testStore()
  const pipelines: string[] = []
  const count = { purges: 0, kept: 0, gone: 0, reruns: 0 }
  const end = { isOver: false }
  const during = async (act: () => Promise<void>): Promise<void> => {
    while (!end.isOver) await act()
  }
  const any = (): string => pipelines[Math.floor(Math.random() * pipelines.length)]!
  pipelines.push(await plan(store))

  const planning = Array.from({ length: 2 }, () => during(async () => void pipelines.push(await plan(store))))
  const reading = Array.from({ length: 2 }, () => during(() => read(store, [...pipelines.slice(-20), any(), any()])))
  const rerunning = during(async () => {
    if (await again(store, Math.random() < 0.5 ? any() : pipelines.at(-1)!)) count.reruns++
  })
  const working = ['w1', 'w2'].map((id) => work(store, id, () => end.isOver))
  const purging = (async () => {
    while (count.purges < scaled(8, 400) || count.kept === 0 || count.reruns < 3) {
      await tendWindows(store.pool, { spanMs: -Infinity })
      const { purged } = await purgeHistory(store.pool, readRetention('1 second'), { now: new Date(Date.now() + 60_000) })
      for (const { kept, instances } of purged) {
        count.purges++
        count.kept += kept
        count.gone += instances
      }
    }
    end.isOver = true
  })()
  const all = [...planning, ...reading, rerunning, ...working, purging]
  for (const each of all) each.catch(() => (end.isOver = true)) // told by the line below
  await Promise.all(all)

  await work(store, 'w1', () => true)
  const open = await store.pool.query(
    `select id, component_id, status from instances where status not in ('FINISHED', 'FAILED', 'CASCADE_FAILED')`,
  )
  expect(open.rows).toEqual([])
  expect(count.gone).toBeGreaterThan(0)
  await expectInvariants(store.connection)
  const parts = await store.pool.query(`select 1 from pg_inherits where inhparent = 'instances'::regclass`)
  expect(parts.rowCount).toBe(3) // what was kept, the present window, the next
}, 180_000)
