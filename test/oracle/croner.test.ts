import { expect, test } from 'vitest'
import { compareWithCroner, fortyZones } from './croner-campaign.ts'

test('the next tick is croner’s, for random texts and instants in forty zones (`npm run oracle -- --croner 1000000` has a million)', () => {
  expect(fortyZones.length).toBe(40)
  expect(compareWithCroner(20_000, 20_261_125).failures.slice(0, 5)).toEqual([])
}, 120_000)
