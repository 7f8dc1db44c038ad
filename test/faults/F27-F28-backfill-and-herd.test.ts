import { expect, test } from 'vitest'
import { planDue, schedulerMemory } from '../../engine/scheduler/scheduler.ts'
import type { Task } from '../../engine/queue/task.ts'
import { deactivate } from '../../engine/store/commands.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { cloned } from '../support/cloned-pipelines.ts'
import { activated, claimAll, daysAgo, finish, plannerOf } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'
import { scaled } from './rig/scale.ts'

/** A year of quarters of an hour, each a chain of ten tasks. */
const year = (room: number): string => `
sluice: 1
name: year
defaults: { schedule: quarters, maxActiveInstances: ${room} }
schedules: { quarters: { period: 15 minutes, startDateTime: ${daysAgo(366)}, occurrences: 35040 } }
activities:
${Array.from({ length: 10 }, (_, at) => `  t${at}: { type: ShellCommandActivity, command: 'true'${at > 0 ? `, dependsOn: t${at - 1}` : ''} }`).join('\n')}
`

const bystander = `
sluice: 1
name: bystander
defaults: { schedule: daily }
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(2)}, occurrences: 2 } }
activities: { other: { type: ShellCommandActivity, command: 'true' } }
`

async function countOf(store: Store, pipelineId: string, condition = 'true'): Promise<number> {
  const { rows } = await store.pool.query<{ count: number }>(
    `select count(*)::integer as count from instances where pipeline_id = $1 and ${condition}`,
    [pipelineId],
  )
  return rows[0]!.count
}

test('F27: of a year of 350,400 tasks no more are there than it has room for; others are planned beside it and wait for few of it; it is cancelled at once', async () => {
  await using store = await testStore()
  const options = await plannerOf(store)
  const memory = schedulerMemory(options)
  const id = await activated(store, year(5))
  for (let looks = 0; looks < 3; looks++) await planDue(options, memory)
  expect(await countOf(store, id)).toBe(50)

  const other = await activated(store, bystander)
  await planDue(options, memory)
  expect(await countOf(store, other)).toBe(2)
  const ready = await claimAll(store)
  expect(ready.map(({ pipelineId }) => pipelineId)).toEqual([...Array.from({ length: 5 }, () => id), other, other])

  // It goes on as its intervals end: one that has ended makes room for one.
  for (let tasks: readonly Task[] = ready.slice(0, 1); tasks.length > 0; tasks = await claimAll(store)) await finish(store, tasks)
  await planDue(options, memory)
  expect(await countOf(store, id)).toBe(60)

  await deactivate(store, id, false)
  expect(await countOf(store, id, `status not in ('FINISHED', 'CANCELED')`)).toBe(0)
  await planDue(options, memory)
  expect(await countOf(store, id)).toBe(60)
}, 60_000)

test('F27: with room for all of it, a year is planned by turns: another pipeline has its own in the same look', async () => {
  await using store = await testStore()
  const id = await activated(store, year(40_000))
  const other = await activated(store, bystander)
  await planDue(await plannerOf(store))
  expect([await countOf(store, id), await countOf(store, other)]).toEqual([500, 2])
}, 60_000)

const daily = `
sluice: 1
name: herd
defaults: { schedule: daily }
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(1)}, occurrences: 1 } }
activities: { one: { type: ShellCommandActivity, command: 'true' } }
`

test('F28: many schedules that are due in one second are planned many in a transaction, by two schedulers at once, and each is offered once', async () => {
  await using store = await testStore()
  const herd = scaled(2000, 10_000)
  await cloned(store, await activated(store, daily), herd - 1)
  let transactions = 0
  const planning: Store['planning'] = {
    ...store.planning,
    storePlans(chains) {
      transactions++
      return store.planning.storePlans(chains)
    },
  }
  const errors: unknown[] = []
  const options = { ...(await plannerOf(store, errors)), store: { planning, signals: store.signals } }
  await Promise.all(
    Array.from({ length: 2 }, async () => {
      const memory = schedulerMemory(options)
      while ((await planDue(options, memory)).nextInMs === 0);
    }),
  )
  expect(errors).toEqual([])
  const { rows } = await store.pool.query(
    `select count(*)::integer as instances, count(distinct i.pipeline_id)::integer as pipelines, count(a.id)::integer as attempts
      from instances i left join attempts a on a.instance_id = i.id`,
  )
  expect(rows).toEqual([{ instances: herd, pipelines: herd, attempts: herd }])
  const offered = (await store.claims.takeHints(herd)).flatMap(({ attemptIds }) => attemptIds)
  expect([offered.length, new Set(offered).size]).toEqual([herd, herd])
  // Two schedulers that come to the same ones, of 250 in a transaction.
  expect(transactions).toBeLessThan(herd / 50)
}, 120_000)
