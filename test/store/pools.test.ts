import { afterAll, expect, test } from 'vitest'
import { listPools, removePool, setPool } from '../../engine/store/pools.ts'
import { reasons } from '../../engine/store/reasons.ts'
import { sweep } from '../../engine/store/sweeping.ts'
import { activated, claimAll, finish, planAll, runAll } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const store = await testStore()
afterAll(() => store[Symbol.asyncDispose]())

const text = (pool: string, tasks: number, more = ''): string => `
sluice: 1
name: test
defaults: { scheduleType: ondemand, retryDelay: 0 seconds, maximumRetries: 1 }
activities:
${Array.from({ length: tasks }, (_, number) => `  t${number}: { type: ShellCommandActivity, command: 'true', pool: ${pool}, priority: ${number}${more} }`).join('\n')}
`

const names = (tasks: readonly { componentId: string }[]): string[] => tasks.map(({ componentId }) => componentId)

test('a new pool has one slot; no more of it is under way than it has slots, over all pipelines, highest priority first', async () => {
  await activated(store, text('one', 3))
  await activated(store, text('one', 2))
  await planAll(store)
  expect(await listPools(store.pool)).toContainEqual({ name: 'one', slots: 1, taken: 1, waiting: 4 })
  const ran: string[] = []
  for (let task = await claimAll(store); task.length > 0; task = await claimAll(store)) {
    expect(task).toHaveLength(1)
    ran.push(...names(task))
    await finish(store, task)
  }
  expect(ran).toEqual(['t2', 't1', 't1', 't0', 't0'])
  expect(await listPools(store.pool)).toContainEqual({ name: 'one', slots: 1, taken: 0, waiting: 0 })
})

test('the one that settles takes the next of its pool at once; a slot is free however an attempt ends', async () => {
  const id = await activated(store, text('two', 4))
  await setPool(store, 'two', 2)
  await planAll(store)
  const [first, second] = await claimAll(store)
  expect(await claimAll(store)).toEqual([])
  await store.pool.query(`select cancel_instances(array[$1::bigint], 'test')`, [first!.instanceId])
  await sweep(store.pool)
  const third = await claimAll(store)
  expect(third).toHaveLength(1)
  await store.pool.query(`select fail_attempt($1, 'Broken', 'broken', null, true, interval '0')`, [second!.attemptId])
  await sweep(store.pool)
  // what failed stands in line again behind what waits already or, being of a higher priority, before it
  const rest = await runAll(store)
  await finish(store, third)
  expect([...rest, ...(await runAll(store))]).toHaveLength(2)
  expect((await reasons(store.db, { pipelineId: id })).filter(({ code }) => code === 'POOL_FULL')).toEqual([])
})

test('what waits says which pool is full; with more slots it goes on, and with none nothing begins', async () => {
  const id = await activated(store, text('three', 3))
  await setPool(store, 'three', 0)
  await finish(store, await claimAll(store))
  expect(await claimAll(store)).toEqual([])
  expect(await reasons(store.db, { pipelineId: id })).toMatchObject([
    { code: 'POOL_FULL', object: 'three', detail: '0' },
    { code: 'POOL_FULL', object: 'three', detail: '0' },
  ])
  expect(await removePool(store, 'three')).toBe(false)
  await setPool(store, 'three', 5)
  expect(await claimAll(store)).toHaveLength(2)
})

test('a pool that was taken away while a pipeline still names it begins anew, with one slot', async () => {
  await activated(store, text('five', 3))
  await store.pool.query(`delete from pools where name = 'five'`)
  const first = await claimAll(store)
  expect(first).toHaveLength(1)
  await finish(store, first)
  expect(await listPools(store.pool)).toContainEqual({ name: 'five', slots: 1, taken: 1, waiting: 1 })
  expect(await runAll(store)).toHaveLength(2)
})

test('ten who fill a pool at once give each slot once', async () => {
  await activated(store, text('four', 12))
  await setPool(store, 'four', 5)
  await Promise.all(Array.from({ length: 10 }, () => store.pool.query('select fill_pools()')))
  expect(await listPools(store.pool)).toContainEqual({ name: 'four', slots: 5, taken: 5, waiting: 7 })
  expect(await runAll(store)).toHaveLength(12)
  expect(await removePool(store, 'four')).toBe(true)
})
