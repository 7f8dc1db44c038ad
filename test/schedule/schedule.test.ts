import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linkedIntervals } from '../../engine/schedule/linked-intervals.ts'
import { indexAt, intervalAt, intervalsStartingIn, type Schedule } from '../../engine/schedule/schedule.ts'
import { lastIndex, runWindow } from '../../engine/schedule/window.ts'
import { boundaryFrom } from '../../engine/spec/boundaries.ts'
import { formatDateTime } from '../../engine/spec/date-time.ts'
import type { PeriodUnit } from '../../engine/spec/period.ts'

function schedule(start: string, count: number, unit: PeriodUnit, more: Partial<Schedule> = {}): Schedule {
  return { id: 's', anchor: new Date(`${start}Z`), period: { count, unit }, ...more }
}

function starts(of: Schedule, count: number): string[] {
  return Array.from({ length: count }, (_, index) => intervalAt(of, index)).flatMap((interval) =>
    interval ? [formatDateTime(interval.start)] : [],
  )
}

test('a monthly schedule begun on the 31st is counted from its anchor, so it does not drift', () => {
  expect(starts(schedule('2012-01-31T00:00:00', 1, 'month'), 4)).toEqual([
    '2012-01-31T00:00:00',
    '2012-02-29T00:00:00',
    '2012-03-31T00:00:00',
    '2012-04-30T00:00:00',
  ])
})

test('a yearly schedule begun on 29 February runs on the 28th of common years', () => {
  expect(starts(schedule('2012-02-29T12:00:00', 1, 'year'), 5)).toEqual([
    '2012-02-29T12:00:00',
    '2013-02-28T12:00:00',
    '2014-02-28T12:00:00',
    '2015-02-28T12:00:00',
    '2016-02-29T12:00:00',
  ])
})

test('occurrences count intervals, and an end holds whole intervals only', () => {
  expect(starts(schedule('2026-01-01T00:00:00', 15, 'minute', { occurrences: 4 }), 10)).toHaveLength(4)
  expect(starts(schedule('2026-01-01T00:00:00', 1, 'day', { end: new Date('2026-01-03T12:00:00Z') }), 10)).toEqual([
    '2026-01-01T00:00:00',
    '2026-01-02T00:00:00',
  ])
})

