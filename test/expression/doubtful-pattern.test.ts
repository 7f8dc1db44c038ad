import { expect, test } from 'vitest'
import { doubtsAboutPattern } from '../../engine/expression/index.ts'

const hintsOf = (pattern: string) => doubtsAboutPattern(pattern).map(({ hint }) => /Write (\S+)/.exec(hint)?.[1])

test.each([
  ['YYYY-MM-dd hh:mm:ss', ['HH']],
  ['YYYY-MM-dd_hh.mm', ['HH']],
  ['YYYY-mm-dd', ['MM']],
  ['mm/dd/YYYY', ['MM']],
  ['YYYY-MM-dd HH:MM', ['mm']],
  ['YY-MM-DD HH:MM:SS', ['mm', 'dd', 'ss']],
  ['YYYY-MM-dd HH:mm:SS', ['ss']],
  ['YYYY-MM-DD', ['dd']],
])('%s is doubted', (pattern, hints) => {
  expect(hintsOf(pattern)).toEqual(hints)
})

test.each([
  'YYYY-MM-dd-HH-mm-ss',
  'YYYY-MM-dd HH:mm:ss z',
  'hh:mm a',
  'K:mm a',
  'YYYY-DDD',
  'YYYY/D',
  'HH:mm:ss.SSS',
  "YYYY-MM-dd'T'hh 'a' a",
  'mm',
  'HH-mm-dd',
  'MMMM dd, YYYY',
  "'hh' HH",
])('%s is not', (pattern) => {
  expect(hintsOf(pattern)).toEqual([])
})
