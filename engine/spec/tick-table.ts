import type { Cron } from './cron.ts'
import { namedAt, namedBefore, tickSpans, type TickSpan } from './cron-ticks.ts'

/** The ticks of a cron text from an instant on, by number. */
export interface TickTable {
  /** Tick number `index`, counted from 0; undefined when there are not so many. */
  at(index: number): Date | undefined
  /** Number of the first tick at `instant` or later; how many ticks there are when there is none. */
  numberFrom(instant: Date): number
}

const decades = new WeakMap<Cron, Map<number, SpanTable>>()

/** The ticks at `start` or later. Schedules of one text that begin in the same decade share what is known: a few numbers for each turn of
 *  the clocks, so that a million schedules take the room of their texts, and an answer the time of two binary searches. */
export function tickTable(cron: Cron, start: Date): TickTable {
  const ofCron = decades.get(cron) ?? new Map<number, SpanTable>()
  if (!decades.has(cron)) decades.set(cron, ofCron)
  const decade = Math.floor(start.getUTCFullYear() / 10) * 10
  const table = ofCron.get(decade) ?? new SpanTable(cron, decade - 1) // a time that occurs twice may have occurred in the year before
  ofCron.set(decade, table)
  const first = table.ticksBefore(start.getTime())
  return {
    at(index) {
      const tick = table.at(first + index)
      return tick === undefined ? undefined : new Date(tick)
    },
    numberFrom: (instant) => Math.max(0, table.ticksBefore(instant.getTime()) - first),
  }
}

interface NumberedSpan extends TickSpan {
  /** Number of its first tick. */
  readonly number: number
}

class SpanTable {
  readonly #cron: Cron
  readonly #ahead: Iterator<TickSpan>
  readonly #spans: NumberedSpan[] = []
  #count = 0
  #end = -Infinity

  constructor(cron: Cron, fromYear: number) {
    this.#cron = cron
    this.#ahead = tickSpans(cron, fromYear)
  }

  at(number: number): number | undefined {
    while (this.#count <= number) if (!this.#grow()) return undefined
    const span = this.#lastSpan((each) => each.number <= number)
    if (!span) return undefined
    const other = number - span.number - (span.isJump ? 1 : 0)
    return other < 0 ? span.start : namedAt(this.#cron, span.first + other) - span.offset
  }

  ticksBefore(time: number): number {
    while (this.#end < time) if (!this.#grow()) return this.#count
    const span = this.#lastSpan((each) => each.start < time)
    if (!span) return 0
    const named = namedBefore(this.#cron, time + span.offset) - span.first
    return span.number + Math.max(0, named) + (span.isJump ? 1 : 0)
  }

  #grow(): boolean {
    const next = this.#ahead.next()
    if (next.done) return false
    this.#spans.push({ ...next.value, number: this.#count })
    this.#count += next.value.count
    this.#end = next.value.end
    return true
  }

  /** The last span of which `holds` is true; it is true up to some span and false from there on. */
  #lastSpan(holds: (span: NumberedSpan) => boolean): NumberedSpan | undefined {
    let [low, high] = [0, this.#spans.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (holds(this.#spans[middle]!)) low = middle + 1
      else high = middle
    }
    return this.#spans[low - 1]
  }
}
