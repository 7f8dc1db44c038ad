import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq'
import type pg from 'pg'
import { SluiceError } from '../errors.ts'
import { openPool } from '../support/open-pool.ts'
import { workerOptions, type BullmqBackend } from './bullmq-backend.ts'
import { reasonOf, type OutageLog } from './outage.ts'

/** The only schema that BullMQ accepts with a pool of ours. */
const schema = 'bullmq'

/** Hints may be lost in a crash, so their commits need not wait for the disk; and no table of ours is on this path. */
const sessionOptions = `-c search_path=${schema},public -c synchronous_commit=off`

/** Connections besides the one that each listener holds for LISTEN. */
const workConnections = 4

/** Longest wait of an idle listener, in seconds: NOTIFY ends it at once. */
const drainDelay = 60

/** BullMQ on PostgreSQL, in a schema of its own, which is made or migrated first. All queues and listeners share one pool.
 *  Throws a SluiceError when the server cannot be reached within 5 s. */
export async function postgresBackend(config: pg.PoolConfig, outage: OutageLog): Promise<BullmqBackend> {
  const settings = {
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    query_timeout: 30_000,
    ...config,
    max: workConnections,
    options: [config.options, sessionOptions].filter(Boolean).join(' '),
  }
  const pool = openPool(settings, outage.failed)
  pool.setMaxListeners(0) // BullMQ adds one for each queue and listener
  await migrate(pool)
  pool.on('connect', outage.recovered)

  return {
    openQueue(name) {
      const queue = new Queue(name, { connection: pool }, createPostgresBackend)
      queue.on('error', outage.failed)
      return queue
    },
    openWorker(name) {
      pool.options.max++ // its LISTEN connection
      const worker = new Worker(name, null, { connection: pool, drainDelay, ...workerOptions }, createPostgresBackend)
      worker.on('error', outage.failed)
      worker.on('closed', () => pool.options.max--)
      return worker
    },
    close: () => pool.end(),
  }
}

async function migrate(pool: pg.Pool): Promise<void> {
  try {
    const client = await pool.connect()
    try {
      await runMigrations(client, schema)
    } finally {
      client.release()
    }
  } catch (error) {
    await pool.end()
    throw new SluiceError(`The hint queue cannot be opened on PostgreSQL: ${reasonOf(error)}.`, {
      exitCode: 3,
      hint: 'Check that SLUICE_DATABASE_URL is right and that its user may create the schema "bullmq".',
      cause: error,
    })
  }
}
