import { expect, test, vi } from 'vitest'
import type { Claims } from '../../engine/queue/claims.ts'
import type { HintQueue } from '../../engine/queue/hint-queue.ts'
import { memoryClaims } from '../../engine/queue/memory-claims.ts'
import { memoryHintQueue } from '../../engine/queue/memory.ts'
import { taskSource } from '../../engine/queue/store-task-source.ts'
import type { Settlement } from '../../engine/queue/task.ts'
import { virtualTime } from '../support/virtual-pause.ts'

const claimant = { workerId: 'w1', hostname: 'host', groups: ['default'] }
const lost = Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' })
const settlement: Settlement = { attemptId: '1', fence: '1', outcome: { status: 'FINISHED' }, retryDelayMs: 0 }

type Settled = Awaited<ReturnType<Claims['settle']>>

/** A source on claims in memory whose calls go through `broken` first, and whose answers to `settle` through `answered`. */
function begin(broken: () => void, queue: Partial<HintQueue> = {}, answered = async (answer: Settled) => answer) {
  const time = virtualTime()
  const claims = memoryClaims({ now: time.now })
  const flaky: Claims = {
    claim: async (...args) => (broken(), claims.claim(...args)),
    settle: async (...args) => (broken(), answered(await claims.settle(...args))),
    unheard: claims.unheard,
    takeHints: claims.takeHints,
  }
  const hints = { ...memoryHintQueue(), ...queue }
  const source = taskSource({ claims: flaky, hints, claimant, settleDeadlineMs: 1_000, pause: time.pause, random: () => 0 })
  return { time, claims, source }
}

/** Fails `count` times, then no more. */
function failing(count: number, error: Error = lost): () => void {
  return () => {
    if (count-- > 0) throw error
  }
}

test('a take outlives a store that goes away', async () => {
  const { time, claims, source } = begin(failing(3))
  claims.add([{ attemptId: '1', group: 'default' }])
  const taking = source.take('activity', 1, AbortSignal.timeout(10_000))
  for (let failure = 0; failure < 3; failure++) {
    await time.paused(1)
    time.advance(5_000)
  }
  expect(await taking).toMatchObject([{ attemptId: '1' }])
  expect(source.counters.retries).toBe(3)
})

test('a take that is aborted while the store is away resolves empty', async () => {
  const { time, source } = begin(failing(Infinity))
  const stop = new AbortController()
  const taking = source.take('activity', 1, stop.signal)
  await time.paused(1)
  stop.abort()
  expect(await taking).toEqual([])
})

test('an error that is not about the connection is a bug, and take rejects with it', async () => {
  const { source } = begin(failing(1, new Error('no such function')))
  await expect(source.take('activity', 1, AbortSignal.timeout(10_000))).rejects.toThrow('no such function')
})

test('a settle is told again while the store is away, also when the first answer was lost, and counts once', async () => {
  let lostAnswers = 1
  const { time, claims, source } = begin(failing(0), {}, async (answer) => {
    if (lostAnswers-- > 0) throw lost
    return answer
  })
  claims.add([
    { attemptId: '1', group: 'default' },
    { attemptId: '2', group: 'default' },
    { attemptId: '3', group: 'default', dependsOn: ['1', '2'] },
  ])
  await source.take('activity', 2, AbortSignal.timeout(10_000))
  const settling = source.settle('activity', [settlement], 0)
  await time.paused(1)
  time.advance(50)
  expect((await settling).accepted).toEqual([true])
  expect(await source.settle('activity', [{ ...settlement, attemptId: '2', fence: '2' }], 1)).toMatchObject({ next: [{ attemptId: '3' }] })
})

test('a settle is tried again until its deadline and then rejects with the error of the connection', async () => {
  let calls = 0
  const { time, source } = begin(() => {
    calls++
    throw lost
  })
  const settling = source.settle('activity', [settlement], 1).catch((error: unknown) => error)
  const pausesMs = [25, 50, 100, 200, 400, 225]
  for (const pauseMs of pausesMs) {
    await time.paused(1)
    time.advance(pauseMs)
  }
  expect(await settling).toBe(lost)
  expect(calls).toBe(7)
})

