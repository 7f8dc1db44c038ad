import { clockSpans, type ClockSpan } from './clock-spans.ts'
import { firstDayOf } from './calendar.ts'
import type { Cron } from './cron.ts'

/** Ticks between two turns of the clocks, which follow each other by the calendar alone. */
export interface TickSpan extends ClockSpan {
  /** Whether its first tick is its start, for times that the clocks jumped over. */
  readonly isJump: boolean
  /** Number of its first other tick among all that the text would name if clocks never turned. */
  readonly first: number
  /** How many ticks it has, the jump included. */
  readonly count: number
}

/** The spans of all ticks from the beginning of a year of UTC to the year 3000, in which the search ends.
 *
 *  Where the clocks turn, a pattern of fixed times of day has each time of a date exactly once: a time that occurs twice is the first of the
 *  two, and one that is left out is the moment at which the clocks jump, unless the whole date is left out. Times that would share that
 *  moment are one tick. Any other pattern has a tick whenever the clocks show what it names: twice in the hour that comes twice, and none
 *  in the hour that never comes. */
export function* tickSpans(cron: Cron, fromYear: number): Generator<TickSpan> {
  let shown: number | undefined
  for (const span of clockSpans(cron.clock, fromYear)) {
    const [begin, end] = [span.start + span.offset, span.end + span.offset]
    if (begin >= endOfTime) return
    const isJump = cron.isFixed && shown !== undefined && begin > shown && namesBetween(cron, shown, begin)
    const first = namedBefore(cron, Math.max(begin + (isJump ? 1 : 0), cron.isFixed ? (shown ?? begin) : begin))
    const count = Math.max(0, namedBefore(cron, end) - first) + (isJump ? 1 : 0)
    yield { ...span, isJump, first, count }
    shown = Math.max(shown ?? end, end)
  }
}

const dayMs = 86_400_000
const lastDay = firstDayOf(3000)
const endOfTime = lastDay * dayMs

/** How many ticks the text names before the clocks show `local`, from the beginning of the year 0, if the clocks never turned. */
export function namedBefore({ calendar, timeCount, timesBefore }: Cron, local: number): number {
  const day = Math.min(Math.floor(local / dayMs), lastDay)
  const dates = calendar.datesBefore(day)
  if (day === lastDay) return dates * timeCount
  const ms = local - day * dayMs
  return dates * timeCount + (ms > 0 && calendar.datesBefore(day + 1) > dates ? timesBefore(ms) : 0)
}

/** What the clocks show at the tick of that number. */
export function namedAt({ calendar, timeCount, timeOfDay }: Cron, number: number): number {
  const date = Math.floor(number / timeCount)
  return calendar.dateAt(date) * dayMs + timeOfDay(number - date * timeCount) * 1000
}

/** Whether it names a time between two readings of the clocks, the second not included, on a date that is not left out as a whole. */
function namesBetween(cron: Cron, from: number, to: number): boolean {
  for (let midnight = Math.floor(from / dayMs) * dayMs; midnight < to; midnight += dayMs) {
    const [begin, end] = [Math.max(midnight, from), Math.min(midnight + dayMs, to)]
    const isLeftOut = end - begin === dayMs
    if (!isLeftOut && namedBefore(cron, begin) < namedBefore(cron, end)) return true
  }
  return false
}
