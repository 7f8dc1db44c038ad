import type { Claimant } from '../../engine/queue/claims.ts'
import type { Lane, Outcome } from '../../engine/queue/task.ts'
import { systemGroup } from '../../engine/scheduler/interval-plan.ts'
import { cancelInstances } from '../../engine/store/actions.ts'
import { deactivate, markFinished, pauseComponents, resumeComponents } from '../../engine/store/commands.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { markResourceFailed, markResourceRunning, takeFinishedResources, takeWantedResources } from '../../engine/store/resources.ts'
import { sweep } from '../../engine/store/sweeping.ts'
import { announceWorker, retireWorker } from '../../engine/store/workers.ts'
import { planAll } from './scheduled-pipeline.ts'

const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default', systemGroup] }

/** Does to one pipeline, step by step, what schedulers, workers, machines and people may do; which is thrown with dice. */
export class Meddler {
  readonly #store: Store
  readonly #pipelineId: string
  readonly #dice: readonly number[]
  #thrown = 0

  constructor(store: Store, pipelineId: string, dice: readonly number[]) {
    this.#store = store
    this.#pipelineId = pipelineId
    this.#dice = dice
  }

  /** A number from 0 to below `sides`. */
  throw(sides: number): number {
    return (this.#dice[this.#thrown++ % this.#dice.length]! + this.#thrown) % sides
  }

  async step(): Promise<void> {
    const { pool } = this.#store
    switch (this.throw(13)) {
      case 0:
      case 1:
        return void (await planAll(this.#store))
      case 2:
      case 3:
      case 4:
        return this.#work('activity')
      case 5:
      case 6:
        return this.#work('precondition')
      case 7:
        return this.#pauseOrResume()
      case 8:
        return this.#machines()
      case 9:
        return this.throw(2) === 0
          ? announceWorker(pool, { ...worker, groups: [['default'], [systemGroup], ['other']][this.throw(3)]! })
          : retireWorker(pool, 'w1')
      case 10:
        return this.#person()
      case 11:
        return this.#pauseForAWhile()
      default:
        await pool.query(`update attempts set available_time = now() - interval '1 second' where held in ('CHECK', 'RETRY_DELAY')`)
        return void (this.throw(2) === 0 && (await sweep(pool)))
    }
  }

  async #work(lane: Lane): Promise<void> {
    const { claims } = this.#store
    const tasks = await claims.claim(worker, lane, 1 + this.throw(4))
    const settled = tasks
      .filter(() => this.throw(4) > 0)
      .map(({ attemptId, fence }) => ({ attemptId, fence, outcome: this.#outcome(lane), retryDelayMs: 60_000 }))
    if (settled.length > 0) await claims.settle(worker, lane, settled, 0)
  }

  #outcome(lane: Lane): Outcome {
    const dice = this.throw(10)
    if (dice < 4) return { status: 'FINISHED' }
    if (lane === 'precondition' && dice < 6) return { status: 'FALSE', because: 'not there', delayMs: 60_000 }
    if (lane === 'precondition' && dice < 8) return { status: 'FALSE', because: 'refused', kind: 'NO_PERMISSION', delayMs: 60_000 }
    if (dice < 6) return { status: 'FINISHED' }
    return { status: 'FAILED', errorId: 'Broken', errorMessage: 'it broke', retry: dice < 8 }
  }

  async #pauseOrResume(): Promise<void> {
    const ids = ['c0', 'c1', 'c2', 'shared', 'n0'].filter(() => this.throw(3) === 0)
    await (this.throw(3) === 0 ? resumeComponents : pauseComponents)(this.#store, this.#pipelineId, ids)
  }

  /** What comes meanwhile is kept, and has to wait for its turn afterwards. */
  async #pauseForAWhile(): Promise<void> {
    const ids = ['c0', 'c1', 'c2']
    await pauseComponents(this.#store, this.#pipelineId, ids)
    await planAll(this.#store)
    await resumeComponents(this.#store, this.#pipelineId, ids)
  }

  async #machines(): Promise<void> {
    const { pool } = this.#store
    if (this.throw(4) === 0) return void (await takeFinishedResources(pool))
    const made = await takeWantedResources(pool)
    for (const machine of made) {
      const dice = this.throw(4)
      if (dice < 2) await markResourceRunning(pool, machine, 'i-1')
      else if (dice === 2) await markResourceFailed(pool, machine, 'Broken', 'no room')
    }
  }

  async #person(): Promise<void> {
    const { pool } = this.#store
    const { rows } = await pool.query<{ id: string }>('select id::text from instances where pipeline_id = $1 order by id', [
      this.#pipelineId,
    ])
    const id = rows[this.throw(Math.max(1, rows.length))]?.id
    if (id === undefined) return
    const dice = this.throw(8)
    if (dice < 4) await cancelInstances(pool, [id], 'a person asked for it')
    else if (dice < 7) await markFinished(this.#store, [id])
    else await deactivate(this.#store, this.#pipelineId, true)
  }
}
