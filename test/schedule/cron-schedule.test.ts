import { describe, expect, test } from 'vitest'
import { dueWithin, firstDueFrom } from '../../engine/schedule/due-within.ts'
import { linkedIntervals } from '../../engine/schedule/linked-intervals.ts'
import { indexAt, intervalAt, intervalsStartingIn, type Schedule } from '../../engine/schedule/schedule.ts'
import { lastIndex, runWindow } from '../../engine/schedule/window.ts'
import { isCron, readCron } from '../../engine/spec/cron.ts'

const at = (text: string): Date => new Date(`${text}Z`)

function schedule(text: string, more: Partial<Pick<Schedule, 'id' | 'end' | 'occurrences'>> = {}): Schedule {
  const cron = readCron(text, 'Europe/Berlin')
  if (!isCron(cron)) throw new Error(cron.message)
  return { id: 'mornings', anchor: at('2026-01-01T12:00'), cron, ...more }
}

/** Working days at 6 in Berlin: from Friday, 2 January 2026, on. */
const mornings = schedule('0 6 * * 1-5')

test('intervals run from tick to tick, the first tick being at the start or later', () => {
  expect(intervalAt(mornings, 0)).toEqual({ start: at('2026-01-02T05:00'), end: at('2026-01-05T05:00') })
  expect(intervalAt(mornings, 1)).toEqual({ start: at('2026-01-05T05:00'), end: at('2026-01-06T05:00') })
  expect(intervalAt({ ...mornings, anchor: at('2026-01-02T05:00') }, 0)).toEqual(intervalAt(mornings, 0))
  expect(intervalAt({ ...mornings, anchor: at('2026-01-02T05:00:01') }, 0)).toEqual(intervalAt(mornings, 1))
  expect(intervalAt(mornings, -1)).toBeUndefined()
})

test('an end leaves whole intervals, and occurrences count them', () => {
  expect(lastIndex({ ...mornings, end: at('2026-01-07T05:00') })).toBe(2)
  expect(lastIndex({ ...mornings, end: at('2026-01-07T04:59:59') })).toBe(1)
  expect(intervalAt({ ...mornings, end: at('2026-01-07T04:59:59') }, 2)).toBeUndefined()
  expect(lastIndex({ ...mornings, end: at('2026-01-03') })).toBe(-1)
  expect(lastIndex({ ...mornings, end: at('2025-01-03') })).toBe(-1)
  expect(lastIndex({ ...mornings, occurrences: 3 })).toBe(2)
  expect(lastIndex(mornings)).toBeUndefined()
})

test('an instant lies in the interval that holds it, and in none before the first tick', () => {
  expect(indexAt(mornings, at('2026-01-01T12:00'))).toBeUndefined()
  expect(indexAt(mornings, at('2026-01-02T05:00'))).toBe(0)
  expect(indexAt(mornings, at('2026-01-05T04:59:59'))).toBe(0)
  expect(indexAt(mornings, at('2026-01-05T05:00'))).toBe(1)
})

test('the intervals of a span begin in it', () => {
  const found = [...intervalsStartingIn(mornings, at('2026-03-27T05:00'), at('2026-03-31T04:00'))]
  expect(found.map(({ start }) => start)).toEqual([at('2026-03-27T05:00'), at('2026-03-30T04:00')])
})

test('they are due at their start or their end', () => {
  expect(dueWithin(mornings, 'cron', at('2026-01-02T05:00'), at('2026-01-06T05:00'))).toEqual({ first: 0, last: 1 })
  expect(dueWithin(mornings, 'timeseries', at('2026-01-02T05:00'), at('2026-01-06T05:00'))).toEqual({ first: 0, last: 0 })
  expect(dueWithin(mornings, 'cron', at('2026-01-02T05:01'), at('2026-01-05T05:00'))).toBeUndefined()
  expect(firstDueFrom({ ...mornings, occurrences: 1 }, 'timeseries', at('2026-01-05T05:00:01'))).toBeUndefined()
})

test('one run is for the newest interval, or the one that holds an instant', () => {
  expect(runWindow(mornings, 'timeseries', at('2026-01-06T12:00'))).toEqual({ first: 1, last: 1 })
  expect(runWindow(mornings, 'cron', at('2026-01-06T12:00'))).toEqual({ first: 2, last: 2 })
  expect(runWindow(mornings, 'cron', at('2025-01-06T12:00'))).toEqual({ first: 0, last: 0 })
  expect(runWindow(mornings, 'cron', at('2026-01-06'), at('2026-01-04'))).toEqual({ first: 0, last: 0 })
  expect(runWindow(mornings, 'cron', at('2026-01-06'), at('2026-01-02'))).toBeUndefined()
})

describe('beside a schedule with a period', () => {
  const weekly: Schedule = { id: 'weekly', anchor: at('2026-01-05T00:00'), period: { count: 1, unit: 'week' } }
  const hourly: Schedule = { id: 'hourly', anchor: at('2026-01-05T00:00'), period: { count: 1, unit: 'hour' } }

  test('a longer one needs every interval that begins within its own', () => {
    const linked = linkedIntervals(weekly, intervalAt(weekly, 0)!, mornings)
    expect(linked.map(({ start }) => start.toISOString().slice(5, 13))).toEqual([
      '01-05T05',
      '01-06T05',
      '01-07T05',
      '01-08T05',
      '01-09T05',
    ])
  })

  test('a shorter one needs the interval that holds its start', () => {
    expect(linkedIntervals(hourly, intervalAt(hourly, 29)!, mornings)).toEqual([intervalAt(mornings, 2)])
  })

  test('an interval over a weekend needs all that begin within it', () => {
    expect(linkedIntervals(mornings, intervalAt(mornings, 5)!, hourly)).toHaveLength(72)
  })
})
