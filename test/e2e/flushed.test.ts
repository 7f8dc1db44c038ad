import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { query, testDatabase } from '../support/postgres.ts'
import { startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startUp } from '../support/up.ts'

const tasks = 200

test('a Redis that is emptied three times during a fan-out of 200 tasks loses none and runs none twice', async () => {
  using folder = temporaryFolder()
  await using redis = await startRedis()
  await using database = await testDatabase()
  const client = new Redis(redis.url)
  const [file, ran] = ['fan-out.yaml', 'ran'].map((name) => join(folder.path, name)) as [string, string]
  writeFileSync(file, fanOut(ran))
  const env = { SLUICE_REDIS_URL: redis.url, SLUICE_DATABASE_URL: database.url }

  await using up = startUp([file], { home: join(folder.path, 'home'), env })
  for (const count of [1, 50, 100]) {
    await until(() => linesOf(ran).length >= count, { deadlineMs: 30_000 })
    await client.flushall()
  }
  const isFinished = () => query(database.connection, `select 1 from sluice.pipelines where state = 'FINISHED'`)
  await until(async () => (await isFinished()).length > 0, { deadlineMs: 40_000 })

  expect(linesOf(ran).toSorted()).toEqual(['root', ...names].toSorted())
  const statuses = `select status, count(*)::integer as instances, sum(attempt_count)::integer as attempts from sluice.instances group by 1`
  expect(await query(database.connection, statuses)).toEqual([{ status: 'FINISHED', instances: tasks + 1, attempts: tasks + 1 }])
  up.child.kill('SIGTERM')
  expect((await up.ended).code).toBe(143)
  await client.quit()
})

const names = Array.from({ length: tasks }, (_, index) => `t${index}`)

/** One task and 200 that wait for it; each adds a line when it runs. */
function fanOut(ran: string): string {
  const each = names.map((name) => `  ${name}: { type: ShellCommandActivity, dependsOn: root, command: echo ${name} >> ${ran} }\n`)
  return `
sluice: 1
name: fan-out
defaults: { scheduleType: ondemand }
activities:
  root: { type: ShellCommandActivity, command: echo root >> ${ran} }
${each.join('')}`
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
}
