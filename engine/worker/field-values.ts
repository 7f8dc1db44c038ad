import { periodMs, type Period } from '../spec/period.ts'

/** Evaluated fields of an object whose type is not known here. */
export type Fields = Readonly<Record<string, unknown>>

/** @see spec/behaviour.md 7 */
export const usualRetryDelayMs = 10 * 60_000

/** Milliseconds of a field that is a period; undefined when it is not set. */
export function wholePeriodMs(value: unknown): number | undefined {
  return isPeriod(value) ? periodMs(value) : undefined
}

function isPeriod(value: unknown): value is Period {
  return typeof value === 'object' && value !== null && 'count' in value && 'unit' in value
}
