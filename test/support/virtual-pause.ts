import type { Pause } from '../../engine/queue/patience.ts'

export interface VirtualTime {
  now(): number
  readonly pause: Pause
  /** Lets `ms` milliseconds pass: pauses that end within them end, in order. */
  advance(ms: number): void
  /** Resolves once `count` pauses are under way. */
  paused(count: number): Promise<void>
}

/** A clock that stands still until told to go on. */
export function virtualTime(): VirtualTime {
  const sleepers = new Set<{ readonly endTime: number; readonly wake: () => void }>()
  const watchers = new Set<() => void>()
  let time = 0

  return {
    now: () => time,

    pause: (ms, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { endTime: time + ms, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake)
        if (signal?.aborted) wake()
        for (const watcher of watchers) watcher()
      }),

    advance(ms) {
      time += ms
      const due = [...sleepers].filter(({ endTime }) => endTime <= time).toSorted((a, b) => a.endTime - b.endTime)
      for (const { wake } of due) wake()
    },

    paused: (count) =>
      new Promise((resolve) => {
        const watcher = () => {
          if (sleepers.size < count) return
          watchers.delete(watcher)
          resolve()
        }
        watchers.add(watcher)
        watcher()
      }),
  }
}
