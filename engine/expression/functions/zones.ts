import { defineFunction } from './function.ts'
import type { ExpressionFunction } from './function.ts'

/** The same instant, shown in another zone. */
export const zones: Readonly<Record<string, ExpressionFunction>> = {
  inTimeZone: defineFunction(['dateTime', 'zone'], ({ instant }, zone) => ({ instant, zone })),
}
