import { addPeriod } from '../../spec/period.ts'
import { ExpressionFault } from '../expression-error.ts'
import { fromWallClock, wallClock } from '../zone.ts'
import { defineFunction } from './function.ts'
import type { DateTime } from '../scope.ts'
import type { ExpressionFunction } from './function.ts'
import type { Period, PeriodUnit } from '../../spec/period.ts'

/** Date-times from date-times. Days and longer are counted on the clock of the value's zone, hours and minutes in elapsed time; a day of
 *  the month that does not exist becomes the last one.
 *  @see spec/expressions.md 6 */
export const dateArithmetic: Readonly<Record<string, ExpressionFunction>> = {
  makeDate: defineFunction(['integer', 'integer', 'integer'], (year, month, day) => make(year, month, day, 0, 0)),
  makeDateTime: defineFunction(['integer', 'integer', 'integer', 'integer', 'integer'], make),
  firstOfMonth: defineFunction(['dateTime'], firstOfMonth),
  midnight: defineFunction(['dateTime'], midnight),
  yesterday: defineFunction(['dateTime'], (dateTime) => shift(dateTime, { count: 1, unit: 'day' }, -1)),
  sunday: defineFunction(['dateTime'], (dateTime) => shift(dateTime, { count: wallClock(dateTime).getUTCDay(), unit: 'day' }, -1)),
  ...plusAndMinus('Years', 'year'),
  ...plusAndMinus('Months', 'month'),
  ...plusAndMinus('Weeks', 'week'),
  ...plusAndMinus('Days', 'day'),
  ...plusAndMinus('Hours', 'hour'),
  ...plusAndMinus('Minutes', 'minute'),
  plusPeriod: defineFunction(['dateTime', 'period'], (dateTime, period) => shift(dateTime, period, 1)),
  minusPeriod: defineFunction(['dateTime', 'period'], (dateTime, period) => shift(dateTime, period, -1)),
}

function plusAndMinus(suffix: string, unit: PeriodUnit): Record<string, ExpressionFunction> {
  return {
    [`plus${suffix}`]: defineFunction(['dateTime', 'integer'], (dateTime, count) => shift(dateTime, { count, unit }, 1)),
    [`minus${suffix}`]: defineFunction(['dateTime', 'integer'], (dateTime, count) => shift(dateTime, { count, unit }, -1)),
  }
}

function shift(dateTime: DateTime, period: Period, times: 1 | -1): DateTime {
  const { instant, zone } = dateTime
  if (period.count === 0) return dateTime // else a time that its clock shows twice would become the earlier one
  const elapsed = zone === 'UTC' || period.unit === 'hour' || period.unit === 'minute' || period.unit === 'second'
  if (elapsed) return inRange(addPeriod(instant, period, times), zone)
  return fromClock(addPeriod(wallClock(dateTime), period, times), zone)
}

/** Keeps the time of day, and the offset where the clock shows that time twice. */
function firstOfMonth(dateTime: DateTime): DateTime {
  const wall = new Date(wallClock(dateTime))
  wall.setUTCDate(1)
  return fromClock(wall, dateTime.zone, dateTime.instant)
}

/** When the day begins: the first of two midnights, and one o'clock where the clock goes from before midnight to one. */
function midnight(dateTime: DateTime): DateTime {
  const wall = new Date(wallClock(dateTime))
  wall.setUTCHours(0, 0, 0, 0)
  return fromClock(wall, dateTime.zone)
}

function fromClock(wall: Date, zone: string, near?: Date): DateTime {
  inRange(wall, zone)
  return inRange(fromWallClock(wall, zone, near), zone)
}

function make(year: number, month: number, day: number, hour: number, minute: number): DateTime {
  const instant = new Date(0)
  instant.setUTCFullYear(year, month - 1, day)
  instant.setUTCHours(hour, minute)
  const exists = instant.getUTCMonth() === month - 1 && instant.getUTCDate() === day
  if (!exists || hour < 0 || hour > 23 || minute < 0 || minute > 59)
    throw new ExpressionFault('There is no such date-time', { value: [year, month, day, hour, minute].join(', ') })
  return inRange(instant, 'UTC')
}

const firstMs = new Date(0).setUTCFullYear(1, 0, 1)
const endMs = Date.UTC(10_000, 0)

/** Years 1 to 9999: what the text form can say. */
function inRange(instant: Date, zone: string): DateTime {
  if (instant.getTime() >= firstMs && instant.getTime() < endMs) return { instant, zone }
  throw new ExpressionFault('The date-time lies outside the years 1 to 9999.')
}
