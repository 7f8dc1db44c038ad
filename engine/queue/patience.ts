import { isConnectionError } from './connection-error.ts'

/** Waits `ms` milliseconds, or less when `signal` is aborted first. Never rejects. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>

export interface Patience {
  readonly pause: Pause
  /** A number from 0 to below 1, for jitter. */
  readonly random: () => number
  /** Ends the trying: the last error is thrown. */
  readonly signal?: AbortSignal
  /** Total length of all pauses after which the last error is thrown; without it, trying goes on. */
  readonly deadlineMs?: number
  /** Told of each failure that will be tried again. */
  readonly onRetry?: (error: unknown) => void
}

const firstPauseMs = 50
const longestPauseMs = 5_000

/** What `work` returns, after trying again for as long as it fails with a connection error. Any other error is thrown at once. */
export async function patiently<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  let waitedMs = 0
  for (let failures = 0; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (!isConnectionError(error) || patience.signal?.aborted || waitedMs >= (patience.deadlineMs ?? Infinity)) throw error
      patience.onRetry?.(error)
      const ms = Math.min(backoffMs(failures, patience.random), (patience.deadlineMs ?? Infinity) - waitedMs)
      waitedMs += ms
      await patience.pause(ms, patience.signal)
    }
  }
}

/** A pause that doubles with each failure, from 50 ms to 5 s, of which a random part is left out so that many do not come back at once. */
export function backoffMs(failures: number, random: () => number): number {
  return Math.min(firstPauseMs * 2 ** Math.min(failures, 20), longestPauseMs) * (0.5 + random() / 2)
}

/** `Pause` on the real clock. */
export const pause: Pause = (ms, signal) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
    if (signal?.aborted) done()
  })
