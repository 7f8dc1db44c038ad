/** What spec/behaviour.md says of activating, deactivating, editing and deleting, sections 5.2, 10 and 11. */
import { expect, test } from 'vitest'
import type { Engine } from '../../engine/app.ts'
import { applyFile, type HowToApply } from '../../engine/cli/up/apply-file.ts'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { activatePipeline } from '../../engine/scheduler/activate-pipeline.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { deactivate, deletePipeline, rerun, rerunSet } from '../../engine/store/commands.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { createPipeline, listPipelines, putDefinition } from '../../engine/store/pipelines.ts'
import { finishPipelines } from '../../engine/store/planning.ts'
import { activated, claimAll, compiled, daysAgo, finish, planAll, reactivated, runAll, statusByKey } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const shell = "type: ShellCommandActivity, command: 'true'"
const daily = (ago: number, occurrences: number, activities = `load: { ${shell} }`) => `
name: daily
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(ago)}, occurrences: ${occurrences} } }
defaults: { schedule: daily }
activities: { ${activities} }`

async function pipeline(store: Store, id: string) {
  return (await listPipelines(store.db, { id }))[0]
}

test('a pipeline is PENDING until it is activated, SCHEDULED while it works, and FINISHED when nothing is left, with the time', async () => {
  await using store = await testStore()
  const id = await createPipeline(store.db, 'test')
  await putDefinition(store.db, id, '', await compiled(daily(1, 1)), () => undefined)
  expect(await pipeline(store, id)).toMatchObject({ state: 'PENDING', activeVersion: undefined, finishedTime: undefined })
  await reactivated(store, id, daily(1, 1))
  expect(await pipeline(store, id)).toMatchObject({ state: 'SCHEDULED', activeVersion: 2, finishedTime: undefined })
  await planAll(store)
  await finishPipelines(store.pool)
  expect(await pipeline(store, id)).toMatchObject({ state: 'SCHEDULED' })
  await runAll(store)
  expect(await pipeline(store, id)).toMatchObject({ state: 'FINISHED', finishedTime: expect.any(Date) })
})

test('FINISHED does not mean that anything went well', async () => {
  await using store = await testStore()
  const id = await activated(store, daily(1, 1))
  await planAll(store)
  const [task] = await claimAll(store)
  const outcome = { status: 'FAILED' as const, errorId: 'Broken', errorMessage: 'it broke', retry: false }
  await store.claims.settle(
    { workerId: 'w1', hostname: 'here', groups: ['default'] },
    'activity',
    [{ ...task!, outcome, retryDelayMs: 0 }],
    0,
  )
  await finishPipelines(store.pool)
  expect(await pipeline(store, id)).toMatchObject({ state: 'FINISHED' })
  const { rows } = await store.pool.query<{ id: string }>('select id::text from instances')
  const request = { pipelineId: id, targets: [rows[0]!.id], downstream: false }
  expect(await rerun(store, request, await rerunSet(store, request))).toBe(true)
  expect(await pipeline(store, id)).toMatchObject({ state: 'SCHEDULED', finishedTime: undefined })
  await runAll(store)
  expect(await pipeline(store, id)).toMatchObject({ state: 'FINISHED', finishedTime: expect.any(Date) })
})

test('intervals missed while a pipeline was deactivated run when it is activated again, after those that it had run', async () => {
  await using store = await testStore()
  const id = await activated(store, daily(4, 4))
  await planAll(store)
  await finish(store, await store.claims.claim({ workerId: 'w1', hostname: 'here', groups: ['default'] }, 'activity', 1))
  await deactivate(store, id, false)
  await store.pool.query(`delete from instances where status = 'CANCELED'`)
  await store.pool.query(`update watermarks set next_index = 1`) // as if the other days had come meanwhile
  await reactivated(store, id, daily(4, 4))
  expect(await runAll(store)).toEqual([3, 2, 1].map((ago) => `@load_${daysAgo(ago)}`))
})

