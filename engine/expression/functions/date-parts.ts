import { dayOfYear } from '../format-joda.ts'
import { wallClock } from '../zone.ts'
import { defineFunction } from './function.ts'
import type { ExpressionFunction } from './function.ts'

/** Numbers read off a date-time, in its own zone, without padding. */
export const dateParts: Readonly<Record<string, ExpressionFunction>> = {
  year: part((wall) => wall.getUTCFullYear()),
  month: part((wall) => wall.getUTCMonth() + 1),
  day: part((wall) => wall.getUTCDate()),
  dayOfYear: part(dayOfYear),
  hour: part((wall) => wall.getUTCHours()),
  minute: part((wall) => wall.getUTCMinutes()),
}

function part(read: (wall: Date) => number): ExpressionFunction {
  return defineFunction(['dateTime'], (dateTime) => read(wallClock(dateTime)))
}
