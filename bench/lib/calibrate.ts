import { performance } from 'node:perf_hooks'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'
import { quantile } from './stats.ts'

/** F: milliseconds of one durable commit of one small row, the median of 200 through one connection of node pg. */
export async function durableCommitMs(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('create table if not exists bench_commit (id bigint generated always as identity primary key, note text)')
    const times: number[] = []
    for (let index = 0; index < 220; index++) times.push(await commitMs(client))
    await client.query('drop table bench_commit')
    return quantile(times.slice(20), 0.5)
  } finally {
    await client.end()
  }
}

async function commitMs(client: pg.Client): Promise<number> {
  const start = performance.now()
  await client.query({ name: 'commit', text: 'insert into bench_commit (note) values ($1)', values: ['a small row'] })
  return performance.now() - start
}

/** R: milliseconds of one BullMQ hop, over a chain of 40 in which the worker adds the next job, after a chain of warm-up. */
export async function bullmqHopMs(redisUrl: string): Promise<number> {
  const hops = 40
  await using chain = await openBullmqChain(redisUrl)
  await chain.run(hops)
  const start = performance.now()
  await chain.run(hops)
  return (performance.now() - start) / hops
}

async function openBullmqChain(redisUrl: string): Promise<{ run(hops: number): Promise<void> } & AsyncDisposable> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const queue = new Queue<{ left: number }>('bench-hop', { connection, defaultJobOptions: { removeOnComplete: true } })
  let finish: () => void
  const worker = new Worker<{ left: number }>(
    'bench-hop',
    async ({ data: { left } }) => {
      if (left > 1) await queue.add('hop', { left: left - 1 })
      else finish()
    },
    { connection },
  )
  await worker.waitUntilReady()
  return {
    async run(hops) {
      const finished = new Promise<void>((resolve) => (finish = resolve))
      await queue.add('hop', { left: hops })
      await finished
    },
    async [Symbol.asyncDispose]() {
      await worker.close()
      await queue.obliterate({ force: true })
      await queue.close()
      connection.disconnect()
    },
  }
}
