import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, test, vi } from 'vitest'
import { startEngine } from '../../engine/app.ts'
import type { Claimant } from '../../engine/queue/claims.ts'
import { startScheduler } from '../../engine/scheduler/scheduler.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { openStore, type Store } from '../../engine/store/open-store.ts'
import { compiledDefinition } from '../../engine/store/pipelines.ts'
import { readSettings } from '../../engine/support/settings.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { query, testDatabase } from '../support/postgres.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { scaled } from './rig/scale.ts'

const leaseMs = vi.hoisted(() => {
  const short = process.env['SLUICE_FAULTS'] === 'campaign' ? 30_000 : 4_000
  process.env['SLUICE_LEASE_MS'] = String(short)
  return short
})
afterAll(() => void delete process.env['SLUICE_LEASE_MS'])

/** A task that runs until the file is there. */
const patient = (file: string): string => `
sluice: 1
name: patient
defaults: { scheduleType: ondemand }
activities:
  wait: { type: ShellCommandActivity, command: "until [ -e ${file} ]; do sleep 0.1; done", maximumRetries: 0 }
`

test(
  'F14: while all connections of the pool are held, for longer than a lease, the heartbeat goes on; then the task is FINISHED at its first attempt',
  async () => {
    using folder = temporaryFolder()
    await using database = await testDatabase()
    const settings = readSettings({ PATH: process.env['PATH'] }, { home: folder.path, databaseUrl: database.url })
    const told: string[] = []
    const engine = await startEngine(settings, (sentence) => told.push(sentence))
    try {
      const done = join(folder.path, 'done')
      await activated(engine.store, patient(done), undefined, { mayBackfill: true })
      const running = `select lease_until from sluice.attempts where status = 'RUNNING'`
      await until(async () => (await query(database.connection, running)).length > 0, { deadlineMs: 30_000 })

      const held = await Promise.all(Array.from({ length: engine.store.pool.options.max }, () => engine.store.pool.connect()))
      const since = Date.now()
      const renewed = async (): Promise<boolean> => {
        const [attempt] = await query<{ lease_until: Date }>(database.connection, running)
        return attempt !== undefined && attempt.lease_until.getTime() > since + scaled(leaseMs, 120_000) + leaseMs
      }
      await until(renewed, { deadlineMs: scaled(60_000, 300_000), what: 'the lease was renewed again and again' })
      for (const client of held) client.release()

      writeFileSync(done, '')
      const ended = `select number, status from sluice.attempts where status <> 'RUNNING'`
      await until(async () => (await query(database.connection, ended)).length > 0, { deadlineMs: 60_000 })
      expect(await query(database.connection, ended)).toEqual([{ number: 1, status: 'FINISHED' }])
      expect(existsSync(done)).toBe(true)
    } finally {
      await engine.stop('now')
    }
  },
  scaled(90_000, 3_600_000),
)

const daily = `
sluice: 1
name: daily
defaults: { scheduleType: timeseries, schedule: daily }
schedules: { daily: { period: 1 day, startDateTime: 2020-01-01T00:00:00, occurrences: 1 } }
activities: { load: { type: ShellCommandActivity, command: 'true' } }
`

test(
  'F16: what no notification told is planned at the next sweep',
  async () => {
    await using store = await testStore()
    const elsewhere = await openStore(store.connection)
    const errors: unknown[] = []
    const dueLooks = vi.fn<() => ReturnType<Store['planning']['dueSchedules']>>(() => store.planning.dueSchedules())
    const scheduler = startScheduler({
      store: { signals: store.signals, planning: { ...store.planning, dueSchedules: dueLooks } }, // and nobody listens
      catalog: await loadCatalog(),
      definitions: { get: (id, version) => compiledDefinition(store.db, id, version) },
      onError: (error) => void errors.push(error),
      sweepMs: 1000,
    })
    try {
      await until(() => dueLooks.mock.settledResults.length > 0)
      await activated(elsewhere, daily)
      const planned = async (): Promise<boolean> =>
        (await store.pool.query(`select 1 from instances where component_id = 'load'`)).rowCount === 1
      await until(planned, { deadlineMs: 30_000 })
      expect(errors).toEqual([])
    } finally {
      await scheduler.stop()
      await elsewhere.close()
    }
  },
  scaled(60_000, 3_600_000),
)

const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }

/** Runs as many tasks as fit the plan, ten at a time, and answers how many a second. */
async function drain(store: Store, count: number): Promise<number> {
  await plannedGraph(
    store,
    Array.from({ length: count }, (_, n) => ({ component: `c${n}` })),
    [],
  )
  const began = performance.now()
  let tasks = await store.claims.claim(worker, 'activity', 10)
  while (tasks.length > 0) {
    const endings = tasks.map(({ attemptId, fence }) => ({ attemptId, fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 }))
    tasks = (await store.claims.settle(worker, 'activity', endings, 10)).next
  }
  return count / ((performance.now() - began) / 1000)
}

test(
  'F16: a reader that keeps an old snapshot leaves at least half of the throughput',
  async () => {
    await using store = await testStore()
    const count = scaled(500, 2000)
    await drain(store, count) // plans are made, pages are there
    const free = Math.max(await drain(store, count), await drain(store, count))
    const reader = new pg.Client(store.connection)
    await reader.connect()
    try {
      await reader.query('begin isolation level repeatable read')
      await reader.query('select count(*) from sluice.instances')
      const held: number[] = []
      for (let round = 0; round < scaled(2, 4); round++) held.push(await drain(store, count))
      // The slice is too short for more than an obvious loss, on a machine that does other things as well.
      expect(Math.max(...held) / free).toBeGreaterThan(scaled(0.2, 0.5))
      expect((await reader.query('select count(*)::integer as seen from sluice.instances')).rows).toEqual([{ seen: 3 * count }])
    } finally {
      await reader.end()
    }
  },
  scaled(60_000, 3_600_000),
)
