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

function expectMonths(day: Day, period: Period, months: number, times = 1): void {
  const found = addPeriod(new Date(textOf(day)), period, times).toISOString()
  if (found !== textOf(pagesOn(day, months)))
    expect({ day, period, times, found }).toEqual({ day, period, times, found: textOf(pagesOn(day, months)) })
}

test('months are counted from the start and clipped to the month, from each 28th to 31st of 131 years, 1 to 40 on', () => {
  let cases = 0
  for (const day of anchors(28)) {
    for (let months = 1; months <= 40; months++) {
      expectMonths(day, { count: months, unit: 'month' }, months)
      expectMonths(day, { count: 1, unit: 'month' }, months, months)
      cases += 2
    }
  }
  expect(cases).toBe(432_240)
})

test('the same from every other day', () => {
  for (const day of anchors(1)) for (const months of [1, 2, 11, 13, 36]) expectMonths(day, { count: months, unit: 'month' }, months)
})

test('years from 29 February are the 28th, except in leap years, which 2100 is not', () => {
  for (let years = 1; years <= 131; years++) {
    for (const day of [
      [1972, 2, 29],
      [2000, 2, 29],
      [2096, 2, 29],
      [1970, 2, 28],
      [2024, 12, 31],
    ] as const) {
      expectMonths(day, { count: 1, unit: 'year' }, 12 * years, years)
    }
  }
  expect(addPeriod(new Date('2096-02-29T00:00:00Z'), { count: 1, unit: 'year' }, 4).toISOString()).toBe('2100-02-28T00:00:00.000Z')
})

test('of months and years, number and instant of a boundary are each other’s inverse', () => {
  for (const day of anchors(28)) {
    const anchor = new Date(textOf(day))
    for (const period of [
      { count: 1, unit: 'month' },
      { count: 5, unit: 'month' },
      { count: 1, unit: 'year' },
      { count: 3, unit: 'year' },
    ] as const) {
      for (const index of [0, 1, 2, 7, 40, 399]) {
        const pace = { anchor, period }
        const instant = boundary(pace, index)!
        const found = [boundaryFrom(pace, instant), boundaryFrom(pace, new Date(instant.getTime() + 1)), boundaryUpTo(pace, instant)]
        if (found.join() !== [index, index + 1, index].join())
          expect({ day, period, found }).toEqual({ day, period, found: [index, index + 1, index] })
      }
    }
  }
})
