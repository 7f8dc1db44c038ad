import { expect, test } from 'vitest'
import { throwDice } from '../fuzz/dice.ts'
import { wallClock } from '../support/cron-oracle.ts'
import { checkTurn } from './check-turn.ts'
import { otherYears } from './later-years.ts'
import { findTurns, type Turn } from './turns.ts'

const seed = 20_261_125
const zones = Intl.supportedValuesOf('timeZone')

/** Years to look for a turn in, until there is one: most zones turned in the seventies or turn still. */
function someTurn(zone: string, number: number): Turn {
  const dice = throwDice(seed + number)
  const clock = wallClock(zone)
  const years = [1970 + dice.below(131), 1970 + dice.below(60), 1970 + dice.below(20), 1975 + dice.below(10)]
  const found = years.values().flatMap((year) => findTurns(clock, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)))
  // Where the clocks never turn, any instant must do.
  return found.next().value ?? { instant: Date.UTC(1970 + dice.below(131), dice.below(12), 15, dice.below(24)), before: 0, after: 0 }
}

test('in every zone, ticks around a turn of the clocks are those of a clock that is read every minute (`npm run oracle` has all turns)', () => {
  const failures = zones.flatMap((zone, number) => checkTurn(zone, wallClock(zone), someTurn(zone, number)).failures)
  expect(failures.slice(0, 5)).toEqual([])
}, 120_000)

test('years after 2100 have the turns of an earlier year of their kind', () => {
  const dice = throwDice(seed)
  const wrong = zones.filter((_, at) => at % 8 === 0).filter((zone) => otherYears(zone, 2129 + dice.below(800), 2999, 900).length > 0)
  expect(wrong).toEqual([])
}, 60_000)
