import { boundaryFrom, boundaryUpTo } from '../spec/boundaries.ts'
import { firstDueFrom } from './due-within.ts'
import type { Schedule } from './schedule.ts'
import { lastIndex } from './window.ts'

/** How late an interval may be planned on a schedule that catches up with none. */
const graceMs = 60_000

export interface Progress {
  /** The interval to plan next, if none is skipped. */
  readonly nextIndex: number
  /** The last one that is asked for, beside the schedule's own; undefined for no such limit. */
  readonly lastIndex: number | undefined
  /** Intervals that start earlier are not wanted. */
  readonly skipBefore: Date | undefined
  readonly now: Date
}

/** Number of the first interval from `nextIndex` on that is wanted at `now`: those before it are skipped, because activation or the schedule's
 *  `catchUp` says so. One more than the last interval when none is. */
export function firstWanted(schedule: Schedule, type: 'cron' | 'timeseries', progress: Progress): number {
  const last = Math.min(progress.lastIndex ?? Infinity, lastIndex(schedule) ?? Infinity)
  const asked = progress.skipBefore ? boundaryFrom(schedule, progress.skipBefore) : 0
  return Math.min(Math.max(progress.nextIndex, asked, caughtUp(schedule, type, progress.now, last)), last + 1)
}

function caughtUp(schedule: Schedule, type: 'cron' | 'timeseries', now: Date, last: number): number {
  switch (schedule.catchUp) {
    case 'latest':
      // Interval k of type timeseries is due at boundary k + 1.
      return Math.min(boundaryUpTo(schedule, now) - (type === 'timeseries' ? 1 : 0), last)
    case 'none':
      return firstDueFrom(schedule, type, new Date(now.getTime() - graceMs)) ?? last + 1
    default:
      return 0
  }
}
