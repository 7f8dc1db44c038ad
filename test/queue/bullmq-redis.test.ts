import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { bullmqHintQueue } from '../../engine/queue/bullmq.ts'
import { SluiceError } from '../../engine/errors.ts'
import { testTaskSource } from '../conformance/task-source.ts'
import { hintHarness } from '../support/hint-harness.ts'
import { startRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'

testTaskSource('BullMQ on Redis', async () => {
  const redis = await startRedis()
  const told: string[] = []
  const back = Promise.withResolvers<void>()
  const hints = await bullmqHintQueue({ redis: redis.url }, (sentence) => {
    told.push(sentence)
    if (sentence === 'Redis is back.') back.resolve()
  })
  const control = new Redis(redis.url, { lazyConnect: true })
  return hintHarness({
    hints,
    async loseHints() {
      await control.connect()
      await control.flushall()
      control.disconnect()
    },
    async restart() {
      await redis.kill()
      await redis.start()
      await back.promise
      if (told.length !== 2) throw new Error(`An outage is told when it begins and when it ends, not so: ${told.join(' ')}`)
    },
    stop: () => redis[Symbol.asyncDispose](),
  })
})

test('a hint leaves nothing behind in Redis but the names of its queue', async () => {
  await using redis = await startRedis()
  const told: string[] = []
  const hints = await bullmqHintQueue({ redis: redis.url }, (sentence) => told.push(sentence))
  const listener = await hints.listen('default', 'activity')
  await hints.offer([{ group: 'default', lane: 'activity', attemptIds: ['1', '2'] }])
  expect(await listener.next(AbortSignal.timeout(10_000))).toEqual({ group: 'default', lane: 'activity', attemptIds: ['1', '2'] })
  await hints.close()
  expect(told).toEqual([])
  const control = new Redis(redis.url)
  const keys = await control.keys('*')
  control.disconnect()
  expect(keys.every((key) => /^sluice:activity\.default:(meta|events|id|marker|stalled-check)$/.test(key))).toBe(true)
})

test('a hint that reaches a listener whose waiter has left goes to one that is waited for', async () => {
  await using redis = await startRedis()
  const control = new Redis(redis.url)
  const blocked = (count: number) => async () => (await control.info('clients')).includes(`blocked_clients:${count}\r`)
  const hints = await bullmqHintQueue({ redis: redis.url })
  const [left, waiting] = [await hints.listen('default', 'activity'), await hints.listen('default', 'activity')]
  const stop = new AbortController()
  const none = left.next(stop.signal)
  await until(blocked(1))
  const hint = waiting.next(AbortSignal.timeout(10_000))
  await until(blocked(2))
  stop.abort()
  expect(await none).toBeUndefined()
  await hints.offer([{ group: 'default', lane: 'activity', attemptIds: ['1'] }])
  expect(await hint).toMatchObject({ attemptIds: ['1'] })
  await hints.close()
  control.disconnect()
})

test('a Redis that may evict keys is refused with the command that mends it', async () => {
  await using redis = await startRedis(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'])
  const error = await bullmqHintQueue({ redis: redis.url }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(SluiceError)
  expect(error).toMatchObject({ exitCode: 3, message: expect.stringContaining('allkeys-lru'), hint: expect.stringContaining('CONFIG SET') })
})

test('a Redis that cannot be reached is a sentence, without the password, within 5 s', async () => {
  const began = performance.now()
  const error = await bullmqHintQueue({ redis: 'redis://user:se@cret@127.0.0.1:1/0?password=secret' }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(SluiceError)
  expect(error).toMatchObject({
    exitCode: 3,
    message: 'Redis at redis://127.0.0.1:1/0 cannot be reached: connect ECONNREFUSED 127.0.0.1:1.',
  })
  expect(performance.now() - began).toBeLessThan(5_000)
})
