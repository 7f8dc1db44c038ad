import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { SluiceError } from '../errors.ts'
import { workerOptions, type BullmqBackend } from './bullmq-backend.ts'
import { reasonOf, type OutageLog } from './outage.ts'
import { backoffMs } from './patience.ts'

const prefix = 'sluice'
const startTimeoutMs = 4_500

/** A connection on which a command has had no answer for so long is dead, or its server hangs: it is opened anew. */
const silenceMs = 3_000

/** Longest block of an idle listener, in seconds; BullMQ advises at most 10.
 *  @see https://github.com/taskforcesh/bullmq/issues/1658 */
const drainDelay = 10

/** Keeps one event in a hundred hints or so: nobody reads BullMQ's event streams here. */
const streams = { events: { maxLen: 100 } }

/** BullMQ on Redis. Two connections are shared by all queues and all listeners, and each listener has a blocking one of its own.
 *  Throws a SluiceError when Redis cannot be reached within 5 s or may evict keys. */
export async function redisBackend(url: string, outage: OutageLog): Promise<BullmqBackend> {
  const producer = await connect(url)
  try {
    await checkEviction(producer, url)
  } catch (error) {
    producer.disconnect()
    throw error instanceof SluiceError ? error : unreachable(url, reasonOf(error), error)
  }
  // Each listener duplicates it for its blocking connection.
  const consumer = producer.duplicate({
    enableOfflineQueue: true,
    lazyConnect: false,
    commandTimeout: undefined,
    autoResendUnfulfilledCommands: true,
    socketTimeout: drainDelay * 1000 + silenceMs,
  })
  const shared = [producer, consumer]
  for (const connection of shared) {
    connection.on('error', outage.failed)
    connection.on('close', () => outage.failed(new Error('the connection closed')))
    connection.on('ready', () => shared.every(({ status }) => status === 'ready') && outage.recovered())
  }

  return {
    openQueue(name) {
      if (producer.status !== 'ready') throw new Error('Redis is away')
      const queue = new Queue(name, { connection: producer, prefix, streams })
      queue.on('error', outage.failed)
      return queue
    },
    openWorker(name) {
      const worker = new Worker(name, null, { connection: consumer, prefix, drainDelay, ...workerOptions })
      worker.on('error', outage.failed)
      return worker
    },
    async close() {
      for (const connection of shared) connection.removeAllListeners('close').disconnect()
    },
  }
}

/** A connection for producers: commands fail at once while Redis is away, for a hint that waits is worth nothing. */
async function connect(url: string): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    enableOfflineQueue: false,
    connectTimeout: startTimeoutMs,
    commandTimeout: silenceMs,
    socketTimeout: silenceMs,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => backoffMs(times, Math.random),
  })
  let reason = `no answer within ${startTimeoutMs / 1000} s`
  const remember = (error: Error) => (reason = reasonOf(error))
  redis.on('error', remember)
  const deadline = setTimeout(() => redis.disconnect(), startTimeoutMs)
  try {
    await redis.connect()
    return redis
  } catch (error) {
    redis.disconnect()
    throw unreachable(url, reason, error)
  } finally {
    clearTimeout(deadline)
    redis.off('error', remember)
  }
}

function unreachable(url: string, reason: string, cause: unknown): SluiceError {
  return new SluiceError(`Redis at ${withoutPassword(url)} cannot be reached: ${reason}.`, {
    exitCode: 3,
    hint: 'Start Redis, or correct SLUICE_REDIS_URL. Without it Sluice needs no Redis: hints then travel through PostgreSQL.',
    cause,
  })
}

/** Refuses a Redis that may throw queued keys away when its memory is full. `INFO` is allowed where `CONFIG` often is not. */
async function checkEviction(redis: Redis, url: string): Promise<void> {
  const memory = await redis.info('memory')
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction'
  const limited = Number(/^maxmemory:(\d+)/m.exec(memory)?.[1] ?? 0) > 0
  if (!limited || policy === 'noeviction') return
  throw new SluiceError(`Redis at ${withoutPassword(url)} may evict keys: maxmemory is set and maxmemory-policy is ${policy}.`, {
    exitCode: 3,
    hint: 'Run: redis-cli CONFIG SET maxmemory-policy noeviction (and set it in redis.conf, so that it stays).',
  })
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/.*@/, '//').replace(/\?.*$/, '')
}
