/** The clock that loops go by: the machine's, or a simulation's. */
export interface LoopClock {
  setTimeout(callback: () => void, delayMs: number): unknown
  clearTimeout(handle: unknown): void
  /** Milliseconds since some instant, never going back. */
  now(): number
  /** From 0 up to, not including, 1. */
  random(): number
}

export const machineClock: LoopClock = {
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout | undefined),
  now: () => performance.now(),
  random: Math.random,
}

/** With the random part that keeps many from coming back at once, 5 seconds: however long a server was away, work goes on within them. */
const longestBackoffMs = 4000

/** A loop that runs when woken and, at the latest, after the delay that its last run asked for. Runs never overlap; waking it during a run
 *  makes it run once more. */
export interface WakeableLoop {
  wake(): void
  /** Runs no more; resolves when the run under way has ended. */
  stop(): Promise<void>
}

/** Starts at once. `run` answers in how many milliseconds it wants to run again at the latest. An error is told and the loop goes on after a
 *  backoff, so that a database that restarts stops nothing for good. Runs are at least `spacingMs` apart. */
export function startLoop(
  run: () => Promise<number>,
  options: {
    readonly onError: (error: unknown) => void
    readonly spacingMs?: number
    readonly backoffMs?: number
    readonly clock?: LoopClock
  },
): WakeableLoop {
  const { clock = machineClock } = options
  const spacing = options.spacingMs ?? 0
  let timer: unknown
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let failures = 0

  const schedule = (delayMs: number): void => {
    clock.clearTimeout(timer)
    if (!stopped) timer = clock.setTimeout(start, delayMs)
  }
  const start = (): void => {
    clock.clearTimeout(timer)
    again = false
    running = runAndSchedule()
  }
  const runAndSchedule = async (): Promise<void> => {
    const delayMs = await once()
    running = undefined
    schedule(again ? spacing : delayMs)
  }
  const once = async (): Promise<number> => {
    try {
      const delayMs = await run()
      failures = 0
      return Math.max(delayMs, spacing)
    } catch (error) {
      options.onError(error)
      return Math.min(longestBackoffMs, (options.backoffMs ?? 250) * 2 ** Math.min(failures++, 7)) * (0.75 + clock.random() / 2)
    }
  }
  start()
  return {
    wake() {
      if (stopped || again) return
      again = true
      if (!running) schedule(spacing)
    },
    async stop() {
      stopped = true
      clock.clearTimeout(timer)
      await running
    },
  }
}
