import type { Timers } from './timers.ts'

/** What `work` comes to; when it does not heed its signal, the signal's reason after `unwindMs`. Such work is left behind: its slot is
 *  needed, and its fence will be stale. */
export function unlessStuck<T>(
  work: Promise<T>,
  signal: AbortSignal,
  { timers, unwindMs }: { timers: Timers; unwindMs: number },
): Promise<T> {
  return new Promise((resolve, reject) => {
    let cancel = (): void => {}
    const onAbort = (): void => void (cancel = timers.after(unwindMs, () => reject(signal.reason)))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    const settled = (): void => {
      cancel()
      signal.removeEventListener('abort', onAbort)
    }
    work.finally(settled).then(resolve, reject)
  })
}

/** What `work` comes to; rejects when it takes longer than `ms`. */
export function within<T>(work: Promise<T>, ms: number, timers: Timers): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(ms, () => reject(new Error(`It took longer than ${ms / 1000} seconds.`)))
    work.finally(cancel).then(resolve, reject)
  })
}
