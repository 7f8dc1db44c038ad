import { boundary, boundaryFrom, boundaryUpTo, type Pace } from '../spec/boundaries.ts'

/** A stretch of time that a run is for: half-open, in UTC. On demand both ends are the activation time. */
export interface Interval {
  readonly start: Date
  readonly end: Date
}

/** A schedule whose start, its anchor, is known. A monthly schedule begun on the 31st does not drift, since every boundary is counted from it. */
export type Schedule = Pace & {
  readonly id: string
  /** No interval ends after this instant. */
  readonly end?: Date
  /** How many intervals there are. */
  readonly occurrences?: number
  /** Which of the intervals that were missed are run; all when absent. */
  readonly catchUp?: CatchUp
}

/** What becomes of intervals that were due and not planned: `all` run, oldest first; only the `latest` does; `none` does that is more than a
 *  minute past its due time. */
export type CatchUp = 'all' | 'latest' | 'none'

/** Interval number `index`, counted from 0, or undefined when the schedule does not have it.
 *  @see spec/behaviour.md 2.1 */
export function intervalAt(schedule: Schedule, index: number): Interval | undefined {
  if (index < 0 || (schedule.occurrences !== undefined && index >= schedule.occurrences)) return undefined
  const [start, end] = [boundary(schedule, index), boundary(schedule, index + 1)]
  if (!start || !end || (schedule.end && end > schedule.end)) return undefined
  return { start, end }
}

/** Number of the interval that holds `instant`: start included, end not. Undefined before the schedule begins and after it is over. */
export function indexAt(schedule: Schedule, instant: Date): number | undefined {
  const index = boundaryUpTo(schedule, instant)
  return intervalAt(schedule, index) && index
}

/** Intervals with `from <= start < to`, oldest first. */
export function* intervalsStartingIn(schedule: Schedule, from: Date, to: Date): Generator<Interval> {
  for (let index = boundaryFrom(schedule, from); ; index++) {
    const interval = intervalAt(schedule, index)
    if (!interval || interval.start >= to) return
    yield interval
  }
}
