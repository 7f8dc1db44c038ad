import { addPeriod, type Period } from '../spec/period.ts'

/** A stretch of time that a run is for: half-open, in UTC. On demand both ends are the activation time. */
export interface Interval {
  readonly start: Date
  readonly end: Date
}

/** A schedule whose start is known. */
export interface Schedule {
  readonly id: string
  /** Every boundary is counted from here, so a monthly schedule begun on the 31st does not drift. */
  readonly anchor: Date
  readonly period: Period
  /** No interval ends after this instant. */
  readonly end?: Date
  /** How many intervals there are. */
  readonly occurrences?: number
}

/** Interval number `index`, counted from 0, or undefined when the schedule does not have it.
 *  @see spec/behaviour.md 2.1 */
export function intervalAt({ anchor, period, end, occurrences }: Schedule, index: number): Interval | undefined {
  if (index < 0 || (occurrences !== undefined && index >= occurrences)) return undefined
  const interval = { start: addPeriod(anchor, period, index), end: addPeriod(anchor, period, index + 1) }
  if (end && interval.end > end) return undefined
  return interval
}

/** Number of the interval that holds `instant`: start included, end not. Undefined before the schedule begins and after it is over. */
export function indexAt(schedule: Schedule, instant: Date): number | undefined {
  if (instant < schedule.anchor) return undefined
  let index = estimate(schedule, instant)
  while (addPeriod(schedule.anchor, schedule.period, index) > instant) index--
  while (addPeriod(schedule.anchor, schedule.period, index + 1) <= instant) index++
  return intervalAt(schedule, index) && index
}

/** Intervals with `from <= start < to`, oldest first. */
export function* intervalsStartingIn(schedule: Schedule, from: Date, to: Date): Generator<Interval> {
  const first = from <= schedule.anchor ? 0 : estimate(schedule, from)
  for (let index = Math.max(0, first - 1); ; index++) {
    const interval = intervalAt(schedule, index)
    if (!interval || interval.start >= to) return
    if (interval.start >= from) yield interval
  }
}

/** At most one too high or low by a few: months and years differ in length, and the callers step to the exact one. */
function estimate({ anchor, period }: Schedule, instant: Date): number {
  const average = addPeriod(anchor, period, 400).getTime() - anchor.getTime()
  return Math.max(0, Math.floor(((instant.getTime() - anchor.getTime()) / average) * 400) - 1)
}
