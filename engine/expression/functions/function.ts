import { toDateTime, toInteger, toText } from '../convert.ts'
import { ExpressionFault } from '../expression-error.ts'
import { compilePattern } from '../format-joda.ts'
import { knownZone } from '../zone.ts'
import { parsePeriod } from '../../spec/period.ts'
import type { DateTime, Scalar } from '../scope.ts'
import type { Item } from '../value.ts'
import type { Pattern } from '../format-joda.ts'
import type { Period } from '../../spec/period.ts'

/** What a function's argument may be, and how a value becomes one. All throw ExpressionFault. */
export const argumentKinds = {
  dateTime: toDateTime,
  integer: toInteger,
  pattern: (item: Item): Pattern => compilePattern(toText(item)),
  zone: (item: Item): string => knownZone(toText(item).trim()),
  period: (item: Item): Period => {
    const period = parsePeriod(toText(item).slice(0, 100))
    if (!period) throw new ExpressionFault('A period such as 1 day is needed here, and this is none', { value: toText(item) })
    return period
  },
} satisfies Record<string, (item: Item) => DateTime | Pattern | Period | number | string>

export type ArgumentKind = keyof typeof argumentKinds

/** A function of the expression language. Both `f(x, a)` and `x.f(a)` call it; lists are handled by its caller, element by element. */
export interface ExpressionFunction {
  readonly parameters: readonly ArgumentKind[]
  /** As many items as there are parameters.
   *  @throws ExpressionFault */
  readonly apply: (items: readonly Item[]) => Scalar
}

type Arguments<P extends readonly ArgumentKind[]> = { [K in keyof P]: ReturnType<(typeof argumentKinds)[P[K]]> }

/** Declares a function over converted arguments. */
export function defineFunction<const P extends readonly ArgumentKind[]>(
  parameters: P,
  compute: (...values: Arguments<P>) => Scalar,
): ExpressionFunction {
  const converters = parameters.map((kind) => argumentKinds[kind])
  const apply = (items: readonly Item[]): Scalar => {
    const values: unknown[] = converters.map((convert, at) => convert(items[at] ?? ''))
    return compute(...(values as Arguments<P>))
  }
  return { parameters, apply }
}
