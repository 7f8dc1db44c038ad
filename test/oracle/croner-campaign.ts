import { Cron as CronerCron } from 'croner'
import { isCron, readCron } from '../../engine/spec/cron.ts'
import { tickTable } from '../../engine/spec/tick-table.ts'
import { throwDice } from '../fuzz/dice.ts'
import { wallClock } from '../support/cron-oracle.ts'
import { randomText } from './random-texts.ts'
import { findTurns, type Turn } from './turns.ts'

/** Zones whose clocks turn in all the ways that there are. */
export const fortyZones: readonly string[] = [
  'UTC Europe/Berlin Europe/London Europe/Dublin Europe/Moscow Europe/Istanbul Europe/Chisinau Europe/Lisbon',
  'America/New_York America/Los_Angeles America/St_Johns America/Sao_Paulo America/Caracas America/Havana',
  'America/Santiago America/Scoresbysund America/Asuncion America/Phoenix America/Adak Africa/Casablanca',
  'Africa/Cairo Africa/Lagos Africa/Johannesburg Asia/Kolkata Asia/Kathmandu Asia/Tokyo Asia/Shanghai Asia/Tehran',
  'Asia/Beirut Asia/Gaza Asia/Dhaka Asia/Pyongyang Asia/Amman Australia/Sydney Australia/Lord_Howe Pacific/Apia',
  'Pacific/Chatham Pacific/Kiritimati Antarctica/Troll Antarctica/Casey',
].flatMap((line) => line.split(' '))

/** A next tick that is not croner's. */
export interface CronerFailure {
  readonly zone: string
  readonly text: string
  readonly after: string
  readonly ours: string | undefined
  readonly croners: string | undefined
}

const instantsOfText = 50
const dayMs = 86_400_000
const lastMs = Date.UTC(2101, 0, 1)

export interface CronerResult {
  readonly failures: readonly CronerFailure[]
  /** Cases in which the clocks jump to midnight or over it, and croner does not keep the times that they leave out, as it does elsewhere. */
  readonly overMidnight: number
}

/** The next tick after random instants, 1970 to 2100, more than half of them near a turn of the clocks. Croner has the same rule for times that
 *  are written out (`no-wildcard`), with one exception, which is counted. */
export function compareWithCroner(cases: number, seed: number, zones: readonly string[] = fortyZones): CronerResult {
  const failures: CronerFailure[] = []
  let overMidnight = 0
  for (const zone of zones) {
    const at = fortyZones.indexOf(zone)
    const dice = throwDice(seed + at)
    const turns = findTurns(wallClock(zone), 0, lastMs)
    const until = Math.round((cases * (at + 1)) / fortyZones.length) - Math.round((cases * at) / fortyZones.length)
    for (let done = 0; done < until; done += instantsOfText) {
      const text = randomText(dice)
      const instants = Array.from({ length: instantsOfText }, () => {
        const turn = turns.length > 0 && dice.chance(0.6) ? dice.pick(turns) : undefined
        return turn
          ? turn.instant + (dice.below(172_800) - 86_400) * 1000
          : Math.floor(dice.below(lastMs / dayMs) * dayMs + dice.below(86_400) * 1000)
      })
      const different = compareText(zone, text, instants)
      const explained = different.filter(({ ours }) => turns.some((turn) => iso(turn.instant) === ours && jumpsOverMidnight(turn)))
      overMidnight += explained.length
      failures.push(...different.filter((failure) => !explained.includes(failure)))
    }
  }
  return { failures, overMidnight }
}

function compareText(zone: string, text: string, instants: readonly number[]): CronerFailure[] {
  const cron = readCron(text, zone)
  if (!isCron(cron)) return [{ zone, text, after: '', ours: cron.message, croners: undefined }]
  const croner = new CronerCron(text, { timezone: zone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' })
  const table = tickTable(cron, new Date(0))
  return instants.flatMap((instant) => {
    const ours = table.at(table.numberFrom(new Date(instant + 1)))
    const croners = croner.nextRun(new Date(instant)) ?? undefined
    if (ours?.getTime() === croners?.getTime()) return []
    return [{ zone, text, after: new Date(instant).toISOString(), ours: ours?.toISOString(), croners: croners?.toISOString() }]
  })
}

/** The last second that is shown before and the first one after are of two dates. */
function jumpsOverMidnight({ instant, before, after }: Turn): boolean {
  const dateOf = (local: number): number => Math.floor(local / dayMs)
  return after > before && dateOf(instant - 1 + before) !== dateOf(instant + after)
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
