import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bullmqHintQueue } from '../../engine/queue/bullmq.ts'
import { openStore, type Store } from '../../engine/store/open-store.ts'
import { testDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { countedRuns, startCounted, stored, type CountedEngine, type CountedRuns } from './rig/counted-engine.ts'
import { faultProxy } from './rig/fault-proxy.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { scaled } from './rig/scale.ts'

/** Planned by the server alone, so that a worker elsewhere has only a hint, or its own look, to know of it. */
const scheduled = `
sluice: 1
name: on-time
defaults: { scheduleType: timeseries, schedule: hourly, maximumRetries: 0 }
schedules: { hourly: { period: 1 hour, startDateTime: 2020-01-01T00:00:00, occurrences: 2 } }
activities:
  a: { type: Counted }
  b: { type: Counted, dependsOn: a }
`
const folder = temporaryFolder()
let redis: TestRedis, database: TestDatabase, store: Store, runs: CountedRuns

beforeAll(async () => {
  ;[redis, database, runs] = await Promise.all([startRedis(), testDatabase(), countedRuns()])
  store = await openStore(database.connection)
  await watchSteps(database.connection)
})

afterAll(async () => {
  await store.close()
  await Promise.all([redis[Symbol.asyncDispose](), database.drop()])
  folder[Symbol.dispose]()
})

test('F4: a Redis that may evict is refused, whatever its policy', async () => {
  await using control = controlOf(redis.url)
  await control.config('SET', 'maxmemory', '3mb')
  const policies = ['allkeys-lru', 'allkeys-lfu', 'allkeys-random', 'volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl']
  for (const policy of policies) {
    await control.config('SET', 'maxmemory-policy', policy)
    const refused = await bullmqHintQueue({ redis: redis.url }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ exitCode: 3, message: expect.stringContaining(policy) })
  }
  await control.config('SET', 'maxmemory-policy', 'noeviction')
  await (await bullmqHintQueue({ redis: redis.url })).close()
  await control.config('SET', 'maxmemory', '0')
})

test('F4: a Redis that is full takes no hints: it is told, tasks run all the same, and the hints that were kept are sent when there is room', async () => {
  await using control = controlOf(redis.url)
  await using server = await startPart('server', redis.url)
  await using worker = await startPart('worker', redis.url)
  await control.config('SET', 'maxmemory', '3mb')
  await expect(fill(control)).rejects.toThrow('OOM')
  for (let round = 0; round < scaled(1, 10); round++) expect(await runToEnd(server)).toEqual(once)
  const full = (told: readonly string[]) => told.filter((sentence) => sentence.startsWith('Redis went away (OOM'))
  await until(() => full(server.told).length > 0)
  await control.flushall()
  await until(() => server.told.includes('Redis is back.'), { deadlineMs: 60_000 })
  await control.config('SET', 'maxmemory', '0')
  expect(await runToEnd(server)).toEqual(once)
  await until(async () => (await store.pool.query(`select 1 from outbox where kind = 'hint'`)).rows.length === 0)
  expect(worker.told.filter((sentence) => sentence.includes('cannot'))).toEqual([])
  await expectInvariants(database.connection)
}, 240_000)

test('F5: a Redis that hangs is told; tasks are claimed by looking at the store, no call waits for ever, and a worker can be stopped', async () => {
  await using proxy = await faultProxy(redis.url, 'anything')
  const redisUrl = `redis://127.0.0.1:${proxy.port}`
  await using server = await startPart('server', redisUrl)
  await using worker = await startPart('worker', redisUrl)
  await using stopped = await startPart('worker', redisUrl)
  expect(await runToEnd(server)).toEqual(once)
  proxy.stall()
  const longest = performance.now() + scaled(0, 60_000)
  do expect(await runToEnd(server)).toEqual(once)
  while (performance.now() < longest)
  // A worker that only listens notices after the longest block of a listener.
  const engines = [server, worker].slice(0, scaled(1, 2))
  await until(() => engines.every(({ told }) => told.some((sentence) => sentence.startsWith('Redis went away'))), { deadlineMs: 60_000 })
  await stopped.engine.stop('drain')
  proxy.resume()
  await until(() => engines.every(({ told }) => told.includes('Redis is back.')), { deadlineMs: 60_000 })
  expect(await runToEnd(server)).toEqual(once)
  await expectInvariants(database.connection)
}, 120_000)

test('F5: a connection whose Redis is gone without a word is opened anew, and hints are heard again', async () => {
  await using proxy = await faultProxy(redis.url, 'anything')
  const told: string[] = []
  const offers = await bullmqHintQueue({ redis: `redis://127.0.0.1:${proxy.port}` }, (sentence) => told.push(sentence))
  const heard = await bullmqHintQueue({ redis: redis.url })
  const listener = await heard.listen('default', 'activity')
  const hint = { group: 'default', lane: 'activity' as const, attemptIds: ['1'] }
  await offers.offer([hint])
  expect(await listener.next(AbortSignal.timeout(20_000))).toEqual(hint)
  proxy.halfOpen()
  const offered = () =>
    offers.offer([hint]).then(
      () => true,
      () => false,
    )
  await until(offered, { deadlineMs: 60_000 })
  expect(await listener.next(AbortSignal.timeout(20_000))).toEqual(hint)
  expect(told).toEqual([expect.stringContaining('Redis went away'), 'Redis is back.'])
  await Promise.all([offers.close(), heard.close()])
}, 120_000)

/** Fills it until it refuses. */
async function fill(control: Redis): Promise<never> {
  for (let n = 0; ; n++) await control.set(`junk${n}`, 'x'.repeat(10_000))
}

function controlOf(url: string): Redis & AsyncDisposable {
  const control = new Redis(url)
  return Object.assign(control, { [Symbol.asyncDispose]: async () => control.disconnect() })
}

function startPart(part: 'server' | 'worker', redisUrl: string) {
  return startCounted(runs, { home: folder.path, databaseUrl: database.url, redisUrl }, { parts: [part] })
}

/** Activates a new pipeline, and answers what its attempts came to, and how often an activity ran, once all has ended. */
async function runToEnd(server: CountedEngine): Promise<unknown> {
  const request = await stored(store, runs, scheduled)
  await server.engine.activate(request)
  const ended = `select number, a.status from attempts a join instances i on i.id = a.instance_id where pipeline_id = $1 and i.status = 'FINISHED'`
  const attempts = await until(
    async () => {
      const { rows } = await store.pool.query<{ number: number; status: string }>(ended, [request.pipelineId])
      return rows.length === 4 && rows.map(({ number, status }) => `${number} ${status}`)
    },
    { deadlineMs: 60_000 },
  )
  return { attempts, runs: runs.begun.filter((run) => run.startsWith(request.pipelineId)).length }
}

const once = { attempts: ['1 FINISHED', '1 FINISHED', '1 FINISHED', '1 FINISHED'], runs: 4 }
