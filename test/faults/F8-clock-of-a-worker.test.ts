import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { query, testDatabase } from '../support/postgres.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startCluster } from './rig/cluster.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { markedWork } from './rig/marked-work.ts'
import { scaled } from './rig/scale.ts'

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

/** For a process whose clock is wrong, though its monotonic one goes on as it should. */
const clock = (offset: string) => ({ LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' })

test(
  'F8: workers whose clocks are an hour ahead and an hour behind: no task is taken from anyone, and each runs once',
  async () => {
    using folder = temporaryFolder()
    await using database = await testDatabase()
    for (const [offset, sign] of [
      ['+1h', 1],
      ['-1h', -1],
    ] as const) {
      const { stdout } = spawnSync(process.execPath, ['-p', 'Date.now()'], { env: clock(offset), encoding: 'utf8' })
      expect((Number(stdout) - Date.now()) * sign, 'libfaketime is needed: apt-get install faketime').toBeGreaterThan(3_000_000)
    }
    // Without Redis: BullMQ's locks on PostgreSQL go by the clocks of its workers. A task lasts longer than a lease.
    const env = { SLUICE_DATABASE_URL: database.url, SLUICE_LEASE_MS: '4000' }
    const work = markedWork({
      folder: folder.path,
      name: 'load',
      intervals: 6 * scaled(1, 20),
      chain: 1,
      seconds: 5,
      defaults: 'maxActiveInstances: 6',
    })
    const file = join(folder.path, 'load.yaml')
    writeFileSync(file, work.definition)
    await using cluster = await startCluster({ folder: folder.path, env, servers: 1, workers: 1, workerArgs: ['--tasks', '2'] })
    await Promise.all(['+1h', '-1h'].map((offset) => cluster.add('worker', { env: clock(offset) })))
    await watchSteps(database.connection)
    await cluster.command('apply', file)
    await until(() => work.done().length >= work.expected.length, { deadlineMs: 60_000 * scaled(1, 20) })
    await until(async () => (await query(database.connection, `select 1 from sluice.attempts where status <> 'FINISHED'`)).length === 0)

    expect(work.done().toSorted()).toEqual(work.expected)
    expect(await query(database.connection, 'select number, count(*)::integer as count from sluice.attempts group by 1')).toEqual([
      { number: 1, count: work.expected.length },
    ])
    expect(await query(database.connection, 'select distinct worker_id from sluice.attempts')).toHaveLength(3)
    await expectInvariants(database.connection)
  },
  scaled(180_000, 3_600_000),
)
