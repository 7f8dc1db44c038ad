import type { Claimant, Claims, Hint } from './claims.ts'
import { isConnectionError } from './connection-error.ts'
import { patiently, pause as realPause, type Pause } from './patience.ts'
import { heardClaims } from './heard-claims.ts'
import type { HintListener, HintQueue } from './hint-queue.ts'
import type { TaskSource } from './task-source.ts'
import type { Lane, Task } from './task.ts'

/** Long enough for a connection that was lost while idle; after a longer outage the sweep finds what is due. */
const offerDeadlineMs = 500

export interface TaskSourceOptions {
  readonly claims: Claims
  readonly hints: HintQueue
  readonly claimant: Claimant
  readonly lanes?: readonly Lane[]
  /** How long a take trusts the hints before it looks at the store by itself: the longest delay that a lost hint can cause. */
  readonly fallbackPollMs?: number
  /** How long a settle is tried again while the store is away. */
  readonly settleDeadlineMs?: number
  /** Asked before each claim; while it says no, nothing is claimed. Default: yes. */
  readonly mayClaim?: () => Promise<boolean>
  readonly pause?: Pause
  readonly random?: () => number
}

/** Totals since the source was made. */
export interface TaskSourceCounters {
  readonly hints: number
  /** Hints after which nothing was found: somebody else was first, or the hint came twice. */
  readonly staleHints: number
  /** Looks at the store that no hint asked for. */
  readonly fallbackPolls: number
  /** Hints that could not be offered; the sweep offers them again. */
  readonly hintsNotOffered: number
  readonly retries: number
}

export interface StoreTaskSource extends TaskSource {
  readonly counters: TaskSourceCounters
  /** Has waiting takes look at the store now: for what this very process has just planned, which need not go through the queue first. */
  nudge(): void
}

