import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lifecyclePage } from '../../engine/lifecycle/lifecycle-page.ts'
import { isTerminal, mayFollow, next, type InstanceStatus } from '../../engine/lifecycle/statuses.ts'

const statuses = Object.keys(next) as InstanceStatus[]

test('docs/lifecycle.md is what `npm run lifecycle` writes', () => {
  expect(readFileSync(new URL('../../docs/lifecycle.md', import.meta.url), 'utf8')).toBe(lifecyclePage())
})

test('what has ended is followed only by running again, at once or later for a backfill, or by being marked finished', () => {
  const ended = statuses.filter(isTerminal)
  expect(ended.toSorted()).toEqual(['CANCELED', 'CASCADE_FAILED', 'FAILED', 'FINISHED', 'SKIPPED', 'TIMEDOUT'])
  for (const status of ended) for (const to of next[status]) expect(['WAITING_ON_DEPENDENCIES', 'FINISHED', 'SCHEDULED']).toContain(to)
})

test('from every status an end can be reached, and every status from the beginning', () => {
  const reach = (from: readonly InstanceStatus[]): Set<InstanceStatus> => {
    const found = new Set(from)
    for (const status of found) for (const to of next[status]) found.add(to)
    return found
  }
  for (const status of statuses) expect([...reach([status])].some(isTerminal)).toBe(true)
  expect(reach(['SCHEDULED', 'WAITING_ON_DEPENDENCIES'])).toEqual(new Set(statuses))
})

test('any instance that has not ended may be cancelled', () => {
  for (const status of statuses.filter((each) => !isTerminal(each))) expect(mayFollow(status, 'CANCELED')).toBe(true)
})
