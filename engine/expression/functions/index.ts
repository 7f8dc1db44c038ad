import { dateArithmetic } from './date-arithmetic.ts'
import { dateParts } from './date-parts.ts'
import { format } from './format.ts'
import { zones } from './zones.ts'
import type { ExpressionFunction } from './function.ts'

/** Every function by its name. A Map, so that `constructor` and its like are no functions. */
export const functions: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries({ ...dateParts, ...dateArithmetic, ...zones, ...format }),
)
