import type { Engine } from '../../app.ts'
import { listInstances } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import { finishPipelines } from '../../store/planning.ts'
import { reasons } from '../../store/reasons.ts'
import { runProgress, type RunProgress } from '../../store/run-progress.ts'
import type { Worker, WorkerEvents } from '../../worker/worker.ts'
import type { RunState } from './run-state.ts'

/** ENDED: everything has come to an end; STUCK: what is left waits for something that failed; STOPPED: the signal. */
export type HowItEnded = 'ENDED' | 'STUCK' | 'STOPPED'

const lookEveryMs = 200
/** A task that waits for nothing else may become ready a moment later: only what stays so is stuck. */
const stuckAfterMs = 400
/** The same when an interval is due that only waits for room. */
const stuckForRoomAfterMs = 3000
/** How long the end waits for notifications. */
const actionsWithinMs = 5000

/** How long the store may be away before the run is given up; the pipeline itself is kept. */
const awayForMs = 30_000

export interface WatchOptions {
  /** Called after each look at the store. */
  readonly looked: () => void
  /** Hears sentences about a store that is away. */
  readonly tell: (sentence: string) => void
  readonly signal: AbortSignal
}

/** Keeps `state` up to date until nothing of the pipeline can move. The worker's events are seen at once, others' work within 200 ms.
 *  Rejects when the store is away for half a minute. */
export async function watchRun(
  { store, worker }: Pick<Engine, 'store' | 'worker'>,
  pipelineId: string,
  state: RunState,
  { looked, tell, signal }: WatchOptions,
): Promise<HowItEnded> {
  const bell = new Bell()
  const judge = new Judge()
  const off = listen(worker, pipelineId, state, bell)
  signal.addEventListener('abort', bell.ring)
  let awaySince: number | undefined
  try {
    while (!signal.aborted) {
      const askedMs = performance.now()
      try {
        const progress = await look(store, pipelineId, state)
        awaySince = undefined
        looked()
        const verdict = judge.verdict(progress, askedMs)
        if (verdict === 'ENDED') await finishPipelines(store.pool)
        if (verdict) return verdict
      } catch (error) {
        if (awaySince === undefined)
          tell(`The store does not answer: ${error instanceof Error ? error.message : String(error)}. Trying again.`)
        awaySince ??= askedMs
        if (askedMs - awaySince > awayForMs) throw error
      }
      const tookMs = performance.now() - askedMs
      await bell.wait(judge.isEnding ? 10 : Math.max(lookEveryMs, 10 * tookMs)) // a big run must not be slowed down by being watched
    }
    return 'STOPPED'
  } finally {
    off()
    signal.removeEventListener('abort', bell.ring)
  }
}

/** Says when a run is over, from one look after the other. */
class Judge {
  #endedSince: number | undefined
  #standsSince: number | undefined

  /** Whether only notifications are still to be sent. */
  get isEnding(): boolean {
    return this.#endedSince !== undefined
  }

  verdict(progress: RunProgress, nowMs: number): 'ENDED' | 'STUCK' | undefined {
    const isOver = progress.open === 0 && !progress.unplanned
    this.#endedSince = isOver ? (this.#endedSince ?? nowMs) : undefined
    if (this.#endedSince !== undefined && (progress.actions === 0 || nowMs - this.#endedSince > actionsWithinMs)) return 'ENDED'
    this.#standsSince = stands(progress) ? (this.#standsSince ?? nowMs) : undefined
    const patienceMs = progress.overdue ? stuckForRoomAfterMs : stuckAfterMs
    return this.#standsSince !== undefined && nowMs - this.#standsSince >= patienceMs ? 'STUCK' : undefined
  }
}

/** Whether nothing moves and nothing will begin by itself. */
function stands({ open, moving, unplanned, overdue }: RunProgress): boolean {
  return open > 0 && moving === 0 && (!unplanned || overdue)
}

async function look(store: Store, pipelineId: string, state: RunState): Promise<RunProgress> {
  const askedMs = performance.now()
  const progress = await runProgress(store.pool, pipelineId) // first: what follows is then at least as new
  const [records, why] = await Promise.all([listInstances(store.db, { pipelineId }), reasons(store.db, { pipelineId })])
  state.store(records, why, askedMs)
  return progress
}

function listen({ events }: Worker, pipelineId: string, state: RunState, bell: Bell): () => void {
  const started = (...[task]: WorkerEvents['started']): void => {
    if (task.pipelineId === pipelineId) state.started(task)
  }
  const progress = (...[task, news]: WorkerEvents['progress']): void => {
    if (task.pipelineId === pipelineId) state.progress(task, news)
  }
  const ended = (...[task, outcome, accepted]: WorkerEvents['ended']): void => {
    if (task.pipelineId !== pipelineId) return
    if (accepted) state.ended(task, outcome)
    if (outcome.status !== 'FINISHED' || !state.hasOpen()) bell.ring()
  }
  events.on('started', started).on('progress', progress).on('ended', ended)
  return () => void events.off('started', started).off('progress', progress).off('ended', ended)
}

/** Ends a wait early. A ring while no one waits counts for the next wait. */
class Bell {
  #rung = false
  #wake = (): void => {}

  readonly ring = (): void => {
    this.#rung = true
    this.#wake()
  }

  async wait(ms: number): Promise<void> {
    if (!this.#rung) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      const timer = setTimeout(resolve, ms)
      await promise
      clearTimeout(timer)
    }
    this.#rung = false
  }
}
