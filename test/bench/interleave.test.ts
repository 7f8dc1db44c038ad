import { expect, test } from 'vitest'
import { interleave, type Contestant } from '../../bench/lib/interleave.ts'
import { quantile, spread } from '../../bench/lib/stats.ts'

test('the median lies between two neighbours when there is an even number of values', () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 })
  expect(quantile([10, 20, 30], 0.95)).toBe(29)
})

test('nothing measured is an error, not a zero', () => {
  expect(() => spread([])).toThrow('nothing was measured')
})

test('a comparison is the median of the ratios of each pair, not the ratio of the medians', async () => {
  const result = await interleave(series('ours', [1, 10, 100]), [series('theirs', [1, 100, 50])], { pairs: 3, floor: async () => 1 })
  expect(result.comparisons).toEqual([{ name: 'theirs', theirs: { median: 50, min: 1, max: 100 }, ratio: { median: 1, min: 0.1, max: 2 } }])
})

test('ours and theirs take turns', async () => {
  const turns: string[] = []
  const contestant = (name: string): Contestant => ({ name, measure: async () => turns.push(name) })
  await interleave(contestant('a'), [contestant('b'), contestant('c')], { pairs: 2, floor: async () => 1 })
  expect(turns).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
})

test('a pair in which the floor moved by more than 30 % is measured again', async () => {
  const floors = series('floor', [1, 1.4, 1, 1.2, 1, 1])
  const result = await interleave(series('ours', [999, 2, 4]), [], { pairs: 2, floor: () => floors.measure() })
  expect(result).toMatchObject({ ours: { median: 3, min: 2, max: 4 }, pairs: 2, dropped: 1 })
})

test('a machine that is never quiet is measured all the same, and the result says so', async () => {
  let floor = 1
  const result = await interleave(series('ours', [1, 2, 3]), [], { pairs: 3, floor: async () => (floor *= 2) })
  expect(result).toMatchObject({ pairs: 3, dropped: 3 })
})

function series(name: string, values: readonly number[]): Contestant {
  const left = values.values()
  return { name, measure: async () => left.next().value ?? Number.NaN }
}
