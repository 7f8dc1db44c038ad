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

/** Keeps `state` up to date until nothing of the pipeline can move. The worker's events are seen at once, others' work within 200 ms. */
export async function watchRun(
  { store, worker }: Pick<Engine, 'store' | 'worker'>,
  pipelineId: string,
  state: RunState,
  { looked, signal }: { readonly looked: () => void; readonly signal: AbortSignal },
): Promise<HowItEnded> {
  const bell = new Bell()
  const off = listen(worker, pipelineId, state, bell)
  signal.addEventListener('abort', bell.ring)
  let standsSince: number | undefined
  let endedSince: number | undefined
  try {
    while (!signal.aborted) {
      const askedMs = performance.now()
      const progress = await look(store, pipelineId, state)
      looked()
      const end = progress.open === 0 && !progress.unplanned
      if (end) {
        endedSince ??= askedMs
        if (progress.actions === 0 || askedMs - endedSince > actionsWithinMs) {
          await finishPipelines(store.pool)
          return 'ENDED'
        }
      }
      standsSince = stands(progress) ? (standsSince ?? askedMs) : undefined
      if (standsSince !== undefined && askedMs - standsSince >= (progress.overdue ? stuckForRoomAfterMs : stuckAfterMs)) return 'STUCK'
      const tookMs = performance.now() - askedMs
      await bell.wait(end ? 10 : Math.max(lookEveryMs, 10 * tookMs)) // a big run must not be slowed down by being watched
    }
    return 'STOPPED'
  } finally {
    off()
    signal.removeEventListener('abort', bell.ring)
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
