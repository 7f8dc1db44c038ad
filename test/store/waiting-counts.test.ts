import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Claimant } from '../../engine/queue/claims.ts'
import { patiently, pause } from '../../engine/queue/patience.ts'
import type { Lane, Outcome, Settlement, Task } from '../../engine/queue/task.ts'
import { cancelInstances } from '../../engine/store/actions.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { reasons, type Reason } from '../../engine/store/reasons.ts'
import { sweep } from '../../engine/store/sweeping.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { randomGraph } from '../support/random-graph.ts'
import { testStore } from '../support/store.ts'

const others = ['FAILED', 'HOPELESS', 'RELEASED', 'FALSE', 'LOST', 'CANCELED'] as const
type Ending = 'FINISHED' | (typeof others)[number]
const lanes: readonly Lane[] = ['activity', 'precondition']

test('whatever claimants do to a graph at once, its counts stay right and all of it ends or waits for what failed', async () => {
  await using store = await testStore()
  await fc.assert(
    fc.asyncProperty(randomGraph, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), fc.boolean(), async (graph, dice, cancels) => {
      const id = await plannedGraph(store, graph.rows, graph.edges)
      const run = new Run(store, id, dice)
      await run.untilQuiet(cancels)
      expect(new Set(run.claims).size).toBe(run.claims.length)
      await expectConsistent(store, id)
    }),
    { numRuns: 40, endOnFailure: true },
  )
}, 60_000)

/** Claimants, a sweeper and perhaps a person who cancels, all at once. */
class Run {
  /** Every claim ever handed out: attempt and fence. */
  readonly claims: string[] = []
  readonly #store: Store
  readonly #pipelineId: string
  readonly #dice: readonly number[]
  #thrown = 0

  constructor(store: Store, pipelineId: string, dice: readonly number[]) {
    this.#store = store
    this.#pipelineId = pipelineId
    this.#dice = dice
  }

  async untilQuiet(cancels: boolean): Promise<void> {
    for (let round = 0; await this.#isOpen(); round++) {
      const claimants = [1, 2, 3].map((n): Claimant => ({ workerId: `w${n}`, hostname: 'here', groups: ['default'] }))
      const work = claimants.flatMap((claimant) => lanes.map((lane) => this.#work(claimant, lane)))
      await Promise.all([...work, this.#sweep(), cancels && round === 0 ? this.#cancel() : undefined])
    }
  }

  #throw(sides: number): number {
    return (this.#dice[this.#thrown++ % this.#dice.length]! + this.#thrown) % sides
  }

  async #isOpen(): Promise<boolean> {
    const open = `select 1 from attempts a join instances i on i.id = a.instance_id where i.pipeline_id = $1 and a.status in ('WAITING_FOR_RUNNER', 'RUNNING')`
    return (await this.#store.pool.query(open, [this.#pipelineId])).rowCount !== 0
  }

  async #work(claimant: Claimant, lane: Lane): Promise<void> {
    const { claims } = this.#store
    let tasks = await retried(() => claims.claim(claimant, lane, 1 + this.#throw(5)))
    while (tasks.length > 0) {
      this.claims.push(...tasks.map(({ attemptId, fence }) => `${attemptId} ${fence}`))
      const settlements = (await Promise.all(tasks.map((task) => this.#settlement(task)))).filter((each) => each !== undefined)
      const want = this.#throw(5)
      tasks = (await retried(() => claims.settle(claimant, lane, settlements, want))).next
    }
  }

  async #settlement({ attemptId, fence }: Task): Promise<Settlement | undefined> {
    const ending: Ending = this.#throw(10) < 7 ? 'FINISHED' : others[this.#throw(others.length)]!
    if (ending === 'LOST') {
      await this.#store.pool.query(`update attempts set lease_until = now() - interval '1 second' where id = $1 and fence = $2`, [
        attemptId,
        fence,
      ])
      if (this.#throw(2) === 0) return undefined
    }
    return { attemptId, fence, outcome: outcomeOf(ending), retryDelayMs: this.#throw(2) * 60_000 }
  }

  async #sweep(): Promise<void> {
    const { pool } = this.#store
    await pool.query(`update attempts set available_time = now() where status = 'WAITING_FOR_RUNNER' and held in ('RETRY_DELAY', 'CHECK')`)
    await retried(() => sweep(pool))
  }

  async #cancel(): Promise<void> {
    const { pool } = this.#store
    const { rows } = await pool.query<{ id: string }>('select id::text from instances where pipeline_id = $1 order by id', [
      this.#pipelineId,
    ])
    for (let n = 0; n < 3; n++) await retried(() => cancelInstances(pool, [rows[this.#throw(rows.length)]!.id], 'a person asked for it'))
  }
}

function outcomeOf(ending: Ending): Outcome {
  if (ending === 'FAILED' || ending === 'HOPELESS')
    return { status: 'FAILED', errorId: 'Broken', errorMessage: 'it broke', retry: ending === 'FAILED' }
  if (ending === 'CANCELED') return { status: 'CANCELED', reason: 'it was told to' }
  if (ending === 'FALSE') return { status: 'FALSE', because: 'not yet', delayMs: 60_000 }
  return { status: ending === 'RELEASED' ? 'RELEASED' : 'FINISHED' }
}

function retried<T>(work: () => Promise<T>): Promise<T> {
  return patiently(work, { pause, random: Math.random, deadlineMs: 5000 })
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
