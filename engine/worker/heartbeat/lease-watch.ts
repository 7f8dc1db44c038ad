import type { Progress } from '../../spec/context.ts'
import type { Timers } from '../timers.ts'
import type { Beat, LeaseRenewal, Verdict, WatchedAttempt } from './renewal.ts'

export interface LeaseWatchWiring {
  readonly renewal: Pick<LeaseRenewal, 'renew'>
  readonly timers: Timers
  /** Asks the main loop for a sign of life, and says for how many milliseconds it has owed one. */
  probeMainLoop(): number
  report(attemptId: string, verdict: 'canceled' | 'lost', because: string): void
  /** Kills a process group, and whatever carries the mark. */
  kill(group: number, mark: string): void
}

interface Kept extends WatchedAttempt {
  renewedMs: number
  progress?: Progress
  readonly children: Map<number, string>
}

/** Keeps the leases of attempts alive, and ends the attempts whose lease it could not renew while the lease still runs.
 *
 *  A third of the lease passes between beats. An attempt is ended a sixth of the lease before its lease can have ended, counted from when
 *  the last beat that was granted was *sent*. A main loop that is silent for half a lease is not vouched for any more. */
export class LeaseWatch {
  readonly #wiring: LeaseWatchWiring
  readonly #attempts = new Map<string, Kept>()
  #nextBeatMs = Infinity
  #cancelTimer = (): void => {}

  constructor(wiring: LeaseWatchWiring) {
    this.#wiring = wiring
  }

  watch(attempt: WatchedAttempt): void {
    this.#attempts.set(attempt.attemptId, { ...attempt, children: new Map() })
    this.#nextBeatMs = Math.min(this.#nextBeatMs, attempt.renewedMs + attempt.leaseMs / 3)
    this.#schedule()
  }

  /** Does not wait for the time of the next beat. */
  beatNow(): void {
    if (this.#attempts.size > 0) void this.#beat()
  }

  progress(attemptId: string, progress: Progress): void {
    const attempt = this.#attempts.get(attemptId)
    if (attempt) attempt.progress = progress
  }

  /** For an attempt that was ended meanwhile, the child is killed at once. */
  child(attemptId: string, group: number, mark: string): void {
    const attempt = this.#attempts.get(attemptId)
    if (attempt) attempt.children.set(group, mark)
    else this.#wiring.kill(group, mark)
  }

  childGone(attemptId: string, group: number): void {
    this.#attempts.get(attemptId)?.children.delete(group)
  }

  forget(attemptId: string): void {
    this.#attempts.delete(attemptId)
    this.#schedule()
  }

  #schedule(): void {
    this.#cancelTimer()
    if (this.#attempts.size === 0) this.#nextBeatMs = Infinity
    if (this.#attempts.size === 0) return
    const { timers } = this.#wiring
    const due = Math.min(this.#nextBeatMs, ...[...this.#attempts.values()].map(deadline))
    this.#cancelTimer = timers.after(Math.max(0, due - timers.now()), () => this.#tick())
  }

  #tick(): void {
    this.#endOverdue()
    if (this.#attempts.size > 0 && this.#wiring.timers.now() >= this.#nextBeatMs) void this.#beat()
    this.#schedule()
  }

  #endOverdue(): void {
    const now = this.#wiring.timers.now()
    const overdue = [...this.#attempts.values()].filter((attempt) => now >= deadline(attempt))
    for (const attempt of overdue) this.#end(attempt, 'lost', 'The lease could not be renewed in time.')
  }

  async #beat(): Promise<void> {
    const { renewal, timers } = this.#wiring
    const attempts = [...this.#attempts.values()]
    const leaseMs = Math.min(...attempts.map((attempt) => attempt.leaseMs))
    const sentMs = timers.now()
    this.#nextBeatMs = sentMs + leaseMs / 3
    if (this.#wiring.probeMainLoop() >= leaseMs / 2) return
    try {
      const verdicts = await renewal.renew(attempts.map(beatOf))
      attempts.forEach((attempt, index) => this.#judge(attempt, verdicts[index] ?? 'lost', sentMs))
    } catch {
      this.#nextBeatMs = Math.min(this.#nextBeatMs, timers.now() + leaseMs / 12) // what happens if that fails too, the deadline decides
    }
    this.#schedule()
  }

  #judge(attempt: Kept, verdict: Verdict, sentMs: number): void {
    if (this.#attempts.get(attempt.attemptId) !== attempt) return
    if (verdict === 'held') attempt.renewedMs = Math.max(attempt.renewedMs, sentMs)
    else if (verdict === 'canceled') this.#forward(attempt, 'canceled', 'Canceled while it was running.')
    else this.#end(attempt, 'lost', 'Another claim has taken over.')
  }

  /** The main loop ends the attempt gently; should it be unable to, the deadline still stands, since no beat renews the lease. */
  #forward(attempt: Kept, verdict: 'canceled', because: string): void {
    this.#wiring.report(attempt.attemptId, verdict, because)
  }

  #end(attempt: Kept, verdict: 'lost', because: string): void {
    this.#attempts.delete(attempt.attemptId)
    this.#wiring.report(attempt.attemptId, verdict, because)
    for (const [group, mark] of attempt.children) this.#wiring.kill(group, mark)
  }
}

function deadline({ renewedMs, leaseMs }: Kept): number {
  return renewedMs + leaseMs - leaseMs / 6
}

function beatOf({ attemptId, fence, progress }: Kept): Beat {
  return { attemptId, fence, progress }
}
