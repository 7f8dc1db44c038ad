import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dueWithin, firstDueFrom } from '../../engine/schedule/due-within.ts'
import { intervalAt, type Schedule } from '../../engine/schedule/schedule.ts'
import type { PeriodUnit } from '../../engine/spec/period.ts'

const anchor = new Date('2024-01-31T06:00:00Z')
const daily: Schedule = { id: 's', anchor, period: { count: 1, unit: 'day' } }
const at = (text: string): Date => new Date(`${text}Z`)

test.each([
  ['cron: due at their start, which may be the window’s', 'cron', '2024-01-31T06:00', '2024-02-02T06:00', { first: 0, last: 1 }],
  ['timeseries: due at their end', 'timeseries', '2024-01-31T06:00', '2024-02-02T06:00', { first: 0, last: 0 }],
  ['the end of the window is not part of it', 'timeseries', '2024-01-31T06:00', '2024-02-01T06:00', undefined],
  ['a window before the schedule', 'cron', '2023-01-01', '2024-01-31T06:00', undefined],
  ['a window between two due times', 'cron', '2024-01-31T07:00', '2024-02-01T06:00', undefined],
] as const)('%s', (_, type, from, to, expected) => {
  expect(dueWithin(daily, type, at(from), at(to))).toEqual(expected)
})

test('a schedule that is over has no next interval', () => {
  expect(firstDueFrom({ ...daily, occurrences: 2 }, 'timeseries', at('2024-02-02T06:00'))).toBe(1)
  expect(firstDueFrom({ ...daily, occurrences: 2 }, 'timeseries', at('2024-02-02T06:00:01'))).toBeUndefined()
})

test('it is what going through all intervals finds', () => {
  const units: readonly PeriodUnit[] = ['minute', 'hour', 'day', 'week', 'month', 'year']
  const schedules = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    unit: fc.constantFrom(...units),
    occurrences: fc.option(fc.integer({ min: 1, max: 50 })),
  })
  const arbitrary = [schedules, fc.constantFrom('cron', 'timeseries'), fc.nat(60), fc.nat(60), fc.integer({ min: -1, max: 1 })] as const
  fc.assert(
    fc.property(...arbitrary, ({ count, unit, occurrences }, type, first, length, offBy) => {
      const schedule: Schedule = { id: 's', anchor, period: { count, unit }, occurrences: occurrences ?? undefined }
      const boundless = { ...schedule, occurrences: undefined }
      const from = new Date(intervalAt(boundless, first)!.start.getTime() + offBy)
      const to = new Date(intervalAt(boundless, first + length)!.start.getTime() + offBy)
      const due = Array.from({ length: 130 }, (_, index) => index).filter((index) => {
        const interval = intervalAt(schedule, index)
        const time = interval && (type === 'cron' ? interval.start : interval.end)
        return time && time >= from && time < to
      })
      expect(dueWithin(schedule, type, from, to)).toEqual(due.length > 0 ? { first: due[0], last: due.at(-1) } : undefined)
    }),
  )
})
