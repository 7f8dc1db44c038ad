import { CronPattern } from 'croner'
import { calendarOf, type Calendar, type NamesDate } from './calendar.ts'
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
  /** How many times of day are less than `ms` milliseconds after midnight; `ms` is within the day. */
  timesBefore(ms: number): number
  readonly calendar: Calendar
}

/** What is wrong with a cron text, or its zone: the end of a sentence that begins with the field, and a way out. */
export interface CronProblem {
  readonly what: 'cron' | 'timeZone'
  readonly message: string
  readonly hint: string
}

const crons = new Map<string, Cron>()
const mostCrons = 10_000

/** Understands five or six fields of cron, read in an IANA zone (UTC when it is undefined). The same texts give the same object for as long
 *  as it is kept, so what is known about its ticks can be kept with it.
 *  @see docs/guide/schedules.md */
export function readCron(text: string, timeZone?: string): Cron | CronProblem {
  const name = `${text.trim()}\n${timeZone?.trim() ?? ''}`
  const known = crons.get(name)
  if (known) return known
  const clock = /^utc$/i.test(timeZone?.trim() ?? 'UTC') ? utcClock : regionClock(timeZone?.trim() ?? '')
  if (!clock) return badZone(timeZone ?? '')
  const pattern = patternOf(text.trim())
  if (!pattern) return problemOf(text)
  const cron = understand(pattern, clock)
  if (crons.size >= mostCrons) crons.clear()
  crons.set(name, cron)
  return cron
}

export function isCron(read: Cron | CronProblem): read is Cron {
  return 'clock' in read
}

const options = { mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' } as const

function understand(pattern: CronPattern, clock: ZoneClock): Cron {
  const [hours, minutes, seconds] = [pattern.hour, pattern.minute, pattern.second].map(unitOf) as [Unit, Unit, Unit]
  const aMinute = seconds.named.length
  const anHour = minutes.named.length * aMinute
  return {
    clock,
    isFixed: pattern.isFixedTime,
    timeCount: hours.named.length * anHour,
    timeOfDay(index) {
      const [hour, minute] = [Math.floor(index / anHour), Math.floor(index / aMinute) % minutes.named.length]
      return hours.named[hour]! * 3600 + minutes.named[minute]! * 60 + seconds.named[index % aMinute]!
    },
    timesBefore(ms) {
      const time = Math.ceil(ms / 1000)
      const [hour, minute, second] = [Math.floor(time / 3600), Math.floor(time / 60) % 60, time % 60]
      const withinMinute = minutes.has(minute) ? seconds.below(second) : 0
      const withinHour = hours.has(hour) ? minutes.below(minute) * aMinute + withinMinute : 0
      return hours.below(hour) * anHour + withinHour
    },
    calendar: sharedCalendar(pattern),
  }
}

/** Seconds, minutes or hours that are named. */
interface Unit {
  readonly named: Uint8Array
  has(value: number): boolean
  /** How many are less than `value`. */
  below(value: number): number
}

const units = new Map<string, Unit>()

/** The same flags give the same object: most texts name the same few. */
function unitOf(flags: readonly number[]): Unit {
  const name = flags.join('')
  const unit = units.get(name) ?? makeUnit(flags)
  if (units.size >= mostCrons) units.clear()
  units.set(name, unit)
  return unit
}

function makeUnit(flags: readonly number[]): Unit {
  const named = Uint8Array.from(flags.flatMap((flag, value) => (flag ? [value] : [])))
  const below = Uint8Array.from({ length: flags.length + 1 }, (_, value) => named.filter((each) => each < value).length)
  return { named, has: (value) => flags[value] === 1, below: (value) => below[value]! }
}

const calendars = new Map<string, Calendar>()

/** Texts that differ in their times only have one calendar. */
function sharedCalendar(pattern: CronPattern): Calendar {
  const name = pattern.pattern.split(/\s+/).slice(-3).join(' ').toUpperCase()
  const known = calendars.get(name)
  if (known) return known
  const calendar = calendarOf(datesOf(pattern))
  if (calendars.size >= mostCrons) calendars.clear()
  calendars.set(name, calendar)
  return calendar
}

/** What croner's `Cron` does with the fields it has read, for one date without a search. */
function datesOf(pattern: CronPattern): NamesDate {
  const { day: days, nearestWeekdays, month: months, dayOfWeek, starDOM, starDOW, useAndLogic, lastDayOfMonth, lastWeekday } = pattern
  const nearest = nearestWeekdays.flatMap((flag, at) => (flag ? [at + 1] : []))
  return ({ day, month, weekday, last }) => {
    if (!months[month]) return false
    const weekdayOf = (other: number): number => (((weekday + other - day) % 7) + 7) % 7
    const byDay =
      days[day - 1] === 1 ||
      (lastDayOfMonth && day === last) ||
      (lastWeekday && day === workingDay(last, last, weekdayOf)) ||
      nearest.some((wanted) => wanted <= last && day === workingDay(wanted, last, weekdayOf))
    if (starDOW) return byDay
    const which = dayOfWeek[weekday] ?? 0
    const byWeekday = (which & (1 << Math.floor((day - 1) / 7))) !== 0 || ((which & lastOnes) !== 0 && day + 7 > last)
    return useAndLogic || starDOM ? byDay && byWeekday : byDay || byWeekday
  }
}

/** A weekday's flags are the first to the fifth of a month, and the last one. */
const lastOnes = 32

/** The working day nearest to `day`, in the same month. */
function workingDay(day: number, last: number, weekdayOf: (day: number) => number): number {
  const weekday = weekdayOf(day)
  if (weekday === 0) return day === last ? day - 2 : day + 1
  if (weekday === 6) return day === 1 ? day + 2 : day - 1
  return day
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

function problemOf(text: string): CronProblem {
  const written = text.trim().split(/\s+/)
  if (written.length !== 5 && written.length !== 6) return badCount(text.trim(), written.length)
  const six = written.length === 5 ? ['0', ...written] : written
  for (const [at, field] of six.entries()) {
    const alone = six.map((_, other) => (other === at ? field : '*')).join(' ')
    const [name, rule] = fields[at] ?? ['', '']
    if (!patternOf(alone)) {
      return { what: 'cron', message: `has "${field}" for the ${name}, which cron does not know.`, hint: `The ${name} is * or ${rule}.` }
    }
  }
  throw new Error(`Each field of "${text}" is understood, but not all of them together.`)
}

/** Undefined when it is not understood: what croner says of the place is about its own counting, and ours is told instead. */
function patternOf(text: string): CronPattern | undefined {
  try {
    const pattern = new CronPattern(text, undefined, options)
    return pattern.pattern === text ? pattern : undefined // a nickname is read as what it stands for
  } catch {
    return undefined
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
