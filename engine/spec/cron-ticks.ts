import { clockSpans, type ClockSpan } from './clock-spans.ts'
import type { Cron } from './cron.ts'

/** Ticks of one date under clocks that do not turn: tick `j`, from 0 to `count - 1`, is `timeOfDay(first + j)` after `base`. */
export interface TickRun {
  /** The date's midnight by these clocks, in milliseconds. */
  readonly base: number
  readonly first: number
  readonly count: number
}

const dayMs = 86_400_000

/** All ticks at `from` (milliseconds) or later, a run a date: a day of seconds is as quickly known as a day of one tick.
 *
 *  Where the clocks turn, a pattern of fixed times of day has each time of a date exactly once: a time that occurs twice is the first of the
 *  two, and one that is left out is the moment at which the clocks jump, unless the whole date is left out. Times that would share that
 *  moment are one tick. Any other pattern has a tick whenever the clocks show what it names: twice in the hour that comes twice, and none
 *  in the hour that never comes. */
export function* tickRuns(cron: Cron, from: number): Generator<TickRun> {
  const dateFrom = remembering(cron)
  let shown: number | undefined
  // From two days before, since a time that occurs twice may have occurred before `from`.
  for (const span of clockSpans(cron.clock, Math.floor(from / 1000) * 1000 - 2 * dayMs)) {
    const [begin, end] = [span.start + span.offset, span.end + span.offset]
    const jump = cron.isFixed && shown !== undefined && namesBetween(cron, dateFrom, shown, begin) && span.start >= from
    if (jump) yield { base: span.start - cron.timeOfDay(0) * 1000, first: 0, count: 1 }
    const fresh = Math.max(begin + (jump ? 1 : 0), cron.isFixed ? (shown ?? begin) : begin, from + span.offset)
    if ((yield* runsOf(cron, dateFrom, span, fresh)) === 'over') return
    shown = Math.max(shown ?? end, end)
  }
}

type DateFrom = Cron['dateFrom']

/** The runs of a span whose clocks show `fresh` or later; `over` when no date comes after them. */
function* runsOf(cron: Cron, dateFrom: DateFrom, { end, offset }: ClockSpan, fresh: number): Generator<TickRun, 'over' | undefined> {
  const local = end + offset
  for (let date = dateFrom(midnightOf(fresh)); ; date = dateFrom(date + dayMs)) {
    if (date === undefined) return 'over'
    if (date >= local) return undefined
    const first = timesBefore(cron, fresh - date)
    const count = timesBefore(cron, local - date) - first
    if (count > 0) yield { base: date - offset, first, count }
  }
}

/** Whether it names a time between two readings of the clocks, the second not included, on a date that is not left out as a whole. */
function namesBetween(cron: Cron, dateFrom: DateFrom, from: number, to: number): boolean {
  for (let date = dateFrom(midnightOf(from)); date !== undefined && date < to; date = dateFrom(date + dayMs)) {
    const isLeftOut = date >= from && date + dayMs <= to
    if (!isLeftOut && timesBefore(cron, from - date) < timesBefore(cron, to - date)) return true
  }
  return false
}

/** How many times of day are less than `ms` after midnight. */
function timesBefore(cron: Cron, ms: number): number {
  let [low, high] = [0, cron.timeCount]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (cron.timeOfDay(middle) * 1000 < ms) low = middle + 1
    else high = middle
  }
  return low
}

function midnightOf(local: number): number {
  return Math.floor(local / dayMs) * dayMs
}

/** The same answers, without asking again while the last one still holds: a date may be decades away. */
function remembering(cron: Cron): DateFrom {
  let last: { readonly asked: number; readonly answer: number | undefined } | undefined
  return (midnight) => {
    if (!last || midnight < last.asked || (last.answer !== undefined && midnight > last.answer)) {
      last = { asked: midnight, answer: cron.dateFrom(midnight) }
    }
    return last.answer
  }
}
