import { expect, test } from 'vitest'
import type { Hint } from '../../engine/queue/claims.ts'
import { createHintPump } from '../../engine/queue/hint-pump.ts'
import { memoryClaims } from '../../engine/queue/memory-claims.ts'
import { memoryHintQueue } from '../../engine/queue/memory.ts'

function attempts(from: number, to: number) {
  return Array.from({ length: to - from }, (_, index) => ({ attemptId: String(from + index), group: 'default' }))
}

/** A queue that keeps what it is offered. */
function recorder(before: () => Promise<void> = async () => undefined) {
  const offered: Hint[] = []
  return {
    offered,
    ...memoryHintQueue(),
    async offer(hints: readonly Hint[]) {
      await before()
      offered.push(...hints)
    },
  }
}

const named = (hints: readonly Hint[]) => hints.flatMap(({ attemptIds }) => attemptIds)

test('a pump offers every committed hint, in batches, until the outbox is dry', async () => {
  const claims = memoryClaims()
  const hints = recorder()
  claims.add(attempts(0, 450))
  expect(await createHintPump({ claims, hints, limit: 2 }).pump()).toBe(5)
  expect(named(hints.offered)).toHaveLength(450)
})

test('calls during a pass share it, and what was committed before them is offered when they resolve', async () => {
  const claims = memoryClaims()
  const inOffer = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const hints = recorder(async () => {
    inOffer.resolve()
    await goOn.promise
  })
  const pump = createHintPump({ claims, hints })
  claims.add(attempts(0, 1))
  const first = pump.pump()
  await inOffer.promise
  claims.add(attempts(1, 2))
  const second = pump.pump()
  goOn.resolve()
  expect(second).toBe(first)
  await second
  expect(named(hints.offered)).toEqual(['0', '1'])
})

test('hints that could not be offered are offered by the next pass', async () => {
  const claims = memoryClaims()
  let away = true
  const hints = recorder(async () => {
    if (away) throw new Error('Redis is away')
  })
  const pump = createHintPump({ claims, hints })
  claims.add(attempts(0, 1))
  await expect(pump.pump()).rejects.toThrow('Redis is away')
  away = false
  await pump.pump()
  expect(named(hints.offered)).toEqual(['0'])
})
