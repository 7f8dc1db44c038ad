import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Progress } from '../../spec/context.ts'
import { realTimers, type Timers } from '../timers.ts'
import type { HeartbeatData } from './heartbeat-thread.ts'
import type { FromThread, ToThread, WatchedAttempt } from './renewal.ts'

/** Keeps the leases of running attempts. */
export interface LeaseKeeper {
  /** Keeps the lease until `release`. `onEnd` is called when the attempt was cancelled or its lease is lost; again when a
   *  cancelled attempt does not end in time. */
  keep(attempt: Omit<WatchedAttempt, 'progress'>, onEnd: (verdict: 'canceled' | 'lost', because: string) => void): Lease
  /** Asks at once whether what is kept was cancelled, instead of at the next beat. */
  beatNow(): void
  close(): Promise<void>
}

export interface Lease {
  /** Travels with the next beat. */
  progress(progress: Progress): void
  /** A process group to be killed when the lease cannot be renewed, even if the main loop is stuck; the answer takes it off again. */
  child(group: number, mark: string): () => void
  release(): void
}

export interface HeartbeatOptions {
  /** URL of a module that exports `openLeaseRenewal`. */
  readonly module: string
  /** What `openLeaseRenewal` receives; crosses to the thread, so plain data. */
  readonly config: unknown
  readonly timers?: Timers
}

interface Kept {
  readonly attempt: Omit<WatchedAttempt, 'progress'>
  readonly onEnd: (verdict: 'canceled' | 'lost', because: string) => void
  progress?: Progress
  /** Process groups with their marks. */
  readonly children: Map<number, string>
  /** Whether the thread has been told. */
  watched: boolean
}

/** A lease keeper with a thread of its own, which starts with the first attempt that has a child or lasts longer than a sixth of its
 *  lease: shorter ones cost no message. While there is nothing to keep, neither thread has a timer. */
export function startHeartbeat(options: HeartbeatOptions): LeaseKeeper {
  return new Heartbeat(options)
}

class Heartbeat implements LeaseKeeper {
  readonly #options: HeartbeatOptions
  readonly #timers: Timers
  readonly #kept = new Map<string, Kept>()
  readonly #answered = new SharedArrayBuffer(4)
  #thread: Worker | undefined
  #cancelTimer: (() => void) | undefined

  constructor(options: HeartbeatOptions) {
    this.#options = options
    this.#timers = options.timers ?? realTimers
  }

  keep(attempt: Kept['attempt'], onEnd: Kept['onEnd']): Lease {
    const kept: Kept = { attempt, onEnd, children: new Map(), watched: false }
    const { attemptId } = attempt
    this.#kept.set(attemptId, kept)
    this.#scheduleLook(attempt.leaseMs / 6)
    return {
      progress: (progress) => {
        kept.progress = progress
        if (kept.watched) this.#tell({ type: 'progress', attemptId, progress })
      },
      child: (group, mark) => {
        kept.children.set(group, mark)
        if (kept.watched) this.#tell({ type: 'child', attemptId, group, mark })
        else this.#watch(kept)
        return () => {
          kept.children.delete(group)
          this.#tell({ type: 'childGone', attemptId, group })
        }
      },
      release: () => {
        if (this.#kept.get(attemptId) === kept) this.#kept.delete(attemptId)
        if (!kept.watched) return
        this.#tell({ type: 'forget', attemptId })
        this.#holdProcess()
      },
    }
  }

  beatNow(): void {
    for (const kept of this.#kept.values()) this.#watch(kept)
    this.#tell({ type: 'beat' })
  }

  async close(): Promise<void> {
    this.#cancelTimer?.()
    const thread = this.#thread
    if (!thread) return
    const gone = new Promise((resolve) => thread.once('exit', resolve))
    this.#tell({ type: 'close' })
    this.#thread = undefined
    const cancel = this.#timers.after(2000, () => void thread.terminate())
    await gone
    cancel()
  }

  /** One timer for all attempts: at each look, those that have lasted are handed to the thread. */
  #scheduleLook(delayMs: number): void {
    this.#cancelTimer ??= this.#timers.after(delayMs, () => {
      this.#cancelTimer = undefined
      const now = this.#timers.now()
      const young = [...this.#kept.values()].filter((kept) => !kept.watched && !this.#watchIfLasting(kept, now))
      if (young.length > 0) this.#scheduleLook(delayMs)
    })
  }

  #watchIfLasting(kept: Kept, now: number): boolean {
    if (now - kept.attempt.renewedMs < kept.attempt.leaseMs / 6) return false
    this.#watch(kept)
    return true
  }

  #watch(kept: Kept): void {
    if (kept.watched) return
    kept.watched = true
    this.#thread ??= this.#startThread()
    const { attempt, progress, children } = kept
    this.#tell({ type: 'watch', attempt: { ...attempt, progress } })
    for (const [group, mark] of children) this.#tell({ type: 'child', attemptId: attempt.attemptId, group, mark })
    this.#holdProcess()
  }

  #startThread(): Worker {
    const { module, config } = this.#options
    const data: HeartbeatData = { module, config, answered: this.#answered }
    const thread = new Worker(new URL(`heartbeat-thread${extname(import.meta.url)}`, import.meta.url), { workerData: data })
    thread.on('message', (message: FromThread) => this.#receive(message))
    thread.on('error', (error) => this.#threadFailed(thread, error))
    return thread
  }

  #receive(message: FromThread): void {
    if (message.type === 'ping') Atomics.store(new Int32Array(this.#answered), 0, message.count)
    else this.#kept.get(message.attemptId)?.onEnd(message.verdict, message.because)
  }

  /** Without its thread no lease is renewed. What has time left gets a new thread at the next look; the rest is ended now. */
  #threadFailed(thread: Worker, error: unknown): void {
    if (this.#thread === thread) this.#thread = undefined
    Atomics.store(new Int32Array(this.#answered), 0, 0)
    const because = `The heartbeat has failed: ${error instanceof Error ? error.message : String(error)}`
    for (const kept of this.#kept.values()) {
      if (!kept.watched) continue
      const { renewedMs, leaseMs } = kept.attempt
      kept.watched = this.#timers.now() - renewedMs >= leaseMs / 2
      if (kept.watched) kept.onEnd('lost', because)
      else this.#scheduleLook(leaseMs / 12)
    }
  }

  #tell(message: ToThread): void {
    this.#thread?.postMessage(message)
  }

  /** The thread keeps the process alive only while it watches something. */
  #holdProcess(): void {
    if ([...this.#kept.values()].some((kept) => kept.watched)) this.#thread?.ref()
    else this.#thread?.unref()
  }
}
