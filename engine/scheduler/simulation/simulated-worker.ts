import type { Claimant } from '../../queue/claims.ts'
import type { Lane, Outcome, Settlement, Task } from '../../queue/task.ts'
import type { Ground } from './ground.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What becomes of a task that a worker has taken. */
export interface Fate {
  readonly durationMs: number
  readonly outcome: Outcome
  readonly retryDelayMs: number
}

export interface WorkerOptions {
  readonly ground: Ground
  readonly clock: VirtualClock
  readonly claimant: Claimant
  readonly slots: number
  readonly leaseMs: number
  /** How long it trusts the hints before it looks at the store by itself. */
  readonly pollMs: number
  readonly fateOf: (task: Task) => Fate
  /** Offers hints for what was readied and not claimed. */
  readonly offer: (hints: Awaited<ReturnType<Ground['claims']['settle']>>['hints']) => void
  /** Hears each task as it is begun, and as it is settled. */
  readonly began?: (task: Task, worker: string) => void
  readonly settled?: (settlement: Settlement, accepted: boolean) => void
  readonly onError: (error: unknown) => void
}

interface Run {
  readonly task: Task
  readonly lane: Lane
  readonly fate: Fate
  readonly timer: unknown
}

/** A worker whose tasks take their time on a virtual clock and do nothing. It claims, beats and settles as a real one does. */
export class SimulatedWorker {
  readonly options: WorkerOptions
  readonly #runs = new Map<string, Run>()
  #alive = true
  #poll: unknown
  #beat: unknown
  readonly #looking = new Set<Lane>()
  readonly #lookAgain = new Set<Lane>()

  constructor(options: WorkerOptions) {
    this.options = options
    this.#pollLater()
  }

  get id(): string {
    return this.options.claimant.workerId
  }

  get isAlive(): boolean {
    return this.#alive
  }

  get running(): readonly Task[] {
    return [...this.#runs.values()].map(({ task }) => task)
  }

  serves(group: string): boolean {
    return this.#alive && this.options.claimant.groups.includes(group)
  }

  /** Looks at the store for tasks, now. */
  look(lane: Lane): void {
    if (!this.#alive || this.#free(lane) === 0) return
    if (this.#looking.has(lane)) return void this.#lookAgain.add(lane)
    this.#looking.add(lane)
    this.#claim(lane)
      .catch(this.options.onError)
      .finally(() => {
        this.#looking.delete(lane)
        if (this.#lookAgain.delete(lane)) this.look(lane)
      })
  }

  /** Ends at once and tells nobody: its leases run out. */
  die(): void {
    this.#alive = false
    const { clock } = this.options
    for (const { timer } of this.#runs.values()) clock.clearTimeout(timer)
    this.#runs.clear()
    clock.clearTimeout(this.#poll)
    clock.clearTimeout(this.#beat)
  }

  /** Ends and hands back what it runs. */
  async leave(): Promise<void> {
    const runs = [...this.#runs.values()]
    this.die()
    for (const { task, lane } of runs) await this.#settle(lane, [{ task, fate: released }], 0)
  }

  /** Beats no more for a while, though it goes on: its clock stood still, or the store could not be reached. */
  deafen(forMs: number): void {
    const { clock } = this.options
    clock.clearTimeout(this.#beat)
    this.#beat = this.#alive ? clock.setTimeout(() => this.#beatNow(), forMs) : undefined
  }

  #free(lane: Lane): number {
    let used = 0
    for (const run of this.#runs.values()) if (run.lane === lane) used++
    return Math.max(0, this.options.slots - used)
  }

  async #claim(lane: Lane): Promise<void> {
    const { ground, claimant } = this.options
    for (const task of await ground.claims.claim(claimant, lane, this.#free(lane))) this.#begin(lane, task)
  }

  #begin(lane: Lane, task: Task): void {
    if (!this.#alive) return // it died between the claim and its answer
    const { clock, fateOf, began, leaseMs } = this.options
    began?.(task, this.id)
    const fate = fateOf(task)
    const timer = clock.setTimeout(() => this.#end(task.taskId), fate.durationMs)
    this.#runs.set(task.taskId, { task, lane, fate, timer })
    this.#beat ??= clock.setTimeout(() => this.#beatNow(), leaseMs / 3)
  }

  #end(taskId: string): void {
    const run = this.#runs.get(taskId)
    if (!run) return
    this.#runs.delete(taskId)
    this.#settle(run.lane, [run], this.#free(run.lane)).catch(this.options.onError)
  }

  async #settle(lane: Lane, ended: readonly Pick<Run, 'task' | 'fate'>[], want: number): Promise<void> {
    const { ground, claimant, settled, offer } = this.options
    const settlements = ended.map(({ task, fate }) => settlementOf(task, fate))
    const { accepted, next, hints } = await ground.claims.settle(claimant, lane, settlements, want)
    for (const [index, settlement] of settlements.entries()) settled?.(settlement, accepted[index] ?? false)
    offer(hints)
    for (const task of next) this.#begin(lane, task)
  }

  #beatNow(): void {
    this.#beat = undefined
    if (this.#runs.size === 0) return
    this.#beat = this.options.clock.setTimeout(() => this.#beatNow(), this.options.leaseMs / 3)
    const runs = [...this.#runs.values()]
    this.options.ground
      .renew(runs.map(({ task }) => task))
      .then((verdicts) => {
        for (const [index, { task, timer }] of runs.entries()) {
          if (verdicts[index] === 'held') continue
          this.options.clock.clearTimeout(timer)
          this.#runs.delete(task.taskId)
        }
        return undefined
      })
      .catch(this.options.onError)
  }

  #pollLater(): void {
    const { clock, pollMs } = this.options
    this.#poll = clock.setTimeout(() => {
      this.look('activity')
      this.look('precondition')
      this.#pollLater()
    }, pollMs)
  }
}

const released: Fate = { durationMs: 0, outcome: { status: 'RELEASED' }, retryDelayMs: 0 }

function settlementOf({ attemptId, fence }: Task, { outcome, retryDelayMs }: Fate): Settlement {
  return { attemptId, fence, outcome, retryDelayMs }
}
