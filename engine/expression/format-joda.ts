import { ExpressionFault } from './expression-error.ts'
import { offsetMs, wallClock, zoneName } from './zone.ts'
import type { DateTime } from './scope.ts'

/** The date-time written after a Joda-Time pattern, in the zone of the value, in English.
 *  @throws ExpressionFault for letters that Joda-Time has not
 *  @see spec/expressions.md 6.1 */
export function formatJoda(dateTime: DateTime, pattern: string): string {
  return print(dateTime, compilePattern(pattern))
}

/** A pattern that has been read. */
export type Pattern = readonly (string | Printer)[]

/** The date-time written after a pattern that has been read. */
export function print(dateTime: DateTime, pattern: Pattern): string {
  const wall = wallClock(dateTime)
  let text = ''
  for (const piece of pattern) text += typeof piece === 'string' ? piece : piece(wall, dateTime)
  return text
}

/** Prints one field. `wall` shows the local time in its UTC fields. */
type Printer = (wall: Date, dateTime: DateTime) => string

const maximumPatterns = 500
const maximumPatternLength = 1_000
const patterns = new Map<string, Pattern>()

/** The pieces of a pattern, kept for the next time.
 *  @throws ExpressionFault */
export function compilePattern(pattern: string): Pattern {
  const known = patterns.get(pattern)
  if (known) return known
  if (pattern.length > maximumPatternLength) throw new ExpressionFault(`A pattern has at most ${maximumPatternLength} characters.`)
  const pieces = [...readPieces(pattern)]
  if (pieces.length === 0) throw new ExpressionFault('The pattern is empty.', { hint: "A pattern is written as in 'YYYY-MM-dd'." })
  if (patterns.size >= maximumPatterns) patterns.clear()
  patterns.set(pattern, pieces)
  return pieces
}

/** A run of one letter is a field, quoted text and everything else are literal, `''` is one quote inside and outside quotes. */
function* readPieces(pattern: string): Generator<string | Printer> {
  for (const [token] of pattern.matchAll(/([A-Za-z])\1*|''|'(?:[^']|'')*'?|[^A-Za-z']+/g)) {
    if (token === "''") yield "'"
    else if (token.startsWith("'")) yield* unquote(token)
    else if (/^[A-Za-z]/.test(token)) yield printer(token.charAt(0), token.length)
    else yield token
  }
}

/** Nothing for a quote that ends the pattern. */
function unquote(token: string): string[] {
  const closed = /^'(?:[^']|'')*'$/.test(token)
  const text = token.slice(1, closed ? -1 : undefined).replaceAll("''", "'")
  return text === '' ? [] : [text]
}

function printer(letter: string, count: number): Printer {
  const field = fields.get(letter)
  if (field) return field(count)
  throw new ExpressionFault(`"${letter}" is not a letter of date patterns.`, {
    hint: `Plain text in a pattern stands in quotes, as in 'T'.`,
  })
}

const number =
  (read: (wall: Date) => number) =>
  (count: number): Printer =>
    count === 2 ? (wall) => twoDigits(read(wall)) : (wall) => pad(read(wall), count)

/** Exactly two letters are the last two digits of the year, whatever is printed else. */
const yearOr =
  (readYear: (wall: Date) => number, read = readYear) =>
  (count: number): Printer =>
    count === 2 ? (wall) => twoDigits(readYear(wall) % 100) : number(read)(count)

const names =
  (read: (wall: Date) => string) =>
  (count: number): Printer =>
  (wall) =>
    count >= 4 ? read(wall) : read(wall).slice(0, 3)

/** What each letter prints, by how many of it stand together. */
const fields: ReadonlyMap<string, (count: number) => Printer> = new Map<string, (count: number) => Printer>([
  ['G', () => (wall) => (year(wall) > 0 ? 'AD' : 'BC')],
  ['C', number((wall) => Math.trunc(yearOfEra(wall) / 100))],
  ['Y', yearOr(year, yearOfEra)],
  ['y', yearOr(year)],
  ['x', yearOr((wall) => weekDate(wall).year)],
  ['w', number((wall) => weekDate(wall).week)],
  ['e', number(dayOfWeek)],
  ['E', names((wall) => days[wall.getUTCDay()] ?? '')],
  ['D', number(dayOfYear)],
  ['M', (count) => (count >= 3 ? names(monthName)(count) : number((wall) => wall.getUTCMonth() + 1)(count))],
  ['d', number((wall) => wall.getUTCDate())],
  ['a', () => (wall) => (wall.getUTCHours() < 12 ? 'AM' : 'PM')],
  ['K', number((wall) => wall.getUTCHours() % 12)],
  ['h', number((wall) => wall.getUTCHours() % 12 || 12)],
  ['H', number((wall) => wall.getUTCHours())],
  ['k', number((wall) => wall.getUTCHours() || 24)],
  ['m', number((wall) => wall.getUTCMinutes())],
  ['s', number((wall) => wall.getUTCSeconds())],
  ['S', (count) => (wall) => fractionOfSecond(wall.getUTCMilliseconds(), count)],
  ['z', (count) => (_, dateTime) => zoneName(dateTime, count >= 4 ? 'long' : 'short')],
  ['Z', (count) => (_, dateTime) => (count >= 3 ? dateTime.zone : offsetText(dateTime, count === 2 ? ':' : ''))],
])

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const dayMs = 86_400_000

function year(wall: Date): number {
  return wall.getUTCFullYear()
}

/** Before the year 1, which only zones west of UTC can show, years count backwards. */
function yearOfEra(wall: Date): number {
  return year(wall) > 0 ? year(wall) : 1 - year(wall)
}

/** Joda-Time calculates with fifteen digits at most, but fills up zero to any number of them. */
function fractionOfSecond(milliseconds: number, digits: number): string {
  const length = milliseconds === 0 ? digits : Math.min(digits, 15)
  return pad(milliseconds, 3).slice(0, length).padEnd(length, '0')
}

function monthName(wall: Date): string {
  return months[wall.getUTCMonth()] ?? ''
}

/** Monday is 1, Sunday 7. */
function dayOfWeek(wall: Date): number {
  return wall.getUTCDay() || 7
}

/** Counted from 1. */
export function dayOfYear(wall: Date): number {
  const newYear = new Date(wall).setUTCMonth(0, 1)
  return Math.round((wall.getTime() - newYear) / dayMs) + 1
}

/** ISO 8601: a week belongs to the year in which its Thursday lies. */
function weekDate(wall: Date): { year: number; week: number } {
  const thursday = new Date(wall.getTime() + (4 - dayOfWeek(wall)) * dayMs)
  return { year: thursday.getUTCFullYear(), week: Math.ceil(dayOfYear(thursday) / 7) }
}

function offsetText({ instant, zone }: DateTime, colon: string): string {
  const minutes = Math.trunc(offsetMs(zone, instant.getTime()) / 60_000)
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.trunc(size / 60))}${colon}${twoDigits(size % 60)}`
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

function pad(value: number, digits: number): string {
  const text = String(value)
  return text.length < digits ? text.padStart(digits, '0') : text
}
