import type { WallClock } from '../support/cron-oracle.ts'

/** A turn of the clocks of a zone: the first instant at which they are ahead of UTC by another time; all in milliseconds. */
export interface Turn {
  readonly instant: number
  readonly before: number
  readonly after: number
}

const dayMs = 86_400_000

/** The turns between two instants, as a clock that is read every day shows them. */
export function findTurns(clock: WallClock, from: number, to: number): Turn[] {
  const ahead = (instant: number): number => clock(instant) - instant
  const turns: Turn[] = []
  let before = ahead(from)
  for (let instant = from + dayMs; instant <= to; instant += dayMs) {
    const after = ahead(instant)
    if (after === before) continue
    let [low, high] = [instant - dayMs, instant]
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000
      if (ahead(middle) === before) low = middle
      else high = middle
    }
    turns.push({ instant: high, before, after })
    before = after
  }
  return turns
}
