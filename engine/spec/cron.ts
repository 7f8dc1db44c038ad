import { Cron as CronerCron, CronPattern } from 'croner'
import { regionClock, utcClock, type ZoneClock } from './zone-clock.ts'

/** A cron text that has been understood: which dates and which times of day it names, and whose clocks show them. */
export interface Cron {
  readonly clock: ZoneClock
  /** Whether its times of day are written out, with no wildcard or step in second, minute or hour: each of them is to come once a date.
   *  Others follow what the clocks show. */
  readonly isFixed: boolean
  /** How many times of day there are. */
  readonly timeCount: number
  /** Time of day number `index`, counted from 0 in order, in seconds after midnight. */
  timeOfDay(index: number): number
  /** The first date that it names, on `midnight` or later; both are midnights as UTC writes them, whatever the zone. Undefined when there
   *  is none before the year 3000, where the search ends. */
  dateFrom(midnight: number): number | undefined
}

/** What is wrong with a cron text, or its zone: the end of a sentence that begins with the field, and a way out. */
export interface CronProblem {
  readonly what: 'cron' | 'timeZone'
  readonly message: string
  readonly hint: string
}

const crons = new Map<string, Cron>()
const mostCrons = 1000

/** Understands five or six fields of cron, read in an IANA zone (UTC when it is undefined). The same texts give the same object for as long
 *  as it is kept, so what is known about its ticks can be kept with it.
 *  @see docs/guide/schedules.md */
export function readCron(text: string, timeZone?: string): Cron | CronProblem {
  const name = `${text.trim()}\n${timeZone?.trim() ?? ''}`
  const known = crons.get(name)
  if (known) return known
  const clock = /^utc$/i.test(timeZone?.trim() ?? 'UTC') ? utcClock : regionClock(timeZone?.trim() ?? '')
  if (!clock) return badZone(timeZone ?? '')
  const problem = problemOf(text)
  if (problem) return problem
  const cron = understand(text.trim(), clock)
  if (crons.size >= mostCrons) crons.clear()
  crons.set(name, cron)
  return cron
}

export function isCron(read: Cron | CronProblem): read is Cron {
  return 'clock' in read
}

const options = { mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' } as const

function understand(text: string, clock: ZoneClock): Cron {
  const pattern = new CronPattern(text, undefined, options)
  const [hours, minutes, seconds] = [pattern.hour, pattern.minute, pattern.second].map(namedIn) as [number[], number[], number[]]
  const anHour = minutes.length * seconds.length
  // Croner follows the calendar only, without a zone, which is arithmetic; what the clocks do is ours.
  const dates = new CronerCron(`0 0 0 ${text.split(/\s+/).slice(-3).join(' ')}`, { ...options, utcOffset: 0 })
  return {
    clock,
    isFixed: pattern.isFixedTime,
    timeCount: hours.length * anHour,
    timeOfDay(index) {
      const [hour, minute, second] = [
        Math.floor(index / anHour),
        Math.floor(index / seconds.length) % minutes.length,
        index % seconds.length,
      ]
      return (hours[hour] ?? 0) * 3600 + (minutes[minute] ?? 0) * 60 + (seconds[second] ?? 0)
    },
    dateFrom: (midnight) => dates.nextRun(new Date(midnight - 1000))?.getTime(),
  }
}

function namedIn(flags: readonly number[]): number[] {
  return flags.flatMap((flag, value) => (flag ? [value] : []))
}

const numbers = 'a number, a list such as 1,15, a range such as 1-5, or a step such as */10 or 0-30/10'

/** In the order in which six fields stand. */
const fields: readonly (readonly [name: string, rule: string])[] = [
  ['second', `0 to 59: ${numbers}`],
  ['minute', `0 to 59: ${numbers}`],
  ['hour', `0 to 23: ${numbers}`],
  ['day of the month', `1 to 31, L for the last or 15W for the working day nearest to the 15th: ${numbers}`],
  ['month', `1 to 12 or JAN to DEC: ${numbers}`],
  ['day of the week', `0 to 7 or SUN to SAT, where 0 and 7 are Sunday, 5#2 the second Friday and 5L the last: ${numbers}`],
]

const nicknames: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

function problemOf(text: string): CronProblem | undefined {
  const written = text.trim().split(/\s+/)
  if (written.length !== 5 && written.length !== 6) return badCount(text.trim(), written.length)
  const six = written.length === 5 ? ['0', ...written] : written
  for (const [at, field] of six.entries()) {
    const alone = six.map((_, other) => (other === at ? field : '*')).join(' ')
    const [name, rule] = fields[at] ?? ['', '']
    if (!isUnderstood(alone)) {
      return { what: 'cron', message: `has "${field}" for the ${name}, which cron does not know.`, hint: `The ${name} is * or ${rule}.` }
    }
  }
  return undefined
}

function isUnderstood(text: string): boolean {
  try {
    return new CronPattern(text, undefined, options).pattern === text
  } catch {
    return false // what it says of the place is about its own counting; ours is told instead
  }
}

function badCount(text: string, count: number): CronProblem {
  const long = nicknames[text.toLowerCase()]
  const hint = long
    ? `Write it as ${long}.`
    : 'Such as 0 6 * * 1-5: minute, hour, day of the month, month, day of the week; a sixth in front is the second.'
  const told = text === '' ? 0 : count
  return { what: 'cron', message: `has ${told} ${told === 1 ? 'field' : 'fields'}, but cron has five, or six with seconds.`, hint }
}

function badZone(timeZone: string): CronProblem {
  return {
    what: 'timeZone',
    message: `is "${timeZone.trim()}", which is no time zone.`,
    hint: 'Give a name of the IANA database, such as Europe/Berlin or UTC.',
  }
}
