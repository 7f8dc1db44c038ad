import { indexAt, intervalAt, intervalsStartingIn, type Interval, type Schedule } from './schedule.ts'

/** The intervals of `needed` that a run for `interval` of `own` needs, oldest first: the one that holds its start when `needed` is as long
 *  or longer, all that start within it when `needed` is shorter. Empty when there is none, which leaves the edge satisfied.
 *  @see spec/behaviour.md 3.3 */
export function linkedIntervals(own: Schedule | undefined, interval: Interval, needed: Schedule | undefined): readonly Interval[] {
  if (!needed || !own || own.id === needed.id) return [interval]
  const index = indexAt(needed, interval.start)
  const around = index === undefined ? undefined : intervalAt(needed, index)
  if (around && around.end >= interval.end) return [around]
  return [...intervalsStartingIn(needed, interval.start, interval.end)]
}
