import type { Hint } from './claims.ts'
import type { Lane } from './task.ts'

/** Carries hints from whoever readied an attempt to a worker that may run it. Losing, doubling or reordering hints harms nothing. */
export interface HintQueue {
  /** Adds hints, in as few round trips as possible. */
  offer(hints: readonly Hint[]): Promise<void>
  listen(group: string, lane: Lane): Promise<HintListener>
  close(): Promise<void>
}

export interface HintListener {
  /** The next hint; waits for one. Undefined when `signal` is aborted or the listener closed. A hint returned is used up. */
  next(signal: AbortSignal): Promise<Hint | undefined>
  close(): Promise<void>
}
