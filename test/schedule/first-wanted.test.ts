import { expect, test } from 'vitest'
import { firstWanted } from '../../engine/schedule/first-wanted.ts'
import type { CatchUp, Schedule } from '../../engine/schedule/schedule.ts'

const at = (time: string): Date => new Date(`2026-01-${time}Z`)
const daily = (more: Partial<Schedule> = {}): Schedule => ({
  id: 'daily',
  anchor: at('01T00:00:00'),
  period: { count: 1, unit: 'day' },
  ...(more as object),
})
const progress = { nextIndex: 0, lastIndex: undefined, skipBefore: undefined }

test.each<[CatchUp | undefined, 'cron' | 'timeseries', string, number]>([
  [undefined, 'cron', '05T12:00:00', 0],
  ['all', 'timeseries', '05T12:00:00', 0],
  // 5 January has begun: for type cron it is due, for timeseries the 4th is the newest that is over
  ['latest', 'cron', '05T12:00:00', 4],
  ['latest', 'timeseries', '05T12:00:00', 3],
  ['latest', 'cron', '05T00:00:00', 4],
  ['latest', 'timeseries', '05T00:00:00', 3],
  // nothing is due yet
  ['latest', 'timeseries', '01T12:00:00', 0],
  // a minute past its due time it still runs, a second more and it does not
  ['none', 'cron', '05T00:01:00', 4],
  ['none', 'cron', '05T00:01:01', 5],
  ['none', 'timeseries', '05T00:01:00', 3],
  ['none', 'timeseries', '05T00:01:01', 4],
])('catchUp %s, type %s, at January %s: interval %i is the first that is wanted', (catchUp, type, now, index) => {
  expect(firstWanted(daily({ catchUp }), type, { ...progress, now: at(now) })).toBe(index)
})

test('an activation time skips what starts before it, to the second, and never goes back', () => {
  const now = at('05T12:00:00')
  expect(firstWanted(daily(), 'cron', { ...progress, now, skipBefore: at('03T00:00:00') })).toBe(2)
  expect(firstWanted(daily(), 'cron', { ...progress, now, skipBefore: at('03T00:00:01') })).toBe(3)
  expect(firstWanted(daily(), 'cron', { ...progress, now, skipBefore: at('01T00:00:00') })).toBe(0)
  expect(firstWanted(daily(), 'cron', { ...progress, nextIndex: 7, now, skipBefore: at('03T00:00:00') })).toBe(7)
})

test('a schedule that is over wants nothing: the answer is one more than its last', () => {
  const now = at('20T12:00:00')
  expect(firstWanted(daily({ occurrences: 3, catchUp: 'none' }), 'cron', { ...progress, now })).toBe(3)
  expect(firstWanted(daily({ occurrences: 3, catchUp: 'latest' }), 'cron', { ...progress, now })).toBe(2)
  expect(firstWanted(daily({ occurrences: 3 }), 'cron', { ...progress, now, skipBefore: at('10T00:00:00') })).toBe(3)
  expect(firstWanted(daily({ catchUp: 'latest' }), 'cron', { ...progress, lastIndex: 5, now })).toBe(5)
})
