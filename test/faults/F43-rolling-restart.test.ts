import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { query, testDatabase } from '../support/postgres.ts'
import { startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startCluster } from './rig/cluster.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { markedWork } from './rig/marked-work.ts'
import { scaled } from './rig/scale.ts'

test('F43: servers and workers restarted one after the other under load: nothing fails, no try is used up, each task runs once', async () => {
  using folder = temporaryFolder()
  await using redis = await startRedis()
  await using database = await testDatabase()
  const env = { SLUICE_DATABASE_URL: database.url, SLUICE_REDIS_URL: redis.url }
  const work = markedWork({ folder: folder.path, name: 'load', intervals: scaled(120, 5000), chain: 3, seconds: 0.2 })
  const file = join(folder.path, 'load.yaml')
  writeFileSync(file, work.definition)
  await using cluster = await startCluster({ folder: folder.path, env, servers: 2, workers: 2, workerArgs: ['--tasks', '3'] })
  await watchSteps(database.connection)
  await cluster.command('apply', file)

  let restarts = 0
  for (let round = 0; round < scaled(1, 20); round++) {
    for (const member of cluster.members) {
      const before = work.done().length
      if (before + 10 > work.expected.length) break // on a slow machine the work may be over before
      restarts++
      await until(() => work.done().length > before + 4, { deadlineMs: 60_000, what: 'the work goes on' })
      member.kill('SIGTERM')
      expect((await member.ended).code).toBe(143)
      await member.start()
    }
  }
  expect(restarts).toBeGreaterThanOrEqual(2)
  await until(() => work.done().length >= work.expected.length, { deadlineMs: 60_000 * scaled(1, 20) })
  const isFinished = `select 1 from sluice.pipelines where state = 'FINISHED'`
  await until(async () => (await query(database.connection, isFinished)).length > 0)

  expect(work.done().toSorted()).toEqual(work.expected)
  expect(await query(database.connection, `select number, status, count(*)::integer as count from sluice.attempts group by 1, 2`)).toEqual([
    { number: 1, status: 'FINISHED', count: work.expected.length },
  ])
  await expectInvariants(database.connection)
}, 180_000)