test('a hint that cannot be offered fails no settle; it is counted and left to the sweep', async () => {
  const { claims, source } = begin(failing(0), { offer: () => Promise.reject(new Error('Redis is away')) })
  claims.add([
    { attemptId: '1', group: 'default' },
    { attemptId: '2', group: 'default', dependsOn: ['1'] },
  ])
  await source.take('activity', 1, AbortSignal.timeout(10_000))
  expect(await source.settle('activity', [settlement], 0)).toEqual({ accepted: [true], next: [] })
  await source.close()
  expect(source.counters.hintsNotOffered).toBe(1)
})

test('an idle take looks at the store once every five seconds', async () => {
  let claimed = 0
  const { time, source } = begin(() => claimed++)
  const stop = new AbortController()
  const taking = source.take('activity', 1, stop.signal)
  for (let look = 1; look <= 3; look++) {
    await time.paused(1)
    expect(claimed).toBe(look)
    time.advance(4_999)
    await time.paused(1)
    expect(claimed).toBe(look)
    time.advance(1)
  }
  await time.paused(1)
  stop.abort()
  expect(await taking).toEqual([])
  expect(source.counters.fallbackPolls).toBe(3)
})

test('a thousand takes leave no listeners behind on a signal that lives longer', async () => {
  const { claims, source } = begin(failing(0))
  await source.start()
  claims.add(Array.from({ length: 1_000 }, (_, index) => ({ attemptId: String(index), group: 'default' })))
  const signal = new CountingSignal()
  for (let count = 0; count < 1_000; count++) await source.take('activity', 1, signal.signal)
  expect(signal.listeners).toBe(0)
})

class CountingSignal {
  listeners = 0
  readonly signal = new AbortController().signal

  constructor() {
    const { addEventListener, removeEventListener } = this.signal
    this.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      this.listeners++
      addEventListener.apply(this.signal, args)
    }
    this.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      this.listeners--
      removeEventListener.apply(this.signal, args)
    }
  }
}

test('tasks whose answer was long under way say for how long they may have been claimed, so that their leases count from the question', async () => {
  let nowMs = 0
  using clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  const { claims, source } = begin(() => void (nowMs += 4000))
  claims.add(['1', '2'].map((attemptId) => ({ attemptId, group: 'default' })))
  const [first] = await source.take('activity', 1, AbortSignal.timeout(10_000))
  expect(first).toMatchObject({ attemptId: '1', claimAgeMs: 4000 })
  const { next } = await source.settle('activity', [settlement], 1)
  expect(next).toMatchObject([{ attemptId: '2', claimAgeMs: 4000 }])
  expect(clock).toHaveBeenCalledTimes(4)
})

test('while it may not claim, a source takes nothing and asks again each second; its settles go on, and a stop ends the wait', async () => {
  const time = virtualTime()
  const claims = memoryClaims({ now: time.now })
  let may = true
  const source = taskSource({ claims, hints: memoryHintQueue(), claimant, pause: time.pause, mayClaim: async () => may })
  claims.add(['1', '2', '3'].map((attemptId) => ({ attemptId, group: 'default' })))
  await source.take('activity', 1, AbortSignal.timeout(10_000))
  may = false
  expect(await source.settle('activity', [settlement], 2)).toEqual({ accepted: [true], next: [] })
  const stop = new AbortController()
  const stopped = source.take('activity', 1, stop.signal)
  await time.paused(1)
  stop.abort()
  expect(await stopped).toEqual([])
  const taking = source.take('activity', 1, AbortSignal.timeout(10_000))
  await time.paused(1)
  may = true
  time.advance(1000)
  expect(await taking).toMatchObject([{ attemptId: '2' }])
})
