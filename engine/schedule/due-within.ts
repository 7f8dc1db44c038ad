import { boundaryFrom } from '../spec/boundaries.ts'
import type { Schedule } from './schedule.ts'
import { lastIndex, type Window } from './window.ts'

/** Numbers of the intervals that become due with `from <= due < to`: at their start for type cron, at their end for timeseries.
 *  Undefined when there is none. Takes the same time however many there are. */
export function dueWithin(schedule: Schedule, type: 'cron' | 'timeseries', from: Date, to: Date): Window | undefined {
  const first = firstDueFrom(schedule, type, from)
  const last = Math.min(boundaryFrom(schedule, to) - shift(type) - 1, lastIndex(schedule) ?? Infinity)
  return first === undefined || last < first ? undefined : { first, last }
}

/** Number of the first interval that becomes due at `from` or later; undefined when the schedule is over by then. */
export function firstDueFrom(schedule: Schedule, type: 'cron' | 'timeseries', from: Date): number | undefined {
  const index = Math.max(0, boundaryFrom(schedule, from) - shift(type))
  return index > (lastIndex(schedule) ?? Infinity) ? undefined : index
}

/** Interval k begins at boundary k and ends at boundary k + 1. */
function shift(type: 'cron' | 'timeseries'): number {
  return type === 'timeseries' ? 1 : 0
}
