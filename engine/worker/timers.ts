/** Time as an argument: tests drive it by hand. */
export interface Timers {
  /** Milliseconds of the machine's monotonic clock: the same in every thread, untouched by changes of the date. */
  now(): number
  /** The date, UTC. */
  today(): Date
  /** Calls `run` once after `ms`, however far that is; the answer calls it off. Keeps the process alive. */
  after(ms: number, run: () => void): () => void
}

export const realTimers: Timers = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  today: () => new Date(),
  after,
}

/** The longest delay that setTimeout takes; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1

function after(ms: number, run: () => void): () => void {
  const step = Math.min(ms, longestMs)
  let cancel: () => void
  const timer = setTimeout(() => {
    if (ms > step) cancel = after(ms - step, run)
    else run()
  }, step)
  cancel = () => clearTimeout(timer)
  return () => cancel()
}
