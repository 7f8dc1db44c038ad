import { expect, test } from 'vitest'
import { boundary, boundaryFrom, boundaryUpTo } from '../../engine/spec/boundaries.ts'
import { addPeriod, type Period } from '../../engine/spec/period.ts'

/** A date of the calendar, and nothing of `Date`. */
type Day = readonly [year: number, month: number, day: number]

function lastOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** By definition: so many pages of the calendar on, the same day, or the last where the page is too short. */
function pagesOn([year, month, day]: Day, months: number): Day {
  let [y, m] = [year, month]
  for (let left = months; left > 0; left--) [y, m] = m === 12 ? [y + 1, 1] : [y, m + 1]
  return [y, m, Math.min(day, lastOf(y, m))]
}

function textOf([year, month, day]: Day): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T06:07:08.000Z`
}

/** Every day from `first` of the months of 131 years on. */
function* anchors(first: number): Generator<Day> {
  for (let year = 1970; year <= 2100; year++) {
    for (let month = 1; month <= 12; month++) {
      for (let day = first; day <= lastOf(year, month); day++) yield [year, month, day]
    }
  }
}

/** What is wrong, if anything is: an `expect` for each of so many would take minutes. */
function wrongMonths(day: Day, period: Period, months: number, times = 1): string[] {
  const found = addPeriod(new Date(textOf(day)), period, times).toISOString()
  const expected = textOf(pagesOn(day, months))
  return found === expected ? [] : [`${textOf(day)} + ${times} x ${period.count} ${period.unit}: ${found}, but is ${expected}`]
}

test('months are counted from the start and clipped to the month, from each 28th to 31st of 131 years, 1 to 40 on', () => {
  const starts = [...anchors(28)]
  const wrong = starts.flatMap((day) =>
    Array.from({ length: 40 }, (_, at) => at + 1).flatMap((months) => [
      ...wrongMonths(day, { count: months, unit: 'month' }, months),
      ...wrongMonths(day, { count: 1, unit: 'month' }, months, months),
    ]),
  )
  expect(starts.length).toBe(5403)
  expect(wrong).toEqual([])
})

test('the same from every other day', () => {
  const wrong = [...anchors(1)].flatMap((day) =>
    [1, 2, 11, 13, 36].flatMap((months) => wrongMonths(day, { count: months, unit: 'month' }, months)),
  )
  expect(wrong).toEqual([])
})

test('years from 29 February are the 28th, except in leap years, which 2100 is not', () => {
  const starts: Day[] = [
    [1972, 2, 29],
    [2000, 2, 29],
    [2096, 2, 29],
    [1970, 2, 28],
    [2024, 12, 31],
  ]
  const years = Array.from({ length: 131 }, (_, at) => at + 1)
  expect(starts.flatMap((day) => years.flatMap((count) => wrongMonths(day, { count: 1, unit: 'year' }, 12 * count, count)))).toEqual([])
  expect(addPeriod(new Date('2096-02-29T00:00:00Z'), { count: 1, unit: 'year' }, 4).toISOString()).toBe('2100-02-28T00:00:00.000Z')
})

test('of months and years, number and instant of a boundary are each other’s inverse', () => {
  const periods: Period[] = [
    { count: 1, unit: 'month' },
    { count: 5, unit: 'month' },
    { count: 1, unit: 'year' },
    { count: 3, unit: 'year' },
  ]
  const wrong = [...anchors(28)].flatMap((day) =>
    periods.flatMap((period) => [0, 1, 2, 7, 40, 399].flatMap((index) => wrongNumbers({ anchor: new Date(textOf(day)), period }, index))),
  )
  expect(wrong).toEqual([])
})

function wrongNumbers(pace: { readonly anchor: Date; readonly period: Period }, index: number): string[] {
  const instant = boundary(pace, index)
  if (!instant) return [`there is no boundary ${index}`]
  const found = [boundaryFrom(pace, instant), boundaryFrom(pace, new Date(instant.getTime() + 1)), boundaryUpTo(pace, instant)].join()
  return found === [index, index + 1, index].join() ? [] : [`${JSON.stringify(pace)} ${index}: ${found}`]
}
