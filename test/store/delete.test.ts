import { afterAll, expect, test } from 'vitest'
import { deletePipeline } from '../../engine/store/commands.ts'
import { deletedPipeline, listPipelines } from '../../engine/store/pipelines.ts'
import { activated, claimAll, finish, planAll, runAll } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const store = await testStore()
afterAll(() => store[Symbol.asyncDispose]())

const text = `
sluice: 1
name: test
defaults: { scheduleType: ondemand }
activities:
  extract: { type: ShellCommandActivity, command: 'true' }
  load: { type: ShellCommandActivity, command: 'true', dependsOn: extract }
`

test('a deleted pipeline is gone with all that was of it, what runs has lost its fence, and its id is remembered', async () => {
  const [id, other] = [await activated(store, text), await activated(store, text)]
  await planAll(store)
  const tasks = await claimAll(store)
  expect(await deletePipeline(store, id)).toBe(true)
  expect(await listPipelines(store.db, { id })).toEqual([])
  expect(await deletedPipeline(store.db, id)).toMatchObject({ name: 'test' })
  await finish(store, tasks)
  expect(await runAll(store)).toHaveLength(1)
  for (const table of ['instances', 'definition_versions', 'components', 'watermarks', 'events']) {
    const { rows } = await store.pool.query(`select '${table}' as left_in from ${table} where pipeline_id = $1`, [id])
    expect(rows).toEqual([])
  }
  const orphans = await store.pool.query(
    `select (select count(*)::int from attempts a where not exists (select 1 from instances i where i.id = a.instance_id)) as attempts,
    (select count(*)::int from dependencies d where not exists (select 1 from instances i where i.id = d.consumer_id)) as dependencies,
    (select count(*)::int from instances where pipeline_id = $1) as other`,
    [other],
  )
  expect(orphans.rows).toEqual([{ attempts: 0, dependencies: 0, other: 2 }])
  expect(await deletePipeline(store, id)).toBe(false)
})
