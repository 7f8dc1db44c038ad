import { expect, test } from 'vitest'
import { simulatedDays, type SimulatedDay } from '../../bench/lib/simulated-days.ts'
import { readRetention } from '../../engine/support/retention.ts'
import { testStore } from '../support/store.ts'
import { scaled } from '../faults/rig/scale.ts'

const instancesADay = 2000

async function simulate(days: number, retention: string): Promise<readonly SimulatedDay[]> {
  await using store = await testStore()
  const all = { days, instancesADay, retention: readRetention(retention), measureEvery: 0 }
  return await Array.fromAsync(simulatedDays(store, all)) // else it would be closed first
}

// That the path of a task does not slow with them is for `npm run bench -- history`.
test('the history of many days stays within its bytes', async () => {
  const days = await simulate(scaled(20, 365), '12 MB')
  expect(Math.max(...days.map(({ bytes }) => bytes))).toBeLessThanOrEqual(12e6)
  expect(days.filter(({ purged }) => purged > 0).length).toBeGreaterThan(3)
  expect(Math.max(...days.map(({ windows }) => windows))).toBeLessThan(14)
}, 600_000)

test('the history of many days has as many windows as its age has twelfths, and does not grow once that old', async () => {
  const days = await simulate(scaled(20, 365), '6 days')
  const grown = days.slice(8)
  expect(Math.max(...grown.map(({ windows }) => windows))).toBeLessThanOrEqual(8)
  expect(Math.max(...grown.slice(-5).map(({ bytes }) => bytes))).toBeLessThan(1.2 * grown[0]!.bytes)
}, 600_000)
