import fc from 'fast-check'
import { expect, test } from 'vitest'
import { queueName, readQueueName } from '../../engine/queue/queue-name.ts'

const lane = fc.constantFrom('activity' as const, 'precondition' as const)

test('the name of a queue has only letters, digits, hyphens, underscores and one dot, and tells its group and lane', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), lane, (group, someLane) => {
      const name = queueName(group, someLane)
      expect(name).toMatch(/^[a-z]+\.[A-Za-z0-9_-]*$/)
      expect(readQueueName(name)).toEqual({ group, lane: someLane })
    }),
  )
})

test('half a surrogate pair, a colon and an underscore are kept apart', () => {
  expect(['\ud800', ':', '_', '_003a'].map((group) => queueName(group, 'activity'))).toEqual([
    'activity._d800',
    'activity._003a',
    'activity._005f',
    'activity._005f003a',
  ])
})

test('text that no queue is named is no group', () => {
  expect(readQueueName('activity.a:b')).toBeUndefined()
  expect(readQueueName('elsewhere.a')).toBeUndefined()
})