const anySchedule = fc
  .record({
    anchor: fc.date({ min: new Date('1970-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
    count: fc.integer({ min: 1, max: 40 }),
    unit: fc.constantFrom<PeriodUnit>('second', 'minute', 'hour', 'day', 'week', 'month', 'year'),
  })
  .map(({ anchor, count, unit }): Schedule => ({
    id: 's',
    anchor: new Date(Math.floor(anchor.getTime() / 1000) * 1000),
    period: { unit, count: unit === 'year' ? 1 : unit === 'month' ? Math.min(count, 15) : count }, // 6,000 of them before the year 9999
  }))

test('the index of any instant is that of the interval that holds it', () => {
  fc.assert(
    fc.property(anySchedule, fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (of, index, part) => {
      const interval = intervalAt(of, index)!
      const instant = new Date(interval.start.getTime() + Math.floor((interval.end.getTime() - interval.start.getTime()) * part))
      expect(indexAt(of, instant)).toBe(index)
    }),
    { seed: 7, numRuns: 2000 },
  )
})

test('intervals that start in a span are all of them and no others, in order', () => {
  fc.assert(
    fc.property(anySchedule, fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 20 }), (of, first, length) => {
      const from = intervalAt(of, first)!.start
      const to = intervalAt(of, first + length)!.start
      const found = [...intervalsStartingIn(of, from, to)].map(({ start }) => start.getTime())
      expect(found).toEqual(Array.from({ length }, (_, i) => intervalAt(of, first + i)!.start.getTime()))
    }),
    { seed: 8, numRuns: 500 },
  )
})

test('the last interval of a schedule with an end is the last that intervalAt has', () => {
  fc.assert(
    fc.property(anySchedule, fc.integer({ min: 0, max: 500 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (of, index, part) => {
      const { start, end } = intervalAt(of, index)!
      const ended = { ...of, end: new Date(start.getTime() + Math.floor((end.getTime() - start.getTime()) * part)) }
      const last = lastIndex(ended)!
      expect(last < 0 ? undefined : intervalAt(ended, last)).toEqual(last < 0 ? undefined : intervalAt(of, last))
      expect(intervalAt(ended, last + 1)).toBeUndefined()
    }),
    { seed: 9, numRuns: 1000 },
  )
})

const hourly = schedule('2026-01-01T00:00:00', 1, 'hour', { id: 'hourly' })
const daily = schedule('2026-01-01T00:00:00', 1, 'day', { id: 'daily' })

test('a run needs the one interval of a longer schedule that holds its start', () => {
  const tenth = intervalAt(hourly, 34)!
  expect(linkedIntervals(hourly, tenth, daily)).toEqual([intervalAt(daily, 1)])
})

test('a run needs all intervals of a shorter schedule that start within it, oldest first', () => {
  const linked = linkedIntervals(daily, intervalAt(daily, 2)!, hourly)
  expect(linked).toHaveLength(24)
  expect(linked[0]).toEqual(intervalAt(hourly, 48))
})

test('a schedule that has not begun or is over leaves the edge satisfied', () => {
  const later = schedule('2027-01-01T00:00:00', 1, 'day', { id: 'later' })
  const over = schedule('2025-01-01T00:00:00', 1, 'day', { id: 'over', occurrences: 3 })
  expect(linkedIntervals(hourly, intervalAt(hourly, 0)!, later)).toEqual([])
  expect(linkedIntervals(hourly, intervalAt(hourly, 0)!, over)).toEqual([])
})

test('one run is for every interval of a schedule that ends, and for the newest of one that does not', () => {
  const now = new Date('2026-01-05T10:30:00Z')
  expect(runWindow({ ...daily, occurrences: 3 }, 'timeseries', now)).toEqual({ first: 0, last: 2 })
  expect(runWindow(daily, 'timeseries', now)).toEqual({ first: 3, last: 3 })
  expect(runWindow(daily, 'cron', now)).toEqual({ first: 4, last: 4 })
  expect(runWindow(schedule('2026-02-01T00:00:00', 1, 'day'), 'timeseries', now)).toEqual({ first: 0, last: 0 })
})

test('one run at an instant is for the interval that holds it, and there may be none', () => {
  expect(runWindow(daily, 'timeseries', new Date(), new Date('2026-01-02T23:59:59Z'))).toEqual({ first: 1, last: 1 })
  expect(runWindow(daily, 'timeseries', new Date(), new Date('2025-12-31T00:00:00Z'))).toBeUndefined()
})

test('time ends with the year 9999: no interval ends after it, and of too many occurrences the last is the last that there is', () => {
  const yearly = schedule('9990-06-01T00:00:00', 1, 'year')
  expect(starts(yearly, 20)).toHaveLength(9)
  expect(indexAt(yearly, new Date('9998-07-01T00:00:00Z'))).toBe(8)
  expect(indexAt(yearly, new Date('9999-07-01T00:00:00Z'))).toBeUndefined()
  expect(boundaryFrom(yearly, new Date('+012000-01-01T00:00:00Z'))).toBe(10)
  expect(lastIndex(yearly)).toBeUndefined()
  expect(lastIndex({ ...yearly, occurrences: 9 })).toBe(8)
  expect(lastIndex({ ...yearly, occurrences: 10 })).toBe(8)
  expect(lastIndex({ ...yearly, occurrences: 2 ** 31 })).toBe(8)
  expect(lastIndex({ ...yearly, end: new Date('9999-12-31T23:59:59Z') })).toBe(8)
  expect(lastIndex(schedule('9998-01-01T00:00:00', 3, 'year', { occurrences: 1 }))).toBe(-1)
})
