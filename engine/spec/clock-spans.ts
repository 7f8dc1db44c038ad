import type { ZoneClock } from './zone-clock.ts'

/** A stretch of time in which the clocks are ahead of UTC by the same. Half-open; all in milliseconds. */
export interface ClockSpan {
  readonly start: number
  readonly end: number
  readonly offset: number
}

const dayMs = 86_400_000
/** No zone has ever turned its clocks twice within so long. */
const stepMs = 3 * dayMs
const longestMs = 366 * dayMs

/** The spans from an instant on, without end. They end where the clocks turn, and after a year at the latest, so that each is soon known. */
export function* clockSpans(clock: ZoneClock, from: number): Generator<ClockSpan, never> {
  for (let start = from; ;) {
    const offset = clock.offsetMs(start)
    const end = turnAfter(clock, start, offset)
    yield { start, end, offset }
    start = end
  }
}

/** The instant within a year at which the clocks no longer have `offset`, else a year on. */
function turnAfter(clock: ZoneClock, start: number, offset: number): number {
  const limit = start + longestMs
  for (let same = start; same < limit; same += stepMs) {
    const probe = Math.min(same + stepMs, limit)
    if (clock.offsetMs(probe) !== offset) return turnBetween(clock, same, probe, offset)
  }
  return limit
}

function turnBetween(clock: ZoneClock, before: number, after: number, offset: number): number {
  let [same, other] = [before, after]
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (clock.offsetMs(middle) === offset) same = middle
    else other = middle
  }
  return other
}
