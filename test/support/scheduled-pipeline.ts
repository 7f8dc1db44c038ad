import assert from 'node:assert/strict'
import type { Claimant } from '../../engine/queue/claims.ts'
import type { Lane, Task } from '../../engine/queue/task.ts'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { formatDiagnostic } from '../../engine/definition/diagnostic.ts'
import type { CompiledDefinition } from '../../engine/definition/pipeline-definition.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { activatePipeline, type ActivationRequest } from '../../engine/scheduler/activate-pipeline.ts'
import { systemGroup } from '../../engine/scheduler/interval-plan.ts'
import { planDue, type SchedulerOptions } from '../../engine/scheduler/scheduler.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { compiledDefinition, createPipeline, putDefinition } from '../../engine/store/pipelines.ts'

/** The definition in `yaml`, compiled with the real catalogue. */
export async function compiled(yaml: string): Promise<CompiledDefinition> {
  const { definition, diagnostics } = readDefinition(yaml, 'test.yaml')
  assert(definition, diagnostics.map((each) => formatDiagnostic(each)).join('\n'))
  const result = compileDefinition(definition, await loadCatalog())
  assert(result.compiled, result.diagnostics.map((each) => formatDiagnostic(each)).join('\n'))
  return result.compiled
}

/** A pipeline of `yaml`, stored and activated. Returns its id. */
export async function activated(
  store: Store,
  yaml: string,
  run?: ActivationRequest['run'],
  how?: Pick<ActivationRequest, 'from' | 'mayBackfill'>,
): Promise<string> {
  const pipelineId = await createPipeline(store.db, 'test')
  await reactivated(store, pipelineId, yaml, run, how)
  return pipelineId
}

/** Puts `yaml` in force as the pipeline's next version. With `run`, everything is due at once, as in `sluice run`. */
export async function reactivated(
  store: Store,
  pipelineId: string,
  yaml: string,
  run?: ActivationRequest['run'],
  how: Pick<ActivationRequest, 'from' | 'mayBackfill'> = { mayBackfill: true },
): Promise<void> {
  const definition = { ...(await compiled(yaml)), dueAtOnce: run !== undefined }
  const catalog = await loadCatalog()
  const version = await putDefinition(store.db, pipelineId, yaml, definition, (type) => catalog.get(type)?.family)
  await activatePipeline(store, catalog, { pipelineId, version, definition, run, ...how })
}

/** Plans until nothing more is planned; `errors` receives what the planner tells. */
export async function planAll(store: Store, errors: unknown[] = []): Promise<{ readonly full: boolean }> {
  const options = await plannerOf(store, errors)
  for (;;) {
    const { nextInMs, full } = await planDue(options)
    if (nextInMs !== 0) return { full }
  }
}

/** What the planner works with. */
export async function plannerOf(store: Store, errors: unknown[] = []): Promise<SchedulerOptions> {
  return {
    store,
    catalog: await loadCatalog(),
    definitions: { get: (id: string, version: number) => compiledDefinition(store.db, id, version) },
    onError: (error: unknown) => void errors.push(error),
  }
}

const claimant: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default', systemGroup] }

export async function claimAll(store: Store, lane: Lane = 'activity'): Promise<readonly Task[]> {
  return store.claims.claim(claimant, lane, 1000)
}

/** Settles tasks as FINISHED without taking others. */
export async function finish(store: Store, tasks: readonly Task[], lane: Lane = 'activity'): Promise<void> {
  const settlements = tasks.map(({ attemptId, fence }) => ({ attemptId, fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 }))
  await store.claims.settle(claimant, lane, settlements, 0)
}

/** What ran, as component and start of the interval, in the order of running, when everything that can run is run and FINISHED. */
export async function runAll(store: Store): Promise<string[]> {
  const ran: string[] = []
  for (;;) {
    await planAll(store)
    const checks = await claimAll(store, 'precondition')
    await finish(store, checks, 'precondition')
    const tasks = await claimAll(store)
    await finish(store, tasks)
    if (tasks.length + checks.length === 0) return ran
    ran.push(...[...checks, ...tasks].map(({ instanceKey }) => instanceKey))
  }
}

/** `YYYY-MM-DDTHH:MM:SS` of midnight UTC `days` before today. */
export function daysAgo(days: number): string {
  const midnight = new Date()
  midnight.setUTCHours(0, 0, 0, 0)
  return new Date(midnight.getTime() - days * 86_400_000).toISOString().slice(0, 19)
}

/** Statuses by instance key, places kept for later left out; what is on hold shows as HELD. */
export async function statusByKey(store: Store, pipelineId: string): Promise<Record<string, string>> {
  const { rows } = await store.pool.query<{ instance_key: string; status: string }>(
    `select instance_key, case when hold is null then status else 'HELD' end as status from instances
      where pipeline_id = $1 and (status <> 'SCHEDULED' or hold is not null) order by interval_start, id`,
    [pipelineId],
  )
  return Object.fromEntries(rows.map(({ instance_key: key, status }) => [key, status]))
}
