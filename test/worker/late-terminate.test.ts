import { expect, test } from 'vitest'
import { startDispatcher } from '../../engine/dispatcher/dispatcher.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { firstActivations } from '../../engine/store/first-activations.ts'
import { compiledDefinition } from '../../engine/store/pipelines.ts'
import { actionPerformer, type ActionParts } from '../../engine/worker/perform-action.ts'
import { statuses } from '../support/planned-graph.ts'
import { activated, daysAgo, planAll } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'
import { until } from '../support/until.ts'

const yaml = `
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(2)}, occurrences: 1 } }
defaults: { schedule: daily, failureAndRerunMode: cascade }
actions: { end: { type: Terminate } }
resources: { m: { type: Ec2Resource, lateAfterTimeout: 30 days, onLateAction: end } }
activities:
  late: { type: ShellCommandActivity, command: 'true', runsOn: m, lateAfterTimeout: 15 minutes, onLateAction: end }
  after: { type: ShellCommandActivity, command: 'true', dependsOn: late }
  beside: { type: ShellCommandActivity, command: 'true', workerGroup: others, lateAfterTimeout: 30 days, onLateAction: end }`

test('Terminate as onLateAction cancels the late instance, with a reason, and nothing that is not late', async () => {
  await using store = await testStore()
  const id = await activated(store, yaml)
  await planAll(store)
  const parts: ActionParts = {
    store,
    catalog: await loadCatalog(),
    clients: {} as never, // Terminate needs no outside service
    firstActivation: firstActivations(store.db),
    definitions: { get: (pipelineId, version) => compiledDefinition(store.db, pipelineId, version) },
  }
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const { stop } = startDispatcher({ store, onError, pump: async () => {}, perform: actionPerformer(parts), sweepMs: 20 })
  await using open = new AsyncDisposableStack()
  open.defer(stop)
  await until(async () => (await statuses(store, id))['late'] === 'CANCELED')
  expect(await statuses(store, id)).toMatchObject({ late: 'CANCELED', after: 'CASCADE_FAILED', beside: 'WAITING_FOR_RUNNER' })
  const { rows } = await store.pool.query(`select cancellation_reason as reason from instances where component_id = 'late'`)
  expect(rows).toEqual([{ reason: 'Terminated by its onLateAction.' }])
  expect(errors).toEqual([])
})
