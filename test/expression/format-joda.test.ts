import { expect, test } from 'vitest'
import { formatJoda } from '../../engine/expression/format-joda.ts'

const at = (text: string, zone = 'UTC') => ({ instant: new Date(`${text}Z`), zone })
const D = at('2011-05-24T17:10:00')

test.for(
  Object.entries({
    G: ['AD'],
    C: ['20'],
    Y: ['2011', '11', '2011', '2011', '02011'],
    y: ['2011', '11', '2011', '2011'],
    x: ['2011', '11', '2011', '2011'],
    w: ['21', '21'],
    e: ['2', '02'],
    E: ['Tue', 'Tue', 'Tue', 'Tuesday'],
    D: ['144', '144', '144', '0144'],
    M: ['5', '05', 'May', 'May'],
    d: ['24', '24'],
    a: ['PM'],
    K: ['5', '05'],
    h: ['5', '05'],
    H: ['17', '17'],
    k: ['17', '17'],
    m: ['10', '10'],
    s: ['0', '00'],
    S: ['0', '00', '000', '0000'],
    z: ['UTC', 'UTC', 'UTC', 'Coordinated Universal Time'],
    Z: ['+0000', '+00:00', 'UTC'],
  }),
)('the letter %s prints as in the table, by its count', ([letter, results]) => {
  expect(results.map((_, index) => formatJoda(D, letter.repeat(index + 1)))).toEqual(results)
})

test.for<[string, string]>([
  ['YYYY-MM-dd-HH-mm-ss', '2011-05-24-17-10-00'],
  ['YYYY-MM-dd HH:mm:ss', '2011-05-24 17:10:00'],
  ['YYYY-MM-dd hh:mm:ss', '2011-05-24 05:10:00'],
  ['YYYY-MM-dd_HHmmss', '2011-05-24_171000'],
  ['YYYY-MM-dd_hh.mm', '2011-05-24_05.10'],
  ['YYYY-MM-dd HH-mm-ss', '2011-05-24 17-10-00'],
  ['YYY-MM-dd', '2011-05-24'],
  ['YY-MM-DD HH:MM:SS', '11-05-144 17:05:00'],
])('the pattern %s found in the wild gives %s', ([pattern, expected]) => {
  expect(formatJoda(D, pattern)).toBe(expected)
})

test.for<[string, string]>([
  ["xxxx-'W'ww-e", '2011-W52-7'],
  ['DDD', '001'],
  ['K h k H', '0 12 24 0'],
  ['SSS', '089'],
  ['SSSSSS', '089000'],
  ['S', '0'],
  ['EEEE, d MMMM YYYY a', 'Sunday, 1 January 2012 AM'],
  ['MMM', 'Jan'],
])('2012-01-01T00:05:07.089 as %s is %s', ([pattern, expected]) => {
  expect(formatJoda(at('2012-01-01T00:05:07.089'), pattern)).toBe(expected)
})

test.for<[string, string]>([
  ["YYYY'T'HH", '2011T17'],
  ["''YYYY''", "'2011'"],
  ["'o''clock' H", "o'clock 17"],
  ["'''x' H", "'x 17"],
  ["H 'open", '17 open'],
  ['/+é😀/', '/+é😀/'],
])('in the pattern %s quoted text and signs are literal', ([pattern, expected]) => {
  expect(formatJoda(D, pattern)).toBe(expected)
})

test.for(['b', 'q', 'i', 'T', 'YYYY-MM-ddTHH', 'u', 'X', 'L'])('the pattern %s has a letter without meaning and is an error', (pattern) => {
  expect(() => formatJoda(D, pattern)).toThrow(/is not a letter of date patterns/)
})

test('other zones print their names and offsets', () => {
  expect(formatJoda(at('2011-05-24T17:10:00', 'America/Los_Angeles'), 'HH:mm z zzzz Z ZZ ZZZ')).toBe(
    '10:10 PDT Pacific Daylight Time -0700 -07:00 America/Los_Angeles',
  )
  expect(formatJoda(at('2011-01-24T17:10:00', 'Europe/Paris'), 'HH z Z')).toBe('18 CET +0100')
  expect(formatJoda(at('2011-01-24T17:10:00', 'Asia/Kolkata'), 'HH:mm ZZ')).toBe('22:40 +05:30')
})

test('a zone that is only an offset has it for a name', () => {
  expect(formatJoda(at('2011-05-24T17:10:00', '+05:30'), 'HH:mm z zzzz Z ZZ ZZZ')).toBe('22:40 +05:30 +05:30 +0530 +05:30 +05:30')
  expect(formatJoda(at('2011-05-24T17:10:00', '-00:30'), 'HH:mm Z')).toBe('16:40 -0030')
})

test.for(['', "'"])('the pattern "%s" prints nothing and is an error, as in Joda-Time', (pattern) => {
  expect(() => formatJoda(D, pattern)).toThrow('The pattern is empty.')
})

test('week years and days of the year hold at the edges of years, long ago too', () => {
  expect(formatJoda(at('2008-12-29T00:00:00'), 'xxxx ww D')).toBe('2009 01 364')
  expect(formatJoda(at('2012-12-31T23:59:59'), 'xxxx ww D')).toBe('2013 01 366')
  expect(formatJoda(at('0099-12-31T00:00:00'), 'YYYY D')).toBe('0099 365')
})
