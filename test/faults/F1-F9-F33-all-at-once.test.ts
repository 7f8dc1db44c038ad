import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { query, testDatabase } from '../support/postgres.ts'
import { startRedis } from '../support/redis.ts'
import { tcpDoor } from '../support/tcp-door.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startCluster } from './rig/cluster.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { scaled } from './rig/scale.ts'

const intervals = scaled(60, 5000)
const chaosMs = scaled(4000, 600_000)

/** Two loads an interval, the second from what the first has loaded. */
const loads = (url: string, user: string): string => `
sluice: 1
name: past
defaults: { scheduleType: timeseries, schedule: hourly, maximumRetries: 50, retryDelay: 1 second, maxActiveInstances: 20 }
schedules: { hourly: { period: 1 hour, startDateTime: 2020-01-01T00:00:00, occurrences: ${intervals} } }
databases: { shop: { type: JdbcDatabase, connectionString: "${url}", username: ${user}, "*password": none } }
dataNodes:
  hour: { type: SqlDataNode, database: shop, table: hours, selectQuery: "select '#{format(@scheduledStartTime,'YYYY-MM-dd HH')}' as hour" }
  first: { type: SqlDataNode, database: shop, table: first, selectQuery: "select hour from first where hour = '#{format(@scheduledStartTime,'YYYY-MM-dd HH')}'" }
  second: { type: SqlDataNode, database: shop, table: second }
activities:
  load: { type: CopyActivity, input: hour, output: first }
  pass: { type: CopyActivity, input: first, output: second }
`

test(
  'F1, F9, F33: servers and workers killed at random while a past is made up for and Redis is emptied twice: each instance is done exactly once',
  async () => {
    using folder = temporaryFolder()
    await using redis = await startRedis()
    await using database = await testDatabase()
    await using shop = await testDatabase()
    using door = await tcpDoor(shop.connection)
    await query(shop.connection, 'create table first (hour text)')
    await query(shop.connection, 'create table second (hour text)')
    const file = join(folder.path, 'past.yaml')
    writeFileSync(file, loads(`jdbc:postgresql://127.0.0.1:${door.port}/${shop.connection.database}`, shop.connection.user))
    const env = { SLUICE_DATABASE_URL: database.url, SLUICE_REDIS_URL: redis.url, SLUICE_LEASE_MS: '5000' }
    await using cluster = await startCluster({ folder: folder.path, env, servers: scaled(2, 3), workers: scaled(2, 3) })
    await watchSteps(database.connection)
    await cluster.command('apply', file)

    const [start, flushes] = [performance.now(), [0.3, 0.7]]
    const loaded = async () => Number((await query<{ count: string }>(shop.connection, 'select count(*) from second'))[0]!.count)
    for (let kills = 0; performance.now() - start < chaosMs; kills++) {
      const before = await loaded()
      await until(async () => (await loaded()) > before || before === intervals, { deadlineMs: 60_000, what: 'the work goes on' })
      const member = cluster.members[Math.floor(Math.random() * cluster.members.length)]!
      member.kill('SIGKILL')
      await member.ended
      if (performance.now() - start > chaosMs * (flushes[0] ?? 2)) await flush(redis.url, flushes)
      await member.start()
    }
    while (flushes.length > 0) await flush(redis.url, flushes)

    const isFinished = `select 1 from sluice.pipelines where state = 'FINISHED'`
    await until(async () => (await query(database.connection, isFinished)).length > 0, { deadlineMs: scaled(90_000, 1_800_000) })
    const ran = `select component_id, status, count(*)::integer as count from sluice.instances where family = 'activity' group by 1, 2 order by 1`
    expect(await query(database.connection, ran)).toEqual([
      { component_id: 'load', status: 'FINISHED', count: intervals },
      { component_id: 'pass', status: 'FINISHED', count: intervals },
    ])
    for (const table of ['first', 'second']) {
      const counted = `select count(*)::integer as rows, count(distinct hour)::integer as hours from ${table}`
      expect([table, ...(await query(shop.connection, counted))]).toEqual([table, { rows: intervals, hours: intervals }])
    }
    await expectInvariants(database.connection)
  },
  scaled(240_000, 3_600_000),
)

async function flush(url: string, left: number[]): Promise<void> {
  left.shift()
  const client = new Redis(url)
  await client.flushall()
  client.disconnect()
}
