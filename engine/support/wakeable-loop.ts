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
  options: { readonly onError: (error: unknown) => void; readonly spacingMs?: number; readonly backoffMs?: number },
): WakeableLoop {
  const spacing = options.spacingMs ?? 0
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let failures = 0

  const schedule = (delayMs: number): void => {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(start, delayMs)
  }
  const start = (): void => {
    clearTimeout(timer)
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
      return Math.min(30_000, (options.backoffMs ?? 250) * 2 ** Math.min(failures++, 7)) * (0.75 + Math.random() / 2)
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
      clearTimeout(timer)
      await running
    },
  }
}
