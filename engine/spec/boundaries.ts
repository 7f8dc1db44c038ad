import type { Cron } from './cron.ts'
import { addPeriod, type Period } from './period.ts'
import { tickTable } from './tick-table.ts'

/** What the boundaries between intervals are counted by: periods from the anchor, of which the anchor is boundary 0, or the ticks of a cron
 *  text, of which the first at the anchor or later is. */
export type Pace = { readonly anchor: Date } & ({ readonly period: Period } | { readonly cron: Cron })

/** The last instant that ids and fields can say: a year has four digits. */
const lastInstant = new Date('9999-12-31T23:59:59Z')

/** Boundary number `index`. Undefined only past the end of time: after the year 9999, for a cron text from the year 3000 on, where its search
 *  ends. */
export function boundary(pace: Pace, index: number): Date | undefined {
  if ('cron' in pace) return tickTable(pace.cron, pace.anchor).at(index)
  const instant = addPeriod(pace.anchor, pace.period, index)
  return instant <= lastInstant ? instant : undefined // of ever so many periods there is no date, and no date is not earlier
}

/** Number of the last boundary that there is. */
export function lastBoundary(pace: Pace): number {
  return boundaryUpTo(pace, lastInstant)
}

/** Number of the first boundary at `instant` or later; how many there are when there is none. */
export function boundaryFrom(pace: Pace, instant: Date): number {
  if ('cron' in pace) return tickTable(pace.cron, pace.anchor).numberFrom(instant)
  if (instant > lastInstant) return lastBoundary(pace) + 1
  const { anchor, period } = pace
  let index = estimate(anchor, period, instant)
  while (index > 0 && addPeriod(anchor, period, index - 1) >= instant) index--
  while (addPeriod(anchor, period, index) < instant) index++
  return index
}

/** Number of the last boundary at `instant` or earlier; -1 before the first. */
export function boundaryUpTo(pace: Pace, instant: Date): number {
  const next = boundaryFrom(pace, instant)
  return boundary(pace, next)?.getTime() === instant.getTime() ? next : next - 1
}

/** Too high or low by a few at most: months and years differ in length, and the caller steps to the exact one. */
function estimate(anchor: Date, period: Period, instant: Date): number {
  const average = addPeriod(anchor, period, 400).getTime() - anchor.getTime()
  return Math.max(0, Math.floor(((instant.getTime() - anchor.getTime()) / average) * 400))
}
