import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { migrate, ownRelease, type Release } from '../../engine/store/migrate.ts'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startCluster } from './rig/cluster.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { markedWork } from './rig/marked-work.ts'

/** What the next release may do: tables are added to, in the middle of the busiest, and every function is replaced. */
function tomorrow({ oldest }: Pick<Release, 'oldest'>): Release {
  const sql = `
    alter table instances add column tomorrow text, add column weight integer not null default 1;
    alter table attempts add column tomorrow jsonb;
    create table tomorrows (id bigint primary key);`
  return {
    version: ownRelease.version + 1,
    oldest,
    migrations: [...ownRelease.migrations, { name: '9999-tomorrow', sql }],
    functions: ownRelease.functions.replaceAll('language plpgsql as $$', (head) => `${head} -- of tomorrow`),
  }
}

test('F44: the schema of the next release comes under load beside servers and workers of this one, which go on; one that is started again does too', async () => {
  using folder = temporaryFolder()
  await using redis = await startRedis()
  await using database = await testDatabase()
  const env = { SLUICE_DATABASE_URL: database.url, SLUICE_REDIS_URL: redis.url }
  const work = markedWork({ folder: folder.path, name: 'load', intervals: 24, chain: 3, seconds: 0.1 })
  const file = join(folder.path, 'load.yaml')
  writeFileSync(file, work.definition)
  await using cluster = await startCluster({ folder: folder.path, env, servers: 1, workers: 2, workerArgs: ['--tasks', '3'] })
  await watchSteps(database.connection)
  await cluster.command('apply', file)
  await until(() => work.done().length > 5, { deadlineMs: 60_000 })
  expect(await migrate(database.connection, tomorrow({ oldest: ownRelease.version }))).toContain('9999-tomorrow')
  const replaced = work.done().length
  await until(() => work.done().length > replaced + 5, { deadlineMs: 60_000, what: 'the work goes on' })

  for (const member of [cluster.workers[0]!, cluster.servers[0]!]) {
    member.kill('SIGTERM')
    expect((await member.ended).code).toBe(143)
    await member.start()
  }
  await untilFinished(database, 60_000)
  expect(work.done().toSorted()).toEqual(work.expected)
  expect(await attemptsOf(database)).toEqual([{ number: 1, status: 'FINISHED', count: work.expected.length }])
  const [kept] = await query(database.connection, `select prosrc like '%of tomorrow%' as newer from pg_proc where proname = 'settle_one'`)
  expect(kept).toEqual({ newer: true })
  await expectInvariants(database.connection)
}, 180_000)

test('F44: when a newer release has taken away what this one uses, its servers and workers say so, hand back what runs, and end; none starts again', async () => {
  using folder = temporaryFolder()
  await using database = await testDatabase()
  const env = { SLUICE_DATABASE_URL: database.url }
  const file = join(folder.path, 'long.yaml')
  writeFileSync(
    file,
    'sluice: 1\nname: long\ndefaults: { scheduleType: ondemand }\nactivities:\n  wait: { type: ShellCommandActivity, command: sleep 1000 }\n',
  )
  await using cluster = await startCluster({ folder: folder.path, env, servers: 1, workers: 1 })
  await cluster.command('apply', file)
  const running = `select 1 from sluice.attempts where status = 'RUNNING'`
  await until(async () => (await query(database.connection, running)).length > 0)

  await migrate(database.connection, tomorrow({ oldest: ownRelease.version + 1 }))
  for (const member of cluster.members) {
    const { code, stderr } = await member.ended
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('was migrated by a newer Sluice') })
  }
  expect(await attemptsOf(database)).toEqual([{ number: 1, status: 'WAITING_FOR_RUNNER', count: 1 }])
  await expect(cluster.command('runs')).rejects.toThrow('Upgrade this Sluice')
}, 180_000)

async function untilFinished({ connection }: TestDatabase, deadlineMs: number): Promise<void> {
  await until(async () => (await query(connection, `select 1 from sluice.pipelines where state = 'FINISHED'`)).length > 0, { deadlineMs })
}

function attemptsOf({ connection }: TestDatabase): Promise<unknown[]> {
  return query(connection, `select number, status, count(*)::integer as count from sluice.attempts group by 1, 2`)
}
