import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { durableCommitMs } from './lib/calibrate.ts'
import { interleave, type Contestant } from './lib/interleave.ts'
import { printComparison } from './lib/report.ts'
import { startServers } from './lib/servers.ts'
import type { Graph } from './lib/noop-definition.ts'
import { openWarmEngine } from './lib/warm-engine.ts'

/** One activity, `width` that wait for it, and one that waits for them all. */
function fanout(width: number): Graph {
  const children = Array.from({ length: width }, (_, i) => `child${i}`)
  return Object.fromEntries([['first', []], ...children.map((child): [string, string[]] => [child, ['first']]), ['last', children]])
}

/** W3: 1 -> 1,000 -> 1 on Redis beside a raw BullMQ drain at concurrency 100; tasks a second on the embedded default; and how the cost of a
 *  task grows from 100 to 10,000. */
export async function run({ pairs }: { readonly pairs: number }): Promise<void> {
  await using servers = await startServers()
  const home = await mkdtemp(join(tmpdir(), 'sluice-bench-home-'))
  const floorUrl = await servers.databaseUrl('floor')
  const floor = (): Promise<number> => durableCommitMs(floorUrl)
  const databaseUrl = await servers.databaseUrl('ours')
  const width = 1000

  const contestant = (name: string, tasks: number, redisUrl?: string): Contestant => ({
    name,
    async measure() {
      await using engine = await openWarmEngine({ home, databaseUrl, redisUrl, slots: 100 })
      await engine.run(fanout(100))
      return await engine.run(fanout(tasks)) // else it would be stopped first
    },
  })
  const raw: Contestant = { name: `raw BullMQ drain of ${width} at concurrency 100`, measure: () => drainMs(servers.redisUrl, width) }

  const redis = await interleave(contestant('Redis', width, servers.redisUrl), [raw], { pairs, floor })
  printComparison(`Sluice, 1 -> ${width} -> 1 on Redis`, redis)
  console.log(
    `  goal 0.4: ${(1 / redis.comparisons[0]!.ratio.median).toFixed(2)} x the raw drain rate; ${Math.round((width * 1000) / redis.ours.median)} tasks/s`,
  )

  const small = contestant('100 tasks', 100)
  const embedded = await interleave(contestant('embedded', width), [small, contestant('10,000 tasks', 10_000)], {
    pairs: Math.min(pairs, 3),
    floor,
  })
  printComparison(`Sluice, 1 -> ${width} -> 1 on the embedded default`, embedded)
  console.log(`  goal 500: ${Math.round((width * 1000) / embedded.ours.median)} tasks/s`)
  const [hundred, tenThousand] = embedded.comparisons
  console.log(
    `  goal 1.2: a task costs ${(tenThousand!.theirs.median / 10_002 / (hundred!.theirs.median / 102)).toFixed(2)} x as much at 10,000 as at 100`,
  )
  await rm(home, { recursive: true })
}

/** Milliseconds in which BullMQ alone works off `count` empty jobs that are in the queue already. */
async function drainMs(redisUrl: string, count: number): Promise<number> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const queue = new Queue('bench-drain', { connection, defaultJobOptions: { removeOnComplete: true } })
  await queue.addBulk(Array.from({ length: count }, () => ({ name: 'noop', data: { note: 'x'.repeat(80) } })))
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = count
  const worker = new Worker('bench-drain', async () => {}, { connection, concurrency: 100, autorun: false })
  worker.on('completed', () => (left -= 1) === 0 && resolve())
  await worker.waitUntilReady()
  const start = performance.now()
  void worker.run()
  await promise
  const ms = performance.now() - start
  await worker.close()
  await queue.obliterate({ force: true })
  await queue.close()
  connection.disconnect()
  return ms
}
