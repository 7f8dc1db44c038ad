/** A run's interval: UTC instants, the end open. */
export interface Interval {
  readonly start: Date
  readonly end: Date
}

/** The intervals of `toComponentId`'s schedule that a run of `fromComponentId` needs, oldest first.
 *  @see spec/behaviour.md 3.3 */
export type IntervalsFor = (fromComponentId: string, toComponentId: string, interval: Interval) => readonly Interval[]

/** For definitions with one schedule. */
export const sameInterval: IntervalsFor = (_from, _to, interval) => [interval]
