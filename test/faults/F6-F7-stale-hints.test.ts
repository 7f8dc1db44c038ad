import { afterAll, beforeAll, expect, test } from 'vitest'
import { bullmqHintQueue } from '../../engine/queue/bullmq.ts'
import type { Claimant, Hint } from '../../engine/queue/claims.ts'
import { withDeadline } from '../../engine/queue/deadline.ts'
import type { HintQueue } from '../../engine/queue/hint-queue.ts'
import { taskSource, type StoreTaskSource } from '../../engine/queue/store-task-source.ts'
import type { Task } from '../../engine/queue/task.ts'
import { postgresClaims } from '../../engine/store/claims.ts'
import { openStore, type Store } from '../../engine/store/open-store.ts'
import { heldOpen } from '../support/held-open.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { testDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { scaled } from './rig/scale.ts'

let redis: TestRedis, database: TestDatabase, store: Store

beforeAll(async () => {
  ;[redis, database] = await Promise.all([startRedis(), testDatabase()])
  store = await openStore(database.connection)
  await watchSteps(database.connection)
})

afterAll(async () => {
  await store.close()
  await Promise.all([redis[Symbol.asyncDispose](), database.drop()])
})

test(
  'F6: the same hint reaches two workers at once, many times: one claims, the other finds nothing and counts it',
  async () => {
    const rounds = scaled(60, 10_000)
    await using first = await startWorker('w1', 0)
    await using second = await startWorker('w2', 1)
    const workers = [first, second]
    for (let round = 1; round <= rounds; round++) {
      await plannedGraph(store, [{ component: 'a' }], [])
      const hints = await store.claims.takeHints(1)
      await Promise.all(workers.map(({ queue }) => queue.offer(hints)))
      await until(() => sum(workers, ({ ran }) => ran.length) >= round && workers.every(({ source }) => source.counters.hints >= round))
    }
    const ran = workers.flatMap((worker) => worker.ran)
    expect(ran).toHaveLength(rounds)
    expect(new Set(ran).size).toBe(rounds)
    await until(() => sum(workers, ({ source }) => source.counters.staleHints) >= rounds)
    await expectInvariants(database.connection)
  },
  scaled(120_000, 3_600_000),
)

test('F6: a claim passes by what another one claims at this very moment', async () => {
  await plannedGraph(store, [{ component: 'a' }], [])
  const claiming = await heldOpen(store.pool, (client) =>
    postgresClaims(client as never, store.signals).claim(claimant('w1'), 'activity', 1),
  )
  expect(claiming.result).toHaveLength(1)
  expect(await withDeadline(store.claims.claim(claimant('w2'), 'activity', 1), 10_000, 'the other claim')).toEqual([])
  await claiming.commit()
  expect(await store.claims.claim(claimant('w2'), 'activity', 1)).toEqual([])
  await store.claims.settle(claimant('w1'), 'activity', claiming.result.map(finished), 0)
  await store.claims.takeHints(100)
})

test('F7: a hint for an attempt that does not exist is dropped and counted, and its worker goes on', async () => {
  await using worker = await startWorker('w3', 2)
  const nobody: Hint = { group: 'default', lane: 'activity', attemptIds: ['999999999'] }
  await worker.queue.offer([nobody])
  await until(() => worker.source.counters.staleHints === 1)
  await store.pool.query(`insert into outbox (kind, worker_group, lane, attempt_ids) values ('hint', 'default', 'activity', '{999999999}')`)
  expect(await store.claims.takeHints(100)).toEqual([])
  expect((await store.pool.query('select 1 from outbox')).rows).toEqual([])

  await plannedGraph(store, [{ component: 'a' }], [])
  await worker.queue.offer(await store.claims.takeHints(1))
  await until(() => worker.ran.length === 1)
  await expectInvariants(database.connection)
})

test('F7: what is undone after its hint was written leaves no hint', async () => {
  await store.pool.query(`
    create function undo() returns trigger language plpgsql as $$ begin raise exception 'undone after the hint was written'; end $$;
    create constraint trigger undo after insert on outbox initially deferred for each row execute function undo();`)
  const planned = plannedGraph(store, [{ component: 'a' }], [])
  await expect(planned).rejects.toThrow('undone after the hint was written')
  await store.pool.query('drop function undo cascade')
  expect(await store.claims.takeHints(100)).toEqual([])
  expect((await store.pool.query(`select 1 from attempts where status = 'WAITING_FOR_RUNNER'`)).rows).toEqual([])
})

interface HintedWorker extends AsyncDisposable {
  readonly queue: HintQueue
  readonly source: StoreTaskSource
  /** `attempt fence` of each claim. */
  readonly ran: string[]
}

/** A worker that looks at the store only on hints, which come through a database of Redis that is its own. */
async function startWorker(workerId: string, place: number): Promise<HintedWorker> {
  const queue = await bullmqHintQueue({ redis: `unix://${redis.url}?db=${place}` })
  const source = taskSource({
    claims: store.claims,
    hints: queue,
    claimant: claimant(workerId),
    lanes: ['activity'],
    fallbackPollMs: 600_000,
  })
  await source.start()
  const stop = new AbortController()
  const ran: string[] = []
  const working = work(source, ran, stop.signal)
  return {
    queue,
    source,
    ran,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await working
      await source.close()
      await queue.close()
    },
  }
}

async function work(source: StoreTaskSource, ran: string[], signal: AbortSignal): Promise<void> {
  for (;;) {
    const tasks = await source.take('activity', 1, signal)
    if (tasks.length === 0) return
    await source.settle('activity', tasks.map(finished), 0)
    ran.push(...tasks.map(({ attemptId }) => attemptId))
  }
}

function claimant(workerId: string): Claimant {
  return { workerId, hostname: 'here', groups: ['default'] }
}

function finished({ attemptId, fence }: Task) {
  return { attemptId, fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 }
}

function sum(workers: readonly HintedWorker[], count: (worker: HintedWorker) => number): number {
  return workers.reduce((total, worker) => total + count(worker), 0)
}
