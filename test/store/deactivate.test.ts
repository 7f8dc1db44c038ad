import { afterAll, expect, test } from 'vitest'
import { activate } from '../../engine/store/activation.ts'
import { identityOf } from '../../engine/worker/identity.ts'
import { deactivate } from '../../engine/store/commands.ts'
import { finishPipelines, storePlan } from '../../engine/store/planning.ts'
import { expectRightCounts } from '../support/expect-right-counts.ts'
import { graphInState } from '../support/graph-in-state.ts'
import { heldOpen, someoneWaits } from '../support/held-open.ts'
import { statuses } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'

const store = await testStore()
afterAll(() => store[Symbol.asyncDispose]())

const atWork = { t: 'RUNNING', 'b after t': 'WAITING_ON_DEPENDENCIES', d: 'FINISHED' }
const empty = { rows: [], edges: [], limits: {} }

async function stateOf(id: string): Promise<string | undefined> {
  const { rows } = await store.pool.query<{ state: string }>('select state from pipelines where id = $1', [id])
  return rows[0]?.state
}

test('a deactivated pipeline is INACTIVE with all that had not ended CANCELED, plans nothing, and runs it again when activated', async () => {
  const id = await graphInState(store, atWork)
  expect(await deactivate(store, id, false)).toBe(true)
  expect(await stateOf(id)).toBe('INACTIVE')
  expect(await statuses(store, id)).toEqual({ t: 'CANCELED', b: 'CANCELED', d: 'FINISHED' })
  expect(await storePlan(store.pool, { pipelineId: id, version: 1, due: new Date(0) }, empty)).toBe('INACTIVE')
  expect(await deactivate(store, id, false)).toBe(false)
  await activate(store.pool, { pipelineId: id, version: 1, schedules: () => [], reachable: () => [] })
  expect(await statuses(store, id)).toEqual({ t: 'WAITING_FOR_RUNNER', b: 'WAITING_ON_DEPENDENCIES', d: 'FINISHED' })
  expect(await stateOf(id)).toBe('SCHEDULED')
  await expectRightCounts(store, id)
})

test('what runs again when its pipeline is activated again is not to be published a second time; what a person runs again is', async () => {
  await using own = await testStore() // where nothing else is ready
  const claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }
  const keyOfNext = async (): Promise<string> => identityOf((await own.claims.claim(claimant, 'activity', 1))[0]!, 'graph').publishKey
  const id = await graphInState(own, { t: 'WAITING_FOR_RUNNER' })
  const first = await keyOfNext()
  await deactivate(own, id, false)
  await activate(own.pool, { pipelineId: id, version: 1, schedules: () => [], reachable: () => [] })
  expect(await keyOfNext()).toBe(first)
  await own.pool.query(`select cancel_instances(array(select id from instances where pipeline_id = $1), 'by a person')`, [id])
  await own.pool.query(
    `select rerun_instances($1, t.ids, false, t.ids) from (select array_agg(id) as ids from instances where pipeline_id = $1) t`,
    [id],
  )
  expect(await keyOfNext()).not.toBe(first)
})

test('what a person had cancelled before stays so when the pipeline is activated again', async () => {
  const id = await graphInState(store, { t: 'CANCELED', a: 'WAITING_FOR_RUNNER' })
  await deactivate(store, id, false)
  await activate(store.pool, { pipelineId: id, version: 1, schedules: () => [], reachable: () => [] })
  expect(await statuses(store, id)).toEqual({ t: 'CANCELED', a: 'WAITING_FOR_RUNNER' })
})

test('with keepRunning it is DEACTIVATING until all has ended; a second call cuts that short', async () => {
  const id = await graphInState(store, atWork)
  await deactivate(store, id, true)
  await finishPipelines(store.pool)
  expect([await stateOf(id), await statuses(store, id)]).toEqual([
    'DEACTIVATING',
    { t: 'RUNNING', b: 'WAITING_ON_DEPENDENCIES', d: 'FINISHED' },
  ])
  await store.pool.query(`select mark_finished(array(select id from instances where pipeline_id = $1))`, [id])
  await finishPipelines(store.pool)
  expect(await stateOf(id)).toBe('INACTIVE')
  const other = await graphInState(store, atWork)
  await deactivate(store, other, true)
  await deactivate(store, other, false)
  expect(await stateOf(other)).toBe('INACTIVE')
})

test('an interval that is planned while its pipeline is deactivated is cancelled with the rest', async () => {
  const id = await graphInState(store, { d: 'FINISHED' })
  const day = new Date('2026-01-02T00:00:00Z')
  const late = {
    component: 'late',
    referrer: '',
    key: '@late',
    type: 'ShellCommandActivity',
    family: 'activity',
    start: day,
    stop: day,
    due: day,
  } as const
  const row = { ...late, status: 'WAITING_ON_DEPENDENCIES', grp: 'default', lane: 'activity', priority: 0 } as const
  const rows = [{ ...row, cascades: true, fires: [], retries: 0, late: null, resource: null }]
  const planning = await heldOpen(store.pool, (client) =>
    storePlan(client, { pipelineId: id, version: 1, due: new Date(0) }, { ...empty, rows }),
  )
  const deactivating = deactivate(store, id, false)
  await someoneWaits(store.pool)
  await planning.commit()
  await deactivating
  expect(await statuses(store, id)).toEqual({ d: 'FINISHED', late: 'CANCELED' })
})
