import { expect, test } from 'vitest'
import type { Claimant } from '../../engine/queue/claims.ts'
import { sweep } from '../../engine/store/sweeping.ts'
import { announceWorker, endLeasesOfDead } from '../../engine/store/workers.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'

const worker = (workerId: string): Claimant => ({ workerId, hostname: 'here', groups: ['default'] })

test('attempts of a worker known to be dead are given away at once, at the price of a try; those of others go on', async () => {
  await using store = await testStore()
  await plannedGraph(store, [{ component: 'A', retries: 1 }, { component: 'B', retries: 1 }], []) // prettier-ignore
  await store.pool.query('update instances set tries_left = 1')
  for (const id of ['dead', 'alive']) {
    await announceWorker(store.pool, worker(id))
    expect(await store.claims.claim(worker(id), 'activity', 1)).toHaveLength(1)
  }
  const order: string[] = []
  const dead = await endLeasesOfDead(
    store.pool,
    (id) => id === 'dead',
    () => void order.push('its processes are ended'),
  )
  expect({ dead, order }).toEqual({ dead: ['dead'], order: ['its processes are ended'] })
  await sweep(store.pool)
  const { rows } = await store.pool.query('select worker_id, number, status, error_id from attempts order by id')
  expect(rows).toEqual([
    { worker_id: 'dead', number: 1, status: 'FAILED', error_id: 'LeaseLost' },
    { worker_id: 'alive', number: 1, status: 'RUNNING', error_id: null },
    { worker_id: null, number: 2, status: 'WAITING_FOR_RUNNER', error_id: null },
  ])
  expect((await store.pool.query('select id from workers')).rows).toEqual([{ id: 'alive' }])
})

test('without a dead worker nothing is ended', async () => {
  await using store = await testStore()
  await announceWorker(store.pool, worker('alive'))
  const fail = () => expect.unreachable()
  expect(await endLeasesOfDead(store.pool, () => false, fail)).toEqual([])
})
