import { checkedDecimal, checkedInteger, looksLikeNumber, toNumber, toText } from './convert.ts'
import { ExpressionFault } from './expression-error.ts'
import type { Decimal } from './scope.ts'
import type { Operator } from './syntax.ts'
import type { Item } from './value.ts'

/** One operator on two values. `+` adds numbers and joins everything else as text; integers stay integers except under `^`.
 *  @throws ExpressionFault
 *  @see spec/expressions.md 3.1 */
export function operate(operator: Operator, left: Item, right: Item): Item {
  if (operator === '+') return plus(left, right)
  const [a, b] = [toNumber(left), toNumber(right)]
  if (operator === '^') return decimal(size(a) ** size(b))
  if (operator === '/' && size(b) === 0) throw new ExpressionFault('Division by zero.')
  if (typeof a === 'number' && typeof b === 'number') return checkedInteger(integers[operator](a, b))
  return decimal(decimals[operator](size(a), size(b)))
}

export function negate(item: Item): Item {
  const number = toNumber(item)
  return typeof number === 'number' ? checkedInteger(-number) : decimal(-number.decimal)
}

/** Truncation is exact: no quotient of safe integers is rounded up to the next whole number. */
const integers = {
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => Math.trunc(a / b),
}

const decimals = { ...integers, '/': (a: number, b: number) => a / b }

function plus(left: Item, right: Item): Item {
  const a = asAddend(left)
  const b = a === undefined ? undefined : asAddend(right)
  if (a === undefined || b === undefined) return toText(left) + toText(right)
  return typeof a === 'number' && typeof b === 'number' ? checkedInteger(a + b) : decimal(size(a) + size(b))
}

/** A number, or field text that looks like one; never a quoted literal. */
function asAddend(item: Item): number | Decimal | undefined {
  if (typeof item === 'number') return item
  if (typeof item !== 'object') return undefined
  return 'decimal' in item ? item : looksLikeNumber(item)
}

function size(number: number | Decimal): number {
  return typeof number === 'number' ? number : number.decimal
}

function decimal(value: number): Decimal {
  return { decimal: checkedDecimal(value) }
}
