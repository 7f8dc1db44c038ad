import { parseDateTime } from '../spec/date-time.ts'
import { ExpressionFault } from './expression-error.ts'
import { compilePattern, print } from './format-joda.ts'
import type { DateTime, Decimal } from './scope.ts'
import type { Item } from './value.ts'

/** The text of a value: `4.0` for decimals, `YYYY-MM-DDTHH:MM:SS` in its own zone for date-times, the id for references.
 *  @see spec/expressions.md 7 */
export function toText(item: Item): string {
  if (typeof item === 'string') return item
  if (typeof item !== 'object') return String(item)
  if ('fieldText' in item) return item.fieldText
  if ('instant' in item) return print(item, dateTimePattern)
  if ('decimal' in item) return decimalText(item.decimal)
  return 'reference' in item ? item.reference.id : item.component.componentId
}

/** The number that an item is or, as text, wholly looks like: an integer as a plain number.
 *  @throws ExpressionFault also for integers that a double cannot hold exactly */
export function toNumber(item: Item): number | Decimal {
  if (typeof item === 'number') return item
  if (typeof item === 'object' && 'decimal' in item) return item
  const number = looksLikeNumber(item)
  if (number === undefined) throw new ExpressionFault('A number is needed here, and this is none', { value: toText(item) })
  return number
}

/** The number that text looks like; undefined for all else. */
export function looksLikeNumber(item: Item): number | Decimal | undefined {
  const text = typeof item === 'string' ? item : typeof item === 'object' && 'fieldText' in item ? item.fieldText : undefined
  if (text === undefined || text.length > 400) return undefined
  const trimmed = text.trim()
  if (/^-?\d+$/.test(trimmed)) return checkedInteger(Number(trimmed))
  return /^-?(?:\d+\.\d+|\.\d+)$/.test(trimmed) ? { decimal: checkedDecimal(Number(trimmed)) } : undefined
}

/** A whole number; a decimal counts if it is whole. */
export function toInteger(item: Item): number {
  const number = toNumber(item)
  if (typeof number === 'number') return number
  if (!Number.isSafeInteger(number.decimal))
    throw new ExpressionFault('A whole number is needed here, and this is none', { value: toText(item) })
  return number.decimal
}

/** A date-time, or text in one of the forms of `YYYY-MM-DDTHH:MM:SS`, which is UTC. */
export function toDateTime(item: Item): DateTime {
  if (typeof item === 'object' && 'instant' in item) return item
  const instant = typeof item === 'number' ? undefined : parseDateTime(toText(item).slice(0, 40))
  if (!instant)
    throw new ExpressionFault('A date-time such as 2026-01-31T02:00:00 is needed here, and this is none', { value: toText(item) })
  return { instant, zone: 'UTC' }
}

/** @throws ExpressionFault when the integer is beyond what a double holds exactly; gives 0 for -0 */
export function checkedInteger(value: number): number {
  if (!Number.isSafeInteger(value)) throw new ExpressionFault('The number is too large for exact arithmetic.')
  return value + 0
}

/** @throws ExpressionFault when there is no finite result; gives 0 for -0 */
export function checkedDecimal(value: number): number {
  if (!Number.isFinite(value)) throw new ExpressionFault('The result is not a finite number.')
  return value + 0
}

const dateTimePattern = compilePattern("YYYY-MM-dd'T'HH:mm:ss")

/** The shortest decimal that reads back as the same number, without an exponent, with at least one decimal. */
function decimalText(value: number): string {
  const text = String(value)
  const exponent = text.indexOf('e')
  if (exponent < 0) return text.includes('.') ? text : `${text}.0`
  if (value > 1 || value < -1) return `${BigInt(value)}.0`
  const digits = text.slice(0, exponent).replace(/[-.]/g, '')
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(-Number(text.slice(exponent + 1)) - 1)}${digits}`
}
