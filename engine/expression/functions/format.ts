import { print } from '../format-joda.ts'
import { defineFunction } from './function.ts'
import type { ExpressionFunction } from './function.ts'

/** Text from date-times, by Joda-Time patterns. */
export const format: Readonly<Record<string, ExpressionFunction>> = {
  format: defineFunction(['dateTime', 'pattern'], print),
}
