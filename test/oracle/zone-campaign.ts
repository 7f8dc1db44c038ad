import { wallClock } from '../support/cron-oracle.ts'
import { otherYears } from './later-years.ts'
import { checkTurn, type TickFailure } from './check-turn.ts'
import { findTurns, type Turn } from './turns.ts'

/** What the whole of one zone came to. */
export interface ZoneResult {
  readonly zone: string
  readonly turns: readonly Turn[]
  readonly patterns: number
  readonly ticks: number
  /** The first few. */
  readonly failures: readonly TickFailure[]
  /** Years after 2100 whose turns are not those that the product takes them to have. */
  readonly otherYears: readonly number[]
}

/** All turns of a zone from 1970 to 2100, and the texts around each. */
export function checkZone(zone: string): ZoneResult {
  const clock = wallClock(zone)
  const turns = findTurns(clock, 0, Date.UTC(2101, 0, 1))
  const results = turns.map((turn) => checkTurn(zone, clock, turn))
  return {
    zone,
    turns,
    patterns: results.reduce((sum, { patterns }) => sum + patterns, 0),
    ticks: results.reduce((sum, { ticks }) => sum + ticks, 0),
    failures: results.flatMap(({ failures }) => failures).slice(0, 10),
    otherYears: otherYears(zone, 2101, 2999, 37),
  }
}
