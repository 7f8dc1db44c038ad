import { expect, test } from 'vitest'
import { evaluateText, functions } from '../../engine/expression/index.ts'
import { evaluationScope, utc } from '../support/evaluation-objects.ts'

const scope = evaluationScope({
  runtime: { '@scheduledStartTime': utc('2011-05-24T17:10:00') },
  fields: {
    endOfMarch: '2011-03-31T00:00:00',
    leapDay: '2012-02-29T00:00:00',
    endOfJanuary: '2012-01-31T00:00:00',
    sunday: '2011-05-22T08:00',
    beforeSpring: '2011-03-12T02:30:00',
  },
})
const value = (expression: string) => evaluateText(scope, `#{${expression.replaceAll(/\bD\b/g, '@scheduledStartTime')}}`).values[0]

test.for<[string, string]>([
  ['year(D)', '2011'],
  ['month(D)', '5'],
  ['day(D)', '24'],
  ['dayOfYear(D)', '144'],
  ['hour(D)', '17'],
  ['minute(D)', '10'],
  ['makeDate(2011,5,24)', '2011-05-24T00:00:00'],
  ['makeDateTime(2011,5,24,14,21)', '2011-05-24T14:21:00'],
  ['firstOfMonth(D)', '2011-05-01T17:10:00'],
  ['midnight(D)', '2011-05-24T00:00:00'],
  ["midnight('2011-05-25T17:10')", '2011-05-25T00:00:00'],
  ['yesterday(D)', '2011-05-23T17:10:00'],
  ['sunday(D)', '2011-05-22T17:10:00'],
  ['minusYears(D,1)', '2010-05-24T17:10:00'],
  ['minusMonths(D,1)', '2011-04-24T17:10:00'],
  ['minusWeeks(D,1)', '2011-05-17T17:10:00'],
  ['minusDays(D,1)', '2011-05-23T17:10:00'],
  ['minusHours(D,1)', '2011-05-24T16:10:00'],
  ['minusMinutes(D,1)', '2011-05-24T17:09:00'],
  ['plusYears(D,1)', '2012-05-24T17:10:00'],
  ['plusMonths(D,1)', '2011-06-24T17:10:00'],
  ['plusWeeks(D,1)', '2011-05-31T17:10:00'],
  ['plusDays(D,1)', '2011-05-25T17:10:00'],
  ['plusHours(D,1)', '2011-05-24T18:10:00'],
  ['plusMinutes(D,1)', '2011-05-24T17:11:00'],
  ["format(D,'YYYY-MM-dd HH:mm:ss z')", '2011-05-24 17:10:00 UTC'],
  ["format(inTimeZone(D,'America/Los_Angeles'),'HH:mm')", '10:10'],
  ["plusPeriod(D,'1 day')", '2011-05-25T17:10:00'],
  ["minusPeriod(D,'2 Weeks')", '2011-05-10T17:10:00'],
])('%s is %s, as in the table of functions', ([expression, expected]) => {
  expect(value(expression)).toBe(expected)
})

test('every function of the table is there and no other', () => {
  const amounts = ['Years', 'Months', 'Weeks', 'Days', 'Hours', 'Minutes', 'Period'].flatMap((unit) => [`plus${unit}`, `minus${unit}`])
  const others = 'year month day dayOfYear hour minute makeDate makeDateTime firstOfMonth midnight yesterday sunday format inTimeZone'
  expect([...functions.keys()].toSorted()).toEqual([...amounts, ...others.split(' ')].toSorted())
})

test('a day of the month that does not exist becomes the last one', () => {
  expect(value('minusMonths(endOfMarch,1)')).toBe('2011-02-28T00:00:00')
  expect(value('plusYears(leapDay,1)')).toBe('2013-02-28T00:00:00')
  expect(value('plusMonths(endOfJanuary,1)')).toBe('2012-02-29T00:00:00')
})

test('a Sunday is its own latest Sunday', () => {
  expect(value('sunday(sunday)')).toBe('2011-05-22T08:00:00')
})

test('amounts may be negative, text, and whole decimals', () => {
  expect(value('plusDays(D,-1)')).toBe('2011-05-23T17:10:00')
  expect(value("plusDays(D,' 2 ')")).toBe('2011-05-26T17:10:00')
  expect(value('plusDays(D,2 ^ 1)')).toBe('2011-05-26T17:10:00')
  expect(() => value('plusDays(D,1.5)')).toThrow('A whole number is needed here, and this is none: "1.5".')
})

