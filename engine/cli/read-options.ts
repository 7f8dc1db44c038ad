import { InvalidArgumentError } from 'commander'
import { parseDateTime } from '../spec/date-time.ts'

export type ParameterValues = Readonly<Record<string, readonly string[]>>

/** For a repeatable `--param id=value`: the values so far and one more. The same id again adds a value, for parameters that are arrays. */
export function collectParameter(text: string, before: ParameterValues = {}): ParameterValues {
  const match = /^([^=\s]+)=(.*)$/s.exec(text)
  if (!match) throw new InvalidArgumentError('It must be id=value, for example --param myTable=orders.')
  const [, id = '', value = ''] = match
  return { ...before, [id]: [...(before[id] ?? []), value] }
}

/** For `--at` and `--interval`: an instant in UTC. */
export function readTime(text: string): Date {
  const instant = parseDateTime(text)
  if (!instant) throw new InvalidArgumentError('It must be a date and time in UTC, for example 2026-01-31 or 2026-01-31T02:00:00.')
  return instant
}

/** For `--from` of an activation: an instant in UTC, or `now`. */
export function readTimeOrNow(text: string): Date | 'now' {
  return text.toLowerCase() === 'now' ? 'now' : readTime(text)
}

/** For `--limit` and `--attempt`. */
export function readCount(text: string): number {
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return count
}
