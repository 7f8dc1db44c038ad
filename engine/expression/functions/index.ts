import { dateArithmetic } from './date-arithmetic.ts'
import { dateParts } from './date-parts.ts'
import { format } from './format.ts'
import { zones } from './zones.ts'
import { didYouMean } from '../did-you-mean.ts'
import { ExpressionFault, quoted } from '../expression-error.ts'
import type { ExpressionFunction } from './function.ts'

/** Every function by its name. A Map, so that `constructor` and its like are no functions. */
export const functions: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries({ ...dateParts, ...dateArithmetic, ...zones, ...format }),
)

/** The function that a call means.
 *  @throws ExpressionFault when there is none of that name, or it takes another number of arguments */
export function findFunction(name: string, operands: number): ExpressionFunction {
  const found = functions.get(name)
  if (!found) throw new ExpressionFault(`There is no function ${quoted(name)}.`, { hint: didYouMean(name, functions.keys()) })
  const { length } = found.parameters
  if (operands === length) return found
  const signature = `${length} argument${length === 1 ? '' : 's'} (${found.parameters.join(', ')})`
  throw new ExpressionFault(`The function "${name}" takes ${signature}, not ${operands}.`)
}