test('both call styles do the same', () => {
  expect(value("D.format('YYYY-MM-dd')")).toBe(value("format(D, 'YYYY-MM-dd')"))
  expect(value("D.minusDays(1).format('dd')")).toBe('23')
  expect(value("makeDate(2011,5,24).plusDays(1).day() + 'th'")).toBe('25th')
})

test('a value from inTimeZone prints, adds days and starts days on the clock of its zone', () => {
  expect(value("inTimeZone(D,'America/Los_Angeles')")).toBe('2011-05-24T10:10:00')
  expect(value("hour(inTimeZone(D,'Asia/Kolkata'))")).toBe('22')
  expect(value("midnight(inTimeZone(D,'America/Los_Angeles')).inTimeZone('UTC')")).toBe('2011-05-24T07:00:00')
  const beforeSpring = "inTimeZone('2011-03-12T10:30:00','America/Los_Angeles')"
  expect(value(`plusDays(${beforeSpring},2).inTimeZone('UTC')`)).toBe('2011-03-14T09:30:00')
  expect(value(`plusHours(${beforeSpring},48).inTimeZone('UTC')`)).toBe('2011-03-14T10:30:00')
  expect(value(`plusDays(${beforeSpring},1)`)).toBe('2011-03-13T03:30:00')
})

test('a time that a clock shows twice keeps its own offset', () => {
  const second = "inTimeZone('2011-11-06T09:30:00','America/Los_Angeles')"
  expect(value(`plusDays(${second},0).inTimeZone('UTC')`)).toBe('2011-11-06T09:30:00')
  const dayBefore = "inTimeZone('2011-11-05T08:30:00','America/Los_Angeles')"
  expect(value(`plusDays(${dayBefore},1).inTimeZone('UTC')`)).toBe('2011-11-06T08:30:00')
})

test('a day that a zone left out is passed over', () => {
  const eve = "inTimeZone('2011-12-30T09:30:00','Pacific/Apia')"
  expect(value(eve)).toBe('2011-12-29T23:30:00')
  expect(value(`plusDays(${eve},1)`)).toBe('2011-12-31T23:30:00')
  expect(value(`yesterday(plusDays(${eve},2))`)).toBe('2011-12-31T23:30:00')
})

test('offsets are zones too, and are kept in one form', () => {
  for (const zone of ['+05:30', '+0530', ' +05:30 ']) expect(value(`format(inTimeZone(D,'${zone}'),'HH:mm ZZZ')`)).toBe('22:40 +05:30')
  for (const zone of ['+00:00', '-00', 'Zulu', 'Etc/UTC']) expect(value(`format(inTimeZone(D,'${zone}'),'HH z')`)).toBe('17 UTC')
})

test.for(['PST', 'bst', 'IST'])('the abbreviation %s, which means several zones, is refused', (zone) => {
  expect(() => value(`inTimeZone(D,'${zone}')`)).toThrow(`There is no such time zone: "${zone}".`)
})

test.for<[string, string]>([
  ['makeDate(2011,2,30)', 'There is no such date-time: "2011, 2, 30, 0, 0".'],
  ['makeDateTime(2011,2,3,24,0)', 'There is no such date-time'],
  ['makeDate(0,1,1)', 'outside the years 1 to 9999'],
  ['plusYears(D,999999999)', 'outside the years 1 to 9999'],
  ['plusDays(D,9007199254740991)', 'outside the years 1 to 9999'],
  ["inTimeZone(D,'Mars/Olympus')", 'There is no such time zone: "Mars/Olympus". Zones are written as in America/Los_Angeles or UTC.'],
  ["year('yesterday')", 'A date-time such as 2026-01-31T02:00:00 is needed here, and this is none: "yesterday".'],
  ['year(2011)', 'A date-time such as'],
  ["plusPeriod(D,'1.5 days')", 'A period such as 1 day is needed here, and this is none: "1.5 days".'],
  ['year(D, 1)', 'The function "year" takes 1 argument (dateTime), not 2.'],
  ['formatt(D)', 'There is no function "formatt". Did you mean "format"?'],
  ['constructor(D)', 'There is no function "constructor".'],
])('%s is an error', ([expression, message]) => {
  expect(() => value(expression)).toThrow(message)
})
