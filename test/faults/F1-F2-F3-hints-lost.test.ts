import { once } from 'node:events'
import { cpSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDispatcher } from '../../engine/dispatcher/dispatcher.ts'
import { bullmqHintQueue } from '../../engine/queue/bullmq.ts'
import { createHintPump } from '../../engine/queue/hint-pump.ts'
import type { HintQueue } from '../../engine/queue/hint-queue.ts'
import { taskSource, type StoreTaskSource } from '../../engine/queue/store-task-source.ts'
import type { Task } from '../../engine/queue/task.ts'
import { openStore, type Store } from '../../engine/store/open-store.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { testDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'
import { faultProxy, type FaultProxy } from './rig/fault-proxy.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { scaled } from './rig/scale.ts'

/** Worker groups, each with a worker of its own that has only hints to go by: it looks at the store by itself once in ten minutes. */
const groups = Array.from({ length: scaled(10, 20) }, (_, n) => `g${n}`)
const each = scaled(10, 500)
let database: TestDatabase, store: Store

beforeAll(async () => {
  database = await testDatabase()
  store = await openStore(database.connection)
  await watchSteps(database.connection)
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

test(
  'F1: a queue that is emptied while hints wait, three times: every group is offered again within ten seconds, and each task is claimed once',
  async () => {
    await using redis = await startRedis()
    await using control = controlOf(redis.url)
    await using proxy = await faultProxy(redis.url, 'anything')
    await using queue = await startQueue(redis.url, proxy)
    for (let round = 1; round <= 3; round++) {
      await queue.workersWait()
      proxy.stall()
      await queue.plan()
      await until(async () => (await waitingHints(control)) >= groups.length)
      await control.flushall()
      const emptied = performance.now()
      proxy.resume()
      await queue.allBegan(round)
      expect(performance.now() - emptied).toBeLessThan(scaled(60_000, 10_000))
      expect(await queue.allRan(round)).toEqual(eachOnce(round))
    }
    await expectInvariants(database.connection)
  },
  scaled(180_000, 3_600_000),
)

test.each(['RDB', 'AOF'] as const)(
  'F2: a Redis that restarts with an older %s file offers done hints again: each finds nothing, is counted, and nothing runs twice',
  async (kind) => {
    await using redis = await startRedis(kind === 'AOF' ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [])
    await using control = controlOf(redis.url)
    await using proxy = await faultProxy(redis.url, 'anything')
    await using queue = await startQueue(redis.url, proxy)
    await queue.workersWait()
    proxy.stall()
    await queue.plan()
    await until(async () => (await waitingHints(control)) >= groups.length)
    const kept = await waitingHints(control)
    const [file, older] = [kind === 'RDB' ? 'dump.rdb' : 'appendonlydir', 'older'].map((name) => join(redis.folder, name)) as [
      string,
      string,
    ]
    if (kind === 'RDB') await control.save()
    cpSync(file, older, { recursive: true })
    proxy.resume()
    expect(await queue.allRan(1)).toEqual(eachOnce(1))
    await until(async () => (await waitingHints(control)) === 0)
    const stale = queue.staleHints()

    await redis.kill()
    rmSync(file, { recursive: true })
    cpSync(older, file, { recursive: true })
    await redis.start()
    // Those who waited had taken the marker that wakes them before the file was copied; any later job sets it.
    for (const group of groups) await control.zadd(`sluice:activity.${group}:marker`, 0, '0')
    await until(() => queue.staleHints() >= stale + kept, { deadlineMs: 60_000 })
    await queue.plan()
    expect(await queue.allRan(2)).toEqual(eachOnce(2))
    await expectInvariants(database.connection)
  },
  180_000,
)

test(
  'F3: hints that Redis accepted are lost with it, as its replica lagged: all is offered again through the replica',
  async () => {
    const port = await freePort()
    await using primary = await startRedis(['--port', String(port), '--bind', '127.0.0.1', '--repl-diskless-sync-delay', '0'])
    await using replication = await faultProxy(port, 'anything')
    await using replica = await startRedis(['--replicaof', '127.0.0.1', String(replication.port)])
    await using controls = disposeBoth(controlOf(primary.url), controlOf(replica.url))
    const [first, second] = controls
    await until(async () => (await second.info('replication')).includes('master_link_status:up'), { deadlineMs: 60_000 })
    await using proxies = disposeBoth(await faultProxy(primary.url, 'anything'), await faultProxy(primary.url, 'anything'))
    const [toServer, toWorkers] = proxies
    await using queue = await startQueue(`redis://127.0.0.1:${toServer.port}`, toWorkers)
    await queue.workersWait()
    toWorkers.stall()
    replication.stall()
    await queue.plan()
    await until(async () => (await waitingHints(first)) >= groups.length)
    await primary.kill()
    for (const proxy of proxies) proxy.leadTo(replica.url)
    await replication.refuse()
    await second.replicaof('NO', 'ONE')
    expect(await waitingHints(second)).toBe(0)
    toWorkers.resume()
    expect(await queue.allRan(1)).toEqual(eachOnce(1))
    await expectInvariants(database.connection)
  },
  scaled(180_000, 3_600_000),
)

/** Each task of so many rounds. */
const eachOnce = (rounds: number) => ({ claims: rounds * groups.length * each, tasks: rounds * groups.length * each })

interface QueueUnderFault extends AsyncDisposable {
  /** Resolves when every worker has nothing and waits for a hint. */
  workersWait(): Promise<void>
  /** Makes tasks of every group ready. */
  plan(): Promise<void>
  /** Resolves when every worker has claimed more than it had before that round. */
  allBegan(round: number): Promise<void>
  /** How many claims of how many tasks there were, once all that was planned, `rounds` times, has ended. */
  allRan(rounds: number): Promise<{ readonly claims: number; readonly tasks: number }>
  staleHints(): number
}

/** A dispatcher that offers to `url`, and a worker for each group that hears of it through `proxy`. */
async function startQueue(url: string, proxy: FaultProxy): Promise<QueueUnderFault> {
  const ran: string[] = []
  const stop = new AbortController()
  const offers = await bullmqHintQueue({ redis: url })
  const heard = await bullmqHintQueue({ redis: `redis://127.0.0.1:${proxy.port}` })
  const pump = createHintPump({ claims: store.claims, hints: offers })
  const dispatcher = startDispatcher({
    store,
    pump: async () => void (await pump.pump()),
    perform: async () => {},
    onError: () => {}, // Redis is away
    sweepMs: scaled(500, 5000),
    reofferMs: scaled(500, 5000),
  })
  const workers = await Promise.all(groups.map((group) => startWorker(group, heard)))
  const working = workers.map((worker) => work(worker, ran, stop.signal))
  return {
    async workersWait() {
      await until(() => workers.every(({ isIdle }) => isIdle()))
    },
    async plan() {
      const rows = groups.flatMap((grp) => Array.from({ length: each }, (_, n) => ({ component: `${grp}-${n}`, grp })))
      await plannedGraph(store, rows, [])
      store.signals.emit('planned')
    },
    async allBegan(round) {
      const began = () => groups.every((group) => ran.filter((run) => run.includes(`@${group}-`)).length > (round - 1) * each)
      await until(began, { deadlineMs: 60_000 })
    },
    async allRan(rounds) {
      await until(() => ran.length >= rounds * groups.length * each, { deadlineMs: scaled(60_000, 600_000) })
      return { claims: ran.length, tasks: new Set(ran).size }
    },
    staleHints: () => workers.reduce((sum, { source }) => sum + source.counters.staleHints, 0),
    async [Symbol.asyncDispose]() {
      proxy.resume()
      stop.abort()
      await Promise.all(working)
      await dispatcher.stop()
      await Promise.all(workers.map(({ source }) => source.close()))
      await Promise.all([offers.close(), heard.close()])
    },
  }
}

interface GroupWorker {
  readonly source: StoreTaskSource
  /** Whether it has looked at the store and waits. */
  isIdle(): boolean
}

async function startWorker(group: string, hints: HintQueue): Promise<GroupWorker> {
  const claimant = { workerId: `w-${group}`, hostname: 'here', groups: [group] }
  let idle = false
  const claims = {
    ...store.claims,
    claim: async (...args: Parameters<Store['claims']['claim']>) => {
      idle = false
      const tasks = await store.claims.claim(...args)
      idle = tasks.length === 0
      return tasks
    },
  }
  const source = taskSource({ claims, hints, claimant, lanes: ['activity'], fallbackPollMs: 600_000 })
  await source.start()
  return { source, isIdle: () => idle }
}

/** Takes and settles, never going on with what a settlement could claim, so that hints are all that brings the rest. */
async function work({ source }: GroupWorker, ran: string[], signal: AbortSignal): Promise<void> {
  for (;;) {
    const tasks = await source.take('activity', 3, signal)
    if (tasks.length === 0) return
    ran.push(...tasks.map(({ instanceId, instanceKey }) => `${instanceId} ${instanceKey}`))
    await source.settle('activity', tasks.map(finished), 0)
  }
}

function finished({ attemptId, fence }: Task) {
  return { attemptId, fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 }
}

/** How many hints wait in all queues. */
async function waitingHints(control: Redis): Promise<number> {
  const lengths = await Promise.all(groups.map((group) => control.llen(`sluice:activity.${group}:wait`)))
  return lengths.reduce((sum, length) => sum + length, 0)
}

function controlOf(url: string): Redis & AsyncDisposable {
  const control = new Redis(url)
  control.on('error', () => {}) // it is killed
  return Object.assign(control, { [Symbol.asyncDispose]: async () => control.disconnect() })
}

function disposeBoth<A extends AsyncDisposable, B extends AsyncDisposable>(a: A, b: B): [A, B] & AsyncDisposable {
  return Object.assign([a, b] as [A, B], {
    async [Symbol.asyncDispose]() {
      await Promise.all([a[Symbol.asyncDispose](), b[Symbol.asyncDispose]()])
    },
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
