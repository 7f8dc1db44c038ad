import type { Cron } from './cron.ts'
import { addPeriod, type Period } from './period.ts'
import { tickTable } from './tick-table.ts'

/** What the boundaries between intervals are counted by: periods from the anchor, of which the anchor is boundary 0, or the ticks of a cron
 *  text, of which the first at the anchor or later is. */
export type Pace = { readonly anchor: Date } & ({ readonly period: Period } | { readonly cron: Cron })

/** Boundary number `index`. Undefined only when a cron text has no tick of that number, which is where its search ends (the year 3000). */
export function boundary(pace: Pace, index: number): Date | undefined {
  return 'cron' in pace ? tickTable(pace.cron, pace.anchor).at(index) : addPeriod(pace.anchor, pace.period, index)
}

/** Number of the first boundary at `instant` or later; how many there are when there is none. */
export function boundaryFrom(pace: Pace, instant: Date): number {
  if ('cron' in pace) return tickTable(pace.cron, pace.anchor).numberFrom(instant)
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
