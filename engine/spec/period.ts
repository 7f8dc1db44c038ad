/** A length of calendar time: `15 minutes`, `1 month`. Months and years have no fixed length in milliseconds. */
export interface Period {
  readonly count: number
  readonly unit: PeriodUnit
}

export type PeriodUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'

const pattern = /^\s*(\d{1,9})\s+(second|minute|hour|day|week|month|year)s?\s*$/i

/** The period that `text` says, in any letter case, singular or plural; undefined when it says none. Zero is a period (no wait).
 *  A number alone is a period only where a unit is understood.
 *  @see AWS Data Pipeline Developer Guide, "Schedule" */
export function parsePeriod(text: string, bareUnit?: PeriodUnit): Period | undefined {
  if (bareUnit && /^\s*\d{1,9}\s*$/.test(text)) return { count: Number(text), unit: bareUnit }
  const match = pattern.exec(text)
  if (!match) return undefined
  return { count: Number(match[1]), unit: match[2]!.toLowerCase() as PeriodUnit }
}

const fixedMs = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const

/** Milliseconds of a period used as a time-out. A month counts as 30 days and a year as 365: only schedules do calendar arithmetic. */
export function periodMs({ count, unit }: Period): number {
  if (unit === 'month') return count * 30 * fixedMs.day
  if (unit === 'year') return count * 365 * fixedMs.day
  return count * fixedMs[unit]
}

/** The instant `times` periods after `start`, in UTC. Counted from `start`, the day of the month clipped to the month's length,
 *  so 31 January + 1 month is the end of February and + 2 months is 31 March.
 *  @see spec/behaviour.md 2.1 */
export function addPeriod(start: Date, { count, unit }: Period, times = 1): Date {
  if (unit === 'month') return addMonths(start, count * times)
  if (unit === 'year') return addMonths(start, count * times * 12)
  return new Date(start.getTime() + count * times * fixedMs[unit])
}

function addMonths(start: Date, months: number): Date {
  const result = new Date(start)
  result.setUTCDate(1)
  result.setUTCMonth(result.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate()
  result.setUTCDate(Math.min(start.getUTCDate(), lastDay))
  return result
}
