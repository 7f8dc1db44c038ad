import { isCron, readCron } from '../../engine/spec/cron.ts'
import { tickTable } from '../../engine/spec/tick-table.ts'
import { ClockReadings, type WallClock } from '../support/cron-oracle.ts'
import { patternsAround, type Lens } from './patterns-around.ts'
import type { Turn } from './turns.ts'

/** A text whose ticks are not those of the oracle. */
export interface TickFailure {
  readonly zone: string
  readonly turn: string
  readonly pattern: string
  /** Start of the schedule. */
  readonly from: string
  readonly expected: string | undefined
  readonly found: string | undefined
}

export interface TurnResult {
  readonly failures: readonly TickFailure[]
  readonly patterns: number
  /** Ticks compared. */
  readonly ticks: number
}

const hourMs = 3_600_000

/** No clocks but those that changed their date have turned by more. */
const usualShift = 2.5 * hourMs

/** All texts around one turn of a zone, each from several starts. */
export function checkTurn(zone: string, clock: WallClock, turn: Turn): TurnResult {
  const { instant, before, after } = turn
  const shift = Math.abs(after - before)
  const isUsual = shift <= usualShift
  const isOdd = [before, after, instant].some((each) => each % 60_000 !== 0) // clocks that show :30 when UTC shows :00
  const reach = { days: (isUsual ? 14 : 26) * hourMs, hours: 2 * hourMs, seconds: hourMs }
  // A time that occurs twice may have occurred before what is compared.
  const read = (around: number, stepMs: number): ClockReadings =>
    new ClockReadings(clock, instant - around - (isUsual ? usualShift : 26 * hourMs), instant + around, isOdd ? 1000 : stepMs)
  const minutes = read(reach.days, 60_000)
  const seconds = isOdd || !isUsual ? minutes : read(reach.seconds, 15_000)
  const readings: Readonly<Record<Lens, ClockReadings>> = { days: minutes, hours: minutes, seconds }
  const failures: TickFailure[] = []
  let [patterns, ticks] = [0, 0]
  for (const [pattern, lens] of patternsAround(turn)) {
    if (lens === 'seconds' && !isUsual) continue // a day of quarters of minutes is much to read
    const all = readings[lens].ticks(pattern)
    const to = instant + reach[lens]
    patterns++
    for (const from of [instant - reach[lens], instant - 1000, instant, instant + 1000, instant + shift / 2]) {
      const expected = all.filter((tick) => tick >= from && tick < to)
      ticks += expected.length
      const failure = compare(zone, pattern, from, to, expected)
      if (failure) failures.push({ zone, turn: iso(instant)!, pattern, from: iso(from)!, ...failure })
    }
  }
  return { failures, patterns, ticks }
}

type Difference = Pick<TickFailure, 'expected' | 'found'>

function compare(zone: string, pattern: string, from: number, to: number, expected: readonly number[]): Difference | undefined {
  const cron = readCron(pattern, zone)
  if (!isCron(cron)) return { expected: 'a cron', found: cron.message }
  const table = tickTable(cron, new Date(from))
  for (const [index, tick] of expected.entries()) {
    const found = table.at(index)?.getTime()
    if (found !== tick) return { expected: iso(tick), found: iso(found) }
    const number = table.numberFrom(new Date(tick))
    const next = table.numberFrom(new Date(tick + 1))
    if (number !== index || next !== index + 1) return { expected: `${iso(tick)} is number ${index}`, found: `${number}, then ${next}` }
  }
  const next = table.at(expected.length)?.getTime()
  return next !== undefined && next < to ? { expected: undefined, found: iso(next) } : undefined
}

function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString()
}
