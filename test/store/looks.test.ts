import { expect, test } from 'vitest'
import pg from 'pg'
import type { Claimant } from '../../engine/queue/claims.ts'
import type { Task } from '../../engine/queue/task.ts'
import { postgresClaims } from '../../engine/store/claims.ts'
import { poolConfig } from '../../engine/store/connection.ts'
import { Looks } from '../../engine/store/looks.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'

const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }

const finished = ({ attemptId, fence }: Task) => ({ attemptId, fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 })
const released = ({ attemptId, fence }: Task) => ({ attemptId, fence, outcome: { status: 'RELEASED' as const }, retryDelayMs: 0 })

test('looks begin where nothing waits below, as a whole look found it once a second, and never at an id that may not be seen yet', () => {
  const looks = new Looks()
  expect([looks.isWholeDue(0), looks.isWholeDue(0), looks.isWholeDue(999)]).toEqual([true, false, false])
  looks.found(['3', null], '10')
  expect(looks.floors).toBeUndefined() // what has an id up to 10 may still be on its way
  expect(looks.isWholeDue(1000)).toBe(true)
  looks.found([null, '7'], '25')
  expect(looks.floors).toEqual(['10', '7'])
  looks.found([null, '30'], '99')
  expect(looks.floors).toEqual(['25', '25'])
})

test('what was handed back below where looks begin is claimed by its hint at once, and without it by the whole look a second later', async () => {
  await using store = await testStore()
  let now = 0
  const claims = postgresClaims(store.pool, store.signals, () => now)
  await plannedGraph(store, [{ component: 'a' }, { component: 'b' }], [])
  const tasks = await claims.claim(worker, 'activity', 2, [])
  for (now = 1000; now <= 2000; now += 1000) expect(await claims.claim(worker, 'activity', 1, [])).toEqual([])
  await plannedGraph(store, [{ component: 'c' }], [])
  now = 3000
  expect(await claims.claim(worker, 'activity', 1, [])).toHaveLength(1)
  now = 4000
  expect(await claims.claim(worker, 'activity', 1, [])).toEqual([])

  await claims.settle(worker, 'activity', tasks.map(released), 0)
  now = 4001
  expect(await claims.claim(worker, 'activity', 2, [])).toEqual([])
  const [hinted, other] = tasks.map(({ attemptId }) => attemptId)
  expect((await claims.claim(worker, 'activity', 2, [hinted!])).map(({ attemptId }) => attemptId)).toEqual([hinted])
  now = 5000
  expect((await claims.claim(worker, 'activity', 2, [])).map(({ attemptId }) => attemptId)).toEqual([other])
})

test('while somebody keeps an old snapshot, work does not go through all that was done since', async () => {
  await using store = await testStore()
  let now = 0
  const claims = postgresClaims(store.pool, store.signals, () => now)
  const holder = new pg.Client(poolConfig(store.connection, 1))
  await holder.connect()
  await holder.query('begin isolation level repeatable read')
  await holder.query('select count(*) from attempts')
  const components = Array.from({ length: 250 }, (_, index) => ({ component: `t${index}` }))
  for (let round = 0; round < 4; round++) {
    await plannedGraph(store, components, [])
    now += 1000
    const tasks = await claims.claim(worker, 'activity', 250, [])
    expect(tasks).toHaveLength(250)
    await claims.takeHints(1000)
    await claims.settle(worker, 'activity', tasks.map(finished), 0)
  }
  const task = `'w1', 'here', '{default}', 'activity', 5, interval '30 s'`
  const { rows } = await store.pool.query<{ newest: string }>('select max(id)::text as newest from attempts')
  const looker = new pg.Client(poolConfig(store.connection, 1))
  await looker.connect()
  expect(await entries(looker, `select claim_attempts(${task}, '{}', '{}')`)).toBeGreaterThan(900) // else nothing is shown
  expect(await entries(looker, `select claim_attempts(${task}, '{${rows[0]!.newest}}', '{}')`)).toBeLessThan(100)

  await plannedGraph(store, [{ component: 'one' }], [])
  const [last] = await claims.claim(worker, 'activity', 1)
  const beat = `select renew_leases('{${last!.attemptId}}', '{${last!.fence}}', array[null]::json[], '30 s')`
  expect(await entries(looker, beat)).toBeLessThan(50)
  const floors = `'{${last!.attemptId}}'`
  expect(await entries(looker, `select settle_one(${last!.attemptId}, ${last!.fence}, null, ${task}, ${floors})`)).toBeLessThan(100)
  await Promise.all([holder.end(), looker.end()])
})

/** Entries of indexes that a statement looked at, of what is gone too. */
async function entries(client: pg.Client, statement: string): Promise<number> {
  const read = async (): Promise<number> => {
    await client.query('select pg_stat_force_next_flush()')
    const { rows } = await client.query<{ count: string }>('select sum(idx_tup_read) as count from pg_stat_user_indexes')
    return Number(rows[0]!.count)
  }
  const before = await read()
  await client.query(statement)
  return (await read()) - before
}
