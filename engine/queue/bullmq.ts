import type pg from 'pg'
import { hintJobOptions, type BullmqBackend, type JobQueue } from './bullmq-backend.ts'
import { bullmqListener } from './bullmq-listener.ts'
import { postgresBackend } from './bullmq-postgres.ts'
import { redisBackend } from './bullmq-redis.ts'
import type { Hint } from './claims.ts'
import { withDeadline } from './deadline.ts'
import type { HintListener, HintQueue } from './hint-queue.ts'
import { outageLog, type OutageLog } from './outage.ts'
import { queueName } from './queue-name.ts'

/** Where the hints are kept. */
export type HintPlace = { readonly redis: string } | { readonly postgres: pg.PoolConfig }

/** Most attempts that one job names: large enough that a fan-out is a few jobs, small enough that several workers share it. */
const attemptsPerJob = 100

/** A server that has not answered by then hangs. */
const answerMs = 10_000

const closeTimeoutMs = 1_000

/** A hint queue on BullMQ, one BullMQ queue for each worker group and lane.
 *  Rejects with a SluiceError (exit code 3) when the server cannot be reached within 5 s, or may evict what it keeps. Later
 *  disconnections are survived with backoff; `tell` hears a sentence when an outage begins and when it ends. */
export async function bullmqHintQueue(place: HintPlace, tell: (sentence: string) => void = () => undefined): Promise<HintQueue> {
  let closed = false
  // A connection may hear of the server's end after it was closed here: that is no outage.
  const service = 'redis' in place ? 'Redis' : 'PostgreSQL'
  const outage = outageLog(service, (sentence) => closed || tell(sentence))
  const backend = await ('redis' in place ? redisBackend(place.redis, outage) : postgresBackend(place.postgres, outage))
  const queue = hintQueueOn(backend, service, outage)
  return {
    ...queue,
    close() {
      closed = true
      return queue.close()
    },
  }
}

function hintQueueOn(backend: BullmqBackend, service: string, outage: OutageLog): HintQueue {
  const queues = new Map<string, Promise<JobQueue>>()
  const listeners = new Set<HintListener>()
  let refused = false

  function queueOf(name: string): Promise<JobQueue> {
    const known = queues.get(name)
    if (known) return known
    const opened = openQueue(backend, name, service)
    queues.set(name, opened)
    opened.catch(() => queues.delete(name)) // BullMQ remembers a failed start for ever, so the next offer begins anew
    return opened
  }

  return {
    async offer(hints) {
      const adding = [...jobsByQueue(hints)].map(async ([name, jobs]) => (await queueOf(name)).addBulk(jobs))
      try {
        await withDeadline(Promise.all(adding), answerMs, service)
        if (refused) outage.recovered()
        refused = false
      } catch (error) {
        refused = true // it may be full, which no connection tells
        outage.failed(error)
        throw error
      }
    },

    async listen(group, lane) {
      const worker = backend.openWorker(queueName(group, lane))
      const inner = bullmqListener(worker, group, lane, outage)
      const listener: HintListener = {
        next: (signal) => inner.next(signal),
        close: async () => {
          if (listeners.delete(listener)) await inner.close()
        },
      }
      listeners.add(listener)
      try {
        await withDeadline(worker.waitUntilReady(), answerMs, service)
        await withDeadline(worker.startStalledCheckTimer(), answerMs, service)
        return listener
      } catch (error) {
        await listener.close()
        throw error
      }
    },

    async close() {
      await Promise.all([...listeners].map((listener) => listener.close()))
      const opened = (await Promise.allSettled(queues.values())).filter((result) => result.status === 'fulfilled')
      const closing = Promise.all(opened.map(({ value }) => value.close()))
      await withDeadline(closing, closeTimeoutMs, service).catch(() => undefined) // it hangs: the connections are ended now
      await backend.close()
    },
  }
}

async function openQueue(backend: BullmqBackend, name: string, service: string): Promise<JobQueue> {
  const queue = backend.openQueue(name)
  try {
    await withDeadline(queue.waitUntilReady(), answerMs, service)
    return queue
  } catch (error) {
    await withDeadline(queue.close(), closeTimeoutMs, service).catch(() => undefined) // it never opened; the first error says why
    throw error
  }
}

type HintJob = Parameters<JobQueue['addBulk']>[0][number]

/** As few jobs as possible: hints for the same queue are put together, a hundred attempts a job. */
function jobsByQueue(hints: readonly Hint[]): Map<string, HintJob[]> {
  const idsByQueue = new Map<string, string[]>()
  for (const { group, lane, attemptIds } of hints) {
    const name = queueName(group, lane)
    const ids = idsByQueue.get(name) ?? []
    idsByQueue.set(name, ids)
    for (const id of attemptIds) ids.push(id)
  }
  return new Map([...idsByQueue].map(([name, ids]) => [name, [...jobsOf(ids)]]))
}

function* jobsOf(ids: readonly string[]): Generator<HintJob> {
  for (let from = 0; from < ids.length; from += attemptsPerJob) {
    yield { name: 'hint', data: ids.slice(from, from + attemptsPerJob), opts: hintJobOptions }
  }
}
