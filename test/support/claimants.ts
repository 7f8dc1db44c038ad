import type { Claimant } from '../../engine/queue/claims.ts'
import { patiently, pause } from '../../engine/queue/patience.ts'
import type { Lane, Outcome, Settlement, Task } from '../../engine/queue/task.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { sweep } from '../../engine/store/sweeping.ts'

const others = ['FAILED', 'HOPELESS', 'RELEASED', 'FALSE', 'LOST', 'CANCELED'] as const
type Ending = 'FINISHED' | (typeof others)[number]
const lanes: readonly Lane[] = ['activity', 'precondition']

/** Claimants and a sweeper, all at once, on one pipeline that `plannedGraph` made; endings are thrown with dice. */
export class Claimants {
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

  /** Works until nothing of the pipeline can be claimed. `meddle` is done at the same time as the first round. */
  async untilQuiet(meddle: () => Promise<void> | undefined): Promise<void> {
    for (let round = 0; await this.#isOpen(); round++) {
      const claimants = [1, 2, 3].map((n): Claimant => ({ workerId: `w${n}`, hostname: 'here', groups: ['default'] }))
      const work = claimants.flatMap((claimant) => lanes.map((lane) => this.#work(claimant, lane)))
      await Promise.all([...work, this.#sweep(), round === 0 ? meddle() : undefined])
    }
  }

  /** A number from 0 to below `sides`. */
  throw(sides: number): number {
    return (this.#dice[this.#thrown++ % this.#dice.length]! + this.#thrown) % sides
  }

  async #isOpen(): Promise<boolean> {
    const open = `select 1 from attempts a join instances i on i.id = a.instance_id where i.pipeline_id = $1 and a.status in ('WAITING_FOR_RUNNER', 'RUNNING')`
    return (await this.#store.pool.query(open, [this.#pipelineId])).rowCount !== 0
  }

  async #work(claimant: Claimant, lane: Lane): Promise<void> {
    const { claims } = this.#store
    let tasks = await retried(() => claims.claim(claimant, lane, 1 + this.throw(5)))
    while (tasks.length > 0) {
      this.claims.push(...tasks.map(({ attemptId, fence }) => `${attemptId} ${fence}`))
      const settlements = (await Promise.all(tasks.map((task) => this.#settlement(task)))).filter((each) => each !== undefined)
      const want = this.throw(5)
      tasks = (await retried(() => claims.settle(claimant, lane, settlements, want))).next
    }
  }

  async #settlement({ attemptId, fence }: Task): Promise<Settlement | undefined> {
    const ending: Ending = this.throw(10) < 7 ? 'FINISHED' : others[this.throw(others.length)]!
    if (ending === 'LOST') {
      await this.#store.pool.query(`update attempts set lease_until = now() - interval '1 second' where id = $1 and fence = $2`, [
        attemptId,
        fence,
      ])
      if (this.throw(2) === 0) return undefined
    }
    return { attemptId, fence, outcome: outcomeOf(ending), retryDelayMs: this.throw(2) * 60_000 }
  }

  async #sweep(): Promise<void> {
    const { pool } = this.#store
    await pool.query(`update attempts set available_time = now() where status = 'WAITING_FOR_RUNNER' and held in ('RETRY_DELAY', 'CHECK')`)
    await retried(() => sweep(pool))
  }
}

function outcomeOf(ending: Ending): Outcome {
  if (ending === 'FAILED' || ending === 'HOPELESS')
    return { status: 'FAILED', errorId: 'Broken', errorMessage: 'it broke', retry: ending === 'FAILED' }
  if (ending === 'CANCELED') return { status: 'CANCELED', reason: 'it was told to' }
  if (ending === 'FALSE') return { status: 'FALSE', because: 'not yet', delayMs: 60_000 }
  return { status: ending === 'RELEASED' ? 'RELEASED' : 'FINISHED' }
}

/** Tries again what met another transaction crosswise, as everyone who writes into the store does. */
export function retried<T>(work: () => Promise<T>): Promise<T> {
  return patiently(work, { pause, random: Math.random, deadlineMs: 5000 })
}
