import { boundary, boundaryUpTo, lastBoundary } from '../spec/boundaries.ts'
import { indexAt, type Schedule } from './schedule.ts'

/** Numbers of the first and last interval to run, both included. */
export interface Window {
  readonly first: number
  readonly last: number
}

/** The intervals that one `sluice run` is for. With `at`, the interval that holds it (undefined when there is none). Without: every interval
 *  of a schedule that ends, in the past or not; of one that goes on for ever the newest that is over at `now` (that has begun, for type cron),
 *  and the first one when none is yet. */
export function runWindow(schedule: Schedule, type: 'cron' | 'timeseries', now: Date, at?: Date): Window | undefined {
  if (at) {
    const index = indexAt(schedule, at)
    return index === undefined ? undefined : { first: index, last: index }
  }
  const last = lastIndex(schedule)
  if (last !== undefined) return last < 0 ? undefined : { first: 0, last }
  const current = indexAt(schedule, now) ?? 0
  const newest = type === 'cron' || current === 0 ? current : current - 1
  return { first: newest, last: newest }
}

/** Number of the last interval: -1 when there is none at all, undefined when the schedule never ends. Of more occurrences than there is time
 *  for, the last that there is. */
export function lastIndex(schedule: Schedule): number | undefined {
  const { occurrences } = schedule
  if (occurrences !== undefined) return boundary(schedule, occurrences) ? occurrences - 1 : Math.max(-1, lastBoundary(schedule) - 1)
  if (!schedule.end) return undefined
  return Math.max(-1, boundaryUpTo(schedule, schedule.end) - 1)
}