/** Tasks claimed from the store, woken by hints. The hint queue stays the caller's to close. */
export function taskSource(options: TaskSourceOptions): StoreTaskSource {
  const { claims, hints, claimant, lanes = ['activity', 'precondition'], fallbackPollMs = 5_000, settleDeadlineMs = 60_000 } = options
  const { mayClaim, pause = realPause, random = Math.random } = options
  const counters = { hints: 0, staleHints: 0, fallbackPolls: 0, hintsNotOffered: 0, retries: 0 }
  const listeners = new Map<Lane, readonly HintListener[]>()
  const offering = new Set<Promise<void>>()
  const waits = new Set<() => void>()
  /** Lanes for which the last look found less than was wanted: of what comes later hints tell. */
  const drained = new Set<Lane>()
  const closing = new AbortController()
  const heard = heardClaims((lane, known, want) => claims.unheard(claimant, lane, known, want))
  const patience = { pause, random, onRetry: () => void counters.retries++ }

  async function claiming(lane: Lane, want: number, hinted: readonly string[]): Promise<readonly Task[]> {
    const sentMs = performance.now()
    const found = heard.isUnsure(lane) ? await heard.find(lane, want) : []
    const ask = () => claims.claim(claimant, lane, want, hinted)
    return aged(found.length > 0 ? found : heard.hear(await heard.watch(lane, ask)), sentMs)
  }

  async function claim(lane: Lane, want: number, hinted: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    try {
      return await patiently(() => claiming(lane, want, hinted), { ...patience, signal })
    } catch (error) {
      if (signal.aborted && isConnectionError(error)) return []
      throw error
    }
  }

  function noteLook(lane: Lane, count: number, want: number): void {
    if (count < want) drained.add(lane)
    else drained.delete(lane)
  }

  async function allowed(may: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await may())) await pause(1000, signal)
  }

  /** Waits for hints of any of the groups, or for the fallback's turn and then returns none. */
  async function nextHints(lane: Lane, signal: AbortSignal): Promise<Hint[]> {
    const waiting = new AbortController()
    const stop = () => waiting.abort()
    waits.add(stop)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    const nexts = (listeners.get(lane) ?? []).map((listener) => listener.next(waiting.signal).finally(stop))
    await pause(fallbackPollMs, waiting.signal)
    if (!waiting.signal.aborted) counters.fallbackPolls++
    stop()
    const arrived = await Promise.all(nexts) // all of them: two may have arrived at once, and both are used up
    signal.removeEventListener('abort', stop)
    waits.delete(stop)
    const found = arrived.filter((hint) => hint !== undefined)
    counters.hints += found.length
    return found
  }

  /** Not waited for, and never an error of the caller: what is not offered now is found by the sweep or a fallback poll. */
  function offer(some: readonly Hint[]): void {
    if (some.length === 0) return
    const done = patiently(() => hints.offer(some), { ...patience, signal: closing.signal, deadlineMs: offerDeadlineMs })
      .catch(() => void (counters.hintsNotOffered += some.length))
      .finally(() => offering.delete(done))
    offering.add(done)
  }

  return {
    counters,

    nudge() {
      drained.clear()
      for (const wake of waits) wake()
    },

    async start() {
      for (const lane of lanes) listeners.set(lane, await Promise.all(claimant.groups.map((group) => hints.listen(group, lane))))
    },

    async take(lane, want, signal) {
      if (want < 1) throw new RangeError(`A take wants at least one task, not ${want}.`)
      const ending = anyOf(signal, closing.signal)
      try {
        for (
          let [used, first]: [Hint[], boolean] = [[], true];
          !ending.signal.aborted;
          used = await nextHints(lane, ending.signal), first = false
        ) {
          if (first && drained.has(lane)) continue
          if (mayClaim) await allowed(mayClaim, ending.signal)
          if (ending.signal.aborted) return []
          const hinted = used.flatMap(({ attemptIds }) => attemptIds)
          const tasks = await claim(lane, want, hinted, ending.signal)
          noteLook(lane, tasks.length, want)
          if (tasks.length === want) offer(withoutTasks(used, tasks)) // the rest is for others, who do not know of it
          if (tasks.length > 0) return tasks
          counters.staleHints += used.length
        }
        return []
      } finally {
        ending.release()
      }
    },

    async settle(lane, settlements, wanted) {
      const want = wanted > 0 && mayClaim && !(await mayClaim()) ? 0 : wanted
      let found: readonly Task[] = []
      const settling = async () => {
        const sentMs = performance.now()
        if (want > found.length && heard.isUnsure(lane)) found = [...found, ...aged(await heard.find(lane, want - found.length), sentMs)]
        const answer = await heard.watch(lane, () => claims.settle(claimant, lane, settlements, want - found.length))
        return { ...answer, next: aged(answer.next, sentMs) }
      }
      try {
        const { accepted, next, hints: readied } = await patiently(settling, { ...patience, deadlineMs: settleDeadlineMs })
        heard.forget(settlements)
        noteLook(lane, found.length + next.length, want)
        offer(readied)
        return { accepted, next: [...found, ...heard.hear(next)] }
      } catch (error) {
        heard.unhear(lane, found)
        throw error
      }
    },

    async close() {
      closing.abort()
      await Promise.all([...listeners.values()].flat().map((listener) => listener.close()))
      await Promise.all(offering)
    },
  }
}

/** Leases run since the claim was made, somewhere between the question and the answer: only the one is known to have been before it. */
function aged(tasks: readonly Task[], sentMs: number): readonly Task[] {
  const claimAgeMs = performance.now() - sentMs
  return claimAgeMs < shortMs ? tasks : tasks.map((task) => ({ ...task, claimAgeMs }))
}

/** The margin of a heartbeat covers this much. */
const shortMs = 100

function withoutTasks(hints: readonly Hint[], tasks: readonly Task[]): Hint[] {
  const claimed = new Set(tasks.map(({ attemptId }) => attemptId))
  return hints
    .map((hint) => ({ ...hint, attemptIds: hint.attemptIds.filter((id) => !claimed.has(id)) }))
    .filter(({ attemptIds }) => attemptIds.length > 0)
}

/** Like `AbortSignal.any`, but lets go of the signals when released: they outlive thousands of takes. */
function anyOf(...signals: AbortSignal[]): { signal: AbortSignal; release: () => void } {
  const either = new AbortController()
  const abort = () => either.abort()
  for (const signal of signals) signal.addEventListener('abort', abort)
  if (signals.some(({ aborted }) => aborted)) abort()
  return {
    signal: either.signal,
    release: () => {
      for (const signal of signals) signal.removeEventListener('abort', abort)
    },
  }
}
