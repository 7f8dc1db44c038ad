import { firstDayOf, kindOf } from './calendar.ts'
import type { ZoneClock } from './zone-clock.ts'

/** A stretch of time in which the clocks are ahead of UTC by the same. Half-open; all in milliseconds. */
export interface ClockSpan {
  readonly start: number
  readonly end: number
  readonly offset: number
}

/** The spans from the beginning of a year of UTC on, without end. They end where the clocks turn, and with the year. */
export function* clockSpans(clock: ZoneClock, fromYear: number): Generator<ClockSpan, never> {
  for (let year = fromYear; ; year++) yield* spansOf(clock, year)
}

const known = new WeakMap<ZoneClock, Map<number, readonly ClockSpan[]>>()

const dayMs = 86_400_000
/** No zone turned its clocks before there were railways. */
const firstTurns = 1840
/** From then on every zone follows rules without end, which say the same for years of one kind; the next 28 years have all kinds. */
const lastOwn = 2100

/** Asking `Intl` takes microseconds, so each year of a zone is looked through once. */
function spansOf(clock: ZoneClock, year: number): readonly ClockSpan[] {
  const years = known.get(clock) ?? new Map<number, readonly ClockSpan[]>()
  if (!known.has(clock)) known.set(clock, years)
  const found = years.get(year)
  if (found) return found
  if (year > lastOwn + 28) return likeYear(clock, year)
  const spans = lookThrough(clock, year)
  years.set(year, spans)
  return spans
}

function likeYear(clock: ZoneClock, year: number): readonly ClockSpan[] {
  let alike = lastOwn + 1
  while (kindOf(alike) !== kindOf(year)) alike++
  const later = (firstDayOf(year) - firstDayOf(alike)) * dayMs
  return spansOf(clock, alike).map(({ start, end, offset }) => ({ start: start + later, end: end + later, offset }))
}

function lookThrough(clock: ZoneClock, year: number): readonly ClockSpan[] {
  const limit = firstDayOf(year + 1) * dayMs
  const spans: ClockSpan[] = []
  for (let start = firstDayOf(year) * dayMs; start < limit; start = spans.at(-1)!.end) {
    const offset = clock.offsetMs(start)
    spans.push({ start, end: year < firstTurns ? limit : turnAfter(clock, start, limit, offset), offset })
  }
  return spans
}

/** No zone has ever turned its clocks twice within so long. */
const stepMs = 3 * dayMs

/** The instant before `limit` at which the clocks no longer have `offset`, else the limit. */
function turnAfter(clock: ZoneClock, start: number, limit: number, offset: number): number {
  for (let same = start; same < limit; same += stepMs) {
    const probe = Math.min(same + stepMs, limit)
    if (clock.offsetMs(probe) !== offset) return turnBetween(clock, same, probe, offset)
  }
  return limit
}

function turnBetween(clock: ZoneClock, before: number, after: number, offset: number): number {
  let [same, other] = [before, after]
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (clock.offsetMs(middle) === offset) same = middle
    else other = middle
  }
  return other
}
