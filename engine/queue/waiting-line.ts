/** Consumers waiting for values, first come, first served. */
export interface WaitingLine<T> {
  readonly length: number
  /** The next value; undefined once `signal` is aborted or the line is closed. */
  wait(signal: AbortSignal): Promise<T | undefined>
  /** Gives `value` to the first in line; false when nobody waits, and then the value stays the caller's. */
  hand(value: T): boolean
  close(): void
}

export function createWaitingLine<T>(): WaitingLine<T> {
  const waiting = new Set<(value: T | undefined) => void>()
  let closed = false

  return {
    get length() {
      return waiting.size
    },

    wait(signal) {
      if (closed || signal.aborted) return Promise.resolve(undefined)
      return new Promise((resolve) => {
        const leave = () => settle(undefined)
        const settle = (value: T | undefined) => {
          waiting.delete(settle)
          signal.removeEventListener('abort', leave)
          resolve(value)
        }
        waiting.add(settle)
        signal.addEventListener('abort', leave)
      })
    },

    hand(value) {
      const [first] = waiting
      first?.(value)
      return first !== undefined
    },

    close() {
      closed = true
      for (const settle of waiting) settle(undefined)
    },
  }
}