test('what was cancelled by a deactivation runs again under its id, with the next attempt number', async () => {
  await using store = await testStore()
  const id = await activated(store, daily(1, 1))
  await planAll(store)
  expect((await claimAll(store)).map(({ attemptNumber }) => attemptNumber)).toEqual([1])
  await deactivate(store, id, false)
  expect(await statusByKey(store, id)).toEqual({ [`@load_${daysAgo(1)}`]: 'CANCELED' })
  await reactivated(store, id, daily(1, 1))
  expect(await claimAll(store)).toMatchObject([{ instanceKey: `@load_${daysAgo(1)}`, attemptNumber: 2 }])
})

test('a saved version changes nothing until it is activated, and then counts for new runs only', async () => {
  await using store = await testStore()
  const id = await activated(store, daily(3, 3, `load: { ${shell}, maxActiveInstances: 1 }`))
  await planAll(store)
  const next = await compiled(daily(3, 3, `load: { type: ShellCommandActivity, command: 'false', maxActiveInstances: 2 }`))
  const catalog = await loadCatalog()
  const version = await putDefinition(store.db, id, '', next, (type) => catalog.get(type)?.family)
  expect(await pipeline(store, id)).toMatchObject({ activeVersion: 1, latestVersion: 2 })
  expect(await claimAll(store)).toMatchObject([{ version: 1 }])
  await activatePipeline(store, catalog, { pipelineId: id, version, definition: next })
  await planAll(store)
  const { rows } = await store.pool.query('select version, status from instances order by interval_start')
  expect(rows).toEqual([
    { version: 1, status: 'RUNNING' },
    { version: 2, status: 'WAITING_FOR_RUNNER' },
  ])
})

/** `sluice up FILE`, as far as the store knows of it. */
async function up(store: Store, text: string, how: Partial<HowToApply> = {}) {
  const catalog = await loadCatalog()
  const { definition } = readDefinition(text, 'daily.yaml')
  const { compiled: whole } = compileDefinition(definition!, catalog)
  const engine = {
    store,
    catalog,
    activate: (request: Parameters<Engine['activate']>[0]) => activatePipeline(store, catalog, { mayBackfill: true, ...request }),
  }
  const given = { file: 'daily.yaml', text, definition: definition!, compiled: whole! }
  return applyFile(engine, given, { from: undefined, replace: false, ...how })
}

test('an edit that is not allowed on an activated pipeline is refused with nothing changed, unless --replace says to begin anew', async () => {
  await using store = await testStore()
  const first = await up(store, daily(2, 2))
  expect(first.change).toBe('activated')
  expect(await up(store, daily(2, 2))).toMatchObject({ change: 'unchanged', pipelineId: first.pipelineId })
  expect(await up(store, daily(2, 2, `load: { ${shell} }, more: { ${shell}, dependsOn: load }`))).toMatchObject({
    change: 'activated',
    pipelineId: first.pipelineId,
    version: 2,
  })
  const forbidden = daily(1, 2)
  await expect(up(store, forbidden)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('FORBIDDEN_EDIT') })
  expect(await pipeline(store, first.pipelineId)).toMatchObject({ state: 'SCHEDULED', activeVersion: 2, latestVersion: 2 })
  const second = await up(store, forbidden, { replace: true })
  expect(second).toMatchObject({ change: 'replaced', version: 1 })
  expect(second.pipelineId).not.toBe(first.pipelineId)
  expect(await pipeline(store, first.pipelineId)).toMatchObject({ state: 'INACTIVE' })
})

test('what is activated and has ended may be edited freely where edits are allowed, and goes on', async () => {
  await using store = await testStore()
  const { pipelineId } = await up(store, daily(3, 1))
  await runAll(store)
  expect(await pipeline(store, pipelineId)).toMatchObject({ state: 'FINISHED' })
  expect(await up(store, daily(3, 2))).toMatchObject({ change: 'activated', pipelineId, version: 2 })
  expect(await runAll(store)).toEqual([`@load_${daysAgo(2)}`])
})

test('a deleted pipeline cannot be activated, and its name is free', async () => {
  await using store = await testStore()
  const { pipelineId, version } = await up(store, daily(2, 2))
  expect(await deletePipeline(store, pipelineId)).toBe(true)
  const request = { pipelineId, version, definition: await compiled(daily(2, 2)), mayBackfill: true }
  await expect(activatePipeline(store, await loadCatalog(), request)).rejects.toMatchObject({ exitCode: 2 })
  expect((await up(store, daily(2, 2))).pipelineId).not.toBe(pipelineId)
})
