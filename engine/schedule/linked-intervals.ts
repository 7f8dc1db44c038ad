import { periodMs } from '../spec/period.ts'
import { indexAt, intervalAt, intervalsStartingIn, type Interval, type Schedule } from './schedule.ts'

/** The intervals of `needed` that a run for `interval` of `own` needs, oldest first: the one that holds its start when `needed` is longer,
 *  all that start within it when it is shorter or the same. Empty when there is none, which leaves the edge satisfied.
 *  @see spec/behaviour.md 3.3 */
export function linkedIntervals(own: Schedule | undefined, interval: Interval, needed: Schedule | undefined): readonly Interval[] {
  if (!needed || !own || own.id === needed.id) return [interval]
  const index = indexAt(needed, interval.start)
  const around = index === undefined ? undefined : intervalAt(needed, index)
  if (isLonger(needed, own) ?? (around && around.end >= interval.end)) return around ? [around] : []
  return [...intervalsStartingIn(needed, interval.start, interval.end)]
}

/** Undefined where ticks decide: then what is needed is longer while its interval holds the whole of the other. */
function isLonger(one: Schedule, other: Schedule): boolean | undefined {
  return 'period' in one && 'period' in other ? periodMs(one.period) > periodMs(other.period) : undefined
}
