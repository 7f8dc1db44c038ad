/** The dates that a cron text names, by number. Days are counted from 1 January 1970, dates from the beginning of the year 0. Each answer
 *  takes the same time, however far away: the calendar repeats itself every 400 years, and in them there are 14 kinds of years. */
export interface Calendar {
  /** There is no such date, as in `30 2`. */
  readonly isEmpty: boolean
  /** How many dates it names before `day`. */
  datesBefore(day: number): number
  /** Day of date number `index`, which there must be. */
  dateAt(index: number): number
}

/** Whether a date is named: `day` from 1, `month` from 0, `weekday` 0 for Sunday, `last` the last day of the month. */
export type NamesDate = (date: { readonly day: number; readonly month: number; readonly weekday: number; readonly last: number }) => boolean

const cycleYears = 400

export function calendarOf(names: NamesDate): Calendar {
  const years = Array.from({ length: 14 }, (_, kind) => namedInYear(kind, names))
  const before = new Uint32Array(cycleYears + 1)
  for (let year = 0; year < cycleYears; year++) before[year + 1] = before[year]! + years[kindOf(year)]!.length
  const inCycle = before[cycleYears]!
  return {
    isEmpty: inCycle === 0,
    datesBefore(day) {
      const year = new Date(day * dayMs).getUTCFullYear()
      const cycle = Math.floor(year / cycleYears)
      const within = countBelow(years[kindOf(year)]!, day - firstDayOf(year))
      return cycle * inCycle + before[year - cycle * cycleYears]! + within
    },
    dateAt(index) {
      const cycle = Math.floor(index / inCycle)
      const rest = index - cycle * inCycle
      const year = countBelow(before, rest + 1) - 1
      const full = cycle * cycleYears + year
      return firstDayOf(full) + years[kindOf(full)]![rest - before[year]!]!
    },
  }
}

const dayMs = 86_400_000
/** From the beginning of the year 0 to that of 1970. */
const epochDay = 719_528

/** Day of the first of January. */
export function firstDayOf(year: number): number {
  const leapYears = Math.floor((year + 3) / 4) - Math.floor((year + 99) / 100) + Math.floor((year + 399) / 400)
  return 365 * year + leapYears - epochDay
}

/** Years of one kind have the same weekdays and length: 0 to 6 by the weekday of the first of January, 7 more in leap years. */
export function kindOf(year: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const weekday = (((firstDayOf(year) + 4) % 7) + 7) % 7
  return weekday + (isLeap ? 7 : 0)
}

/** Named days of a kind of year, counted from its first. */
function namedInYear(kind: number, names: NamesDate): Uint16Array {
  const lengths = [31, kind < 7 ? 28 : 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  let dayOfYear = 0
  const named = lengths.flatMap((last, month) => {
    const days = Array.from({ length: last }, (_, at) => ({
      day: at + 1,
      month,
      last,
      weekday: (kind + dayOfYear + at) % 7,
      dayOfYear: dayOfYear + at,
    }))
    dayOfYear += last
    return days.filter(names).map((date) => date.dayOfYear)
  })
  return Uint16Array.from(named)
}

/** How many of the ascending numbers are less than `limit`. */
function countBelow(sorted: Uint16Array | Uint32Array, limit: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}
