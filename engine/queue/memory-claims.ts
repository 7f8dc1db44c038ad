import type { Claimant, Claims } from './claims.ts'
import { createReadyList, hintsFor, type ReadyAttempt } from './memory-ready.ts'
import type { Lane, Outcome, Settlement, Task } from './task.ts'

/** One attempt to be run. Needs those of `dependsOn`, added before or together with it, to be FINISHED first. */
export interface MemoryAttempt {
  readonly attemptId: string
  readonly group: string
  readonly lane?: Lane
  /** Higher first. */
  readonly priority?: number
  readonly dependsOn?: readonly string[]
}

export interface MemoryClaims extends Claims {
  /** Adds attempts in one commit; the ready ones get a hint, to be fetched with `takeHints`. */
  add(attempts: readonly MemoryAttempt[]): void
  /** Undefined while the attempt has not ended for good. */
  outcome(attemptId: string): Outcome | undefined
  /** How often the attempt was claimed. */
  claimCount(attemptId: string): number
}

interface State extends ReadyAttempt {
  readonly consumers: State[]
  missing: number
  claimCount: number
  fence: string
  workerId: string
  settledFence: string
  leaseEndTime: number
  outcome?: Outcome
}

/** Claims kept in this process, for the conformance suite and the simulator. `now` is the time in milliseconds, possibly virtual. */
export function memoryClaims({ now = Date.now, leaseMs = 60_000 }: { now?: () => number; leaseMs?: number } = {}): MemoryClaims {
  const states = new Map<string, State>()
  const claimed = new Set<State>()
  const delayed = new Map<State, number>()
  const ready = createReadyList<State>()
  let outbox: State[] = []
  let lastFence = 0

  function known(attemptId: string): State {
    const state = states.get(attemptId)
    if (!state) throw new Error(`No attempt ${attemptId} was added.`)
    return state
  }

  /** Lets delays and leases that have ended by now take effect. */
  function catchUp(): void {
    const time = now()
    for (const [state, readyTime] of delayed) if (readyTime <= time && delayed.delete(state)) makeReady(state, outbox)
    for (const state of claimed) if (state.leaseEndTime <= time && claimed.delete(state)) makeReady(state, outbox)
  }

  function makeReady(state: State, hinted: State[]): void {
    ready.add(state)
    hinted.push(state)
  }

  function claim(claimant: Claimant, lane: Lane, want: number): Task[] {
    return ready.take(claimant.groups, lane, want).map((state) => {
      claimed.add(state)
      state.fence = String(++lastFence)
      state.workerId = claimant.workerId
      state.claimCount++
      state.leaseEndTime = now() + leaseMs
      return taskOf(state, leaseMs, now())
    })
  }

  function settleOne({ attemptId, fence, outcome, retryDelayMs }: Settlement, readied: State[]): boolean {
    const state = states.get(attemptId)
    if (state?.settledFence === fence && state.fence === fence) return true
    if (state?.fence !== fence || !claimed.delete(state)) return false
    state.settledFence = fence
    const delayMs = delayUntilNextTry(outcome, retryDelayMs)
    if (delayMs === undefined) end(state, outcome, readied)
    else if (delayMs > 0) delayed.set(state, now() + delayMs)
    else makeReady(state, readied)
    return true
  }

  function end(state: State, outcome: Outcome, readied: State[]): void {
    state.outcome = outcome
    if (outcome.status === 'FINISHED') for (const consumer of state.consumers) if (--consumer.missing === 0) makeReady(consumer, readied)
  }

  return {
    add(attempts) {
      for (const attempt of attempts) {
        const causes = (attempt.dependsOn ?? []).map(known).filter(({ outcome }) => outcome?.status !== 'FINISHED')
        const { attemptId, group, lane = 'activity', priority = 0 } = attempt
        const state: State = {
          attemptId,
          group,
          lane,
          priority,
          sequence: states.size,
          consumers: [],
          missing: causes.length,
          ...unclaimed,
        }
        states.set(attemptId, state)
        for (const cause of causes) cause.consumers.push(state)
        if (causes.length === 0) makeReady(state, outbox)
      }
    },

    async claim(claimant, lane, want) {
      catchUp()
      return claim(claimant, lane, want)
    },

    async settle(claimant, lane, settlements, want) {
      catchUp()
      const readied: State[] = []
      const accepted = settlements.map((settlement) => settleOne(settlement, readied))
      const next = claim(claimant, lane, want)
      return { accepted, next, hints: hintsFor(readied.filter((state) => !claimed.has(state))) }
    },

    async unheard({ workerId }, lane, heard, want) {
      catchUp()
      const unheard = [...claimed].filter((state) => state.workerId === workerId && state.lane === lane && !heard.includes(state.fence))
      return unheard.slice(0, want).map((state) => {
        state.leaseEndTime = now() + leaseMs
        return taskOf(state, leaseMs, now())
      })
    },

    async takeHints(limit) {
      catchUp()
      const taken = outbox.slice(0, limit * 100)
      outbox = outbox.slice(taken.length)
      return hintsFor(taken)
    },

    outcome: (attemptId) => states.get(attemptId)?.outcome,
    claimCount: (attemptId) => states.get(attemptId)?.claimCount ?? 0,
  }
}

const unclaimed = { claimCount: 0, fence: '', workerId: '', settledFence: '', leaseEndTime: 0 }

/** Milliseconds until the attempt may be claimed again; undefined when it has ended for good. */
function delayUntilNextTry(outcome: Outcome, retryDelayMs: number): number | undefined {
  if (outcome.status === 'RELEASED') return 0
  if (outcome.status === 'FALSE') return outcome.delayMs
  return outcome.status === 'FAILED' && outcome.retry ? retryDelayMs : undefined
}

function taskOf({ attemptId, fence, claimCount }: State, leaseMs: number, time: number): Task {
  const start = new Date(time).toISOString()
  return {
    attemptId,
    fence,
    taskId: `task-${fence}`,
    pipelineId: 'df-MEMORY',
    version: 1,
    instanceId: `@${attemptId}`,
    instanceKey: attemptId,
    componentId: attemptId,
    attemptNumber: claimCount,
    rerun: 0,
    publication: 0,
    scheduledStartTime: start,
    scheduledEndTime: start,
    actualStartTime: start,
    leaseMs,
  }
}
