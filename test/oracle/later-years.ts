import { clockSpans } from '../../engine/spec/clock-spans.ts'
import { regionClock } from '../../engine/spec/zone-clock.ts'
import { wallClock } from '../support/cron-oracle.ts'
import { findTurns } from './turns.ts'

/** Years from 2101 on, up to but not including `to`, in which the clocks turn at other instants, or by other offsets, than the product takes
 *  them to: it looks through one year of each kind. */
export function otherYears(zone: string, from = 2101, to = 2999, step = 1): number[] {
  const product = regionClock(zone)
  const clock = wallClock(zone)
  if (!product) return [from]
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, at) => from + at * step).filter((year) => {
    const end = Date.UTC(year + 1, 0, 1)
    const found = findTurns(clock, Date.UTC(year, 0, 1), end).filter(({ instant }) => instant < end)
    return spansText(product, year, end) !== found.map(({ instant, before, after }) => `${before} ${instant} ${after}`).join()
  })
}

function spansText(clock: Parameters<typeof clockSpans>[0], year: number, end: number): string {
  const turns: string[] = []
  let before: number | undefined
  for (const { start, offset } of clockSpans(clock, year)) {
    if (start >= end) break
    if (before !== undefined) turns.push(`${before} ${start} ${offset}`)
    before = offset
  }
  return turns.join()
}
