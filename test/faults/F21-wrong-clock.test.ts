import { expect, test } from 'vitest'
import type { Engine } from '../../engine/app.ts'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startCluster } from './rig/cluster.ts'
import { startEngines } from './rig/engines.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { wrongClock } from './rig/wrong-clock.ts'

const minute = 60_000
const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * minute).toISOString().slice(0, 19)

/** One interval of an hour, due in so many minutes: at its end, as time series are, or at its start. */
const dueIn = (minutes: number, type: 'timeseries' | 'cron'): string => `
schedules: { once: { period: 1 hour, startDateTime: ${inMinutes(type === 'cron' ? minutes : minutes - 60)}, occurrences: 1 } }
defaults: { scheduleType: ${type}, schedule: once }
activities: { run: { type: ShellCommandActivity, command: 'true' } }
`

test.each(['+1h', '-1h'])(
  'F21: the only server has a clock that is off by %s: it plans nothing early and misses nothing, since “now” is the store’s',
  async (by) => {
    using folder = temporaryFolder()
    await using database = await testDatabase()
    const env = { SLUICE_DATABASE_URL: database.url }
    await using cluster = await startCluster({ folder: folder.path, env, servers: 0, workers: 0 })
    const server = await cluster.add('server', { env: wrongClock(by) })
    await using here = await startEngines({ folder: folder.path, database, parts: ['worker'] })
    const [{ store }] = here.engines as [Engine]
    await watchSteps(database.connection)
    for (const type of ['timeseries', 'cron'] as const) {
      const early = await activated(store, dueIn(30, type))
      const due = await activated(store, dueIn(-30, type))
      await until(async () => (await statusesOf(database, due)).join() === 'FINISHED', { deadlineMs: 30_000, what: 'what is due runs' })
      // Whatever was due by the server’s clock was looked at before this one, which was activated later.
      const later = await activated(store, dueIn(-30, type))
      await until(async () => (await statusesOf(database, later)).join() === 'FINISHED', { deadlineMs: 30_000, what: 'what is due runs' })
      expect(await statusesOf(database, early)).toEqual([])
    }
    await expectInvariants(database.connection)
    server.kill('SIGTERM') // killed, it would leave its clock in /dev/shm
    await server.ended
  },
  120_000,
)

async function statusesOf({ connection }: TestDatabase, id: string): Promise<string[]> {
  const rows = await query<{ status: string }>(connection, `select status from sluice.instances where pipeline_id = '${id}'`)
  return rows.map(({ status }) => status)
}
