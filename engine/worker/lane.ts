import type { EventEmitter } from 'node:events'
import type { TaskSource } from '../queue/task-source.ts'
import type { Lane, Settlement, SettleResult, Task } from '../queue/task.ts'
import { AttemptAborted } from './attempt-aborted.ts'
import type { LeaseKeeper } from './heartbeat/heartbeat.ts'
import { runAttempt, type RunningAttempt } from './run-attempt.ts'
import type { WorkerEvents } from './worker-events.ts'
import type { WorkerParts } from './worker-parts.ts'

export interface LaneWiring {
  readonly source: TaskSource
  readonly leases: LeaseKeeper
  readonly parts: WorkerParts
  readonly events: EventEmitter<WorkerEvents>
}

interface Ending {
  readonly attempt: RunningAttempt
  readonly settlement: Settlement
}

/** The slots of one lane. Endings are settled together, one call at a time: those that come while a call is under way wait for the next.
 *  Each call asks for as many tasks as there are free slots, so a chain of tasks goes on without a hint. */
export class WorkerLane {
  readonly #lane: Lane
  readonly #slots: number
  readonly #wiring: LaneWiring
  /** Every attempt whose ending is not stored. */
  readonly #attempts = new Map<string, RunningAttempt>()
  /** Slots in use by attempts that have not ended. */
  #busy = 0
  /** Slots that a call under way may fill. */
  #promised = 0
  #ended: Ending[] = []
  #settling = false
  #taking = false
  readonly #stopped = new AbortController()
  #stopReason: AttemptAborted | undefined
  readonly #emptied = Promise.withResolvers<void>()

  constructor(lane: Lane, slots: number, wiring: LaneWiring) {
    this.#lane = lane
    this.#slots = slots
    this.#wiring = wiring
  }

  start(): void {
    void this.#take()
  }

  tasks(): readonly Task[] {
    return [...this.#attempts.values()].map(({ task }) => task)
  }

  /** Takes no more, and resolves when the last ending is stored. */
  stop(): Promise<void> {
    this.#stopped.abort()
    this.#resolveIfEmptied()
    return this.#emptied.promise
  }

  abort(attemptId: string, reason: AttemptAborted): boolean {
    const attempt = this.#attempts.get(attemptId)
    attempt?.abort.abort(reason)
    return attempt !== undefined
  }

  /** Ends what runs. */
  abortAll(reason: AttemptAborted): void {
    this.#stopReason = reason
    for (const attempt of this.#attempts.values()) attempt.abort.abort(reason)
  }

  get #free(): number {
    return this.#stopped.signal.aborted ? 0 : this.#slots - this.#busy - this.#promised
  }

  /** Waits for tasks while slots are free. One call is under way at a time. */
  async #take(): Promise<void> {
    if (this.#taking) return
    this.#taking = true
    for (let want = this.#free; want > 0; want = this.#free) {
      const tasks = await this.#promise(want, () => this.#wiring.source.take(this.#lane, want, this.#stopped.signal))
      this.#begin(tasks ?? [])
      if (!tasks) await this.#pause(1000)
    }
    this.#taking = false
    this.#resolveIfEmptied()
  }

  /** The answer, or undefined after trouble; its slots are spoken for meanwhile. */
  async #promise<T>(want: number, ask: () => Promise<T>): Promise<T | undefined> {
    this.#promised += want
    try {
      return await ask()
    } catch (error) {
      this.#trouble(error)
      return undefined
    } finally {
      this.#promised -= want
    }
  }

  #begin(tasks: readonly Task[]): void {
    for (const task of tasks) void this.#run(task)
  }

  async #run(task: Task): Promise<void> {
    const attempt = this.#hold(task)
    this.#busy++
    this.#wiring.events.emit('started', task)
    // What was claimed while the worker began to stop goes back as it is.
    const settlement = this.#stopped.signal.aborted ? released(task) : await runAttempt(attempt, this.#wiring.parts)
    this.#busy--
    this.#ended.push({ attempt, settlement })
    this.#settleSoon()
  }

  #hold(task: Task): RunningAttempt {
    const { attemptId, fence, leaseMs, claimAgeMs = 0 } = task
    const renewedMs = this.#wiring.parts.timers.now() - claimAgeMs
    const abort = new AbortController()
    const lease = this.#wiring.leases.keep({ attemptId, fence, leaseMs, renewedMs }, (verdict, because) => {
      attempt.lost ||= verdict === 'lost'
      abort.abort(new AttemptAborted(verdict, because))
    })
    const onProgress: RunningAttempt['onProgress'] = (progress) => void this.#wiring.events.emit('progress', task, progress)
    const attempt: RunningAttempt = { task, lease, abort, lost: false, onProgress }
    this.#attempts.set(attemptId, attempt)
    return attempt
  }

  /** In the next turn of the event loop, so that tasks that end together are settled together. */
  #settleSoon(): void {
    if (this.#settling) return
    this.#settling = true
    setImmediate(() => void this.#settleAll())
  }

  async #settleAll(): Promise<void> {
    while (this.#ended.length > 0) {
      const endings = this.#ended
      this.#ended = []
      const result = await this.#settle(endings)
      endings.forEach((ending, index) => this.#close(ending, result?.accepted[index] ?? false))
      this.#begin(result?.next ?? [])
    }
    this.#settling = false
    void this.#take()
    this.#resolveIfEmptied()
  }

  /** Stores endings, however long it takes to reach the store: their leases are kept meanwhile. Undefined when every lease is lost. */
  async #settle(endings: readonly Ending[]): Promise<SettleResult | undefined> {
    const settlements = endings.map(({ settlement }) => settlement)
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 5000)) {
      const want = Math.max(0, this.#free)
      const result = await this.#promise(want, () => this.#wiring.source.settle(this.#lane, settlements, want))
      if (result) return result
      if (endings.every(({ attempt }) => attempt.lost) || this.#stopReason?.abrupt) return undefined
      await this.#pause(pauseMs)
    }
  }

  #close({ attempt, settlement }: Ending, accepted: boolean): void {
    attempt.lease.release()
    if (this.#attempts.get(attempt.task.attemptId) === attempt) this.#attempts.delete(attempt.task.attemptId)
    this.#wiring.events.emit('ended', attempt.task, settlement.outcome, accepted)
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#wiring.parts.timers.after(ms, resolve))
  }

  #trouble(error: unknown): void {
    this.#wiring.events.emit('trouble', error)
  }

  #resolveIfEmptied(): void {
    if (this.#stopped.signal.aborted && this.#attempts.size === 0 && !this.#taking && !this.#settling) this.#emptied.resolve()
  }
}

function released({ attemptId, fence }: Task): Settlement {
  return { attemptId, fence, outcome: { status: 'RELEASED' }, retryDelayMs: 0 }
}
