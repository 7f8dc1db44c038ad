import { isTerminal, type InstanceStatus } from '../../lifecycle/statuses.ts'
import { listInstances } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import { reasons, type Reason } from '../../store/reasons.ts'
import type { Terminal } from '../terminal.ts'
import { formatInterval } from '../view/format-time.ts'
import { explain } from '../view/reason-sentence.ts'
import { failedStatuses } from '../view/task-view.ts'
import { findPipeline, lookUp, unknownPipeline } from './find-pipeline.ts'
import { instancesOfTask } from './find-task.ts'

export interface WhyOptions {
  readonly pipeline: string | undefined
  readonly task: string | undefined
  readonly json: boolean
}

/** Prints one sentence for each instance that has not ended; when all have, says so and shows those that failed. */
export async function showWhy(store: Store, options: WhyOptions, terminal: Terminal): Promise<void> {
  const { pipeline, task } = await meant(store, options)
  const intervals = new Map((await instances(store, pipeline, task)).map(({ id, intervalStart }) => [id, intervalStart]))
  const all = await reasons(store.db, { pipelineId: pipeline.id, componentId: task, ended: true, limit: 10_000 })
  const open = all.filter(({ status }) => !isTerminal(status as InstanceStatus))
  const failed = all.filter(({ status }) => failedStatuses.includes(status as InstanceStatus))
  const now = new Date()
  if (options.json)
    return (open.length > 0 ? open : failed).forEach((reason) => terminal.print(JSON.stringify(asJson(reason, pipeline.id, now))))
  terminal.print(`${terminal.look.paint('strong', pipeline.name)} ${pipeline.id} ${pipeline.state}`)
  if (open.length === 0) terminal.print(endedWords(all.length, failed.length, task))
  for (const reason of open.length > 0 ? open : failed) {
    const { sentence, help, mend } = explain(reason, pipeline.id, now)
    const interval = intervals.get(reason.instanceId)
    const when = interval && help?.startsWith('sluice logs') ? ` --interval ${formatInterval(interval)}` : ''
    terminal.print(`  ${interval ? `${formatInterval(interval)}  ` : ''}${sentence}`)
    if (help !== undefined) terminal.print(`    ${terminal.look.glyph('arrow')} ${help}${when}`)
    if (mend !== undefined) terminal.print(`    ${terminal.look.glyph('arrow')} ${mend}`)
  }
}

function instances(store: Store, pipeline: PipelineRecord, task: string | undefined): ReturnType<typeof listInstances> {
  return task === undefined ? listInstances(store.db, { pipelineId: pipeline.id }) : instancesOfTask(store, pipeline, task)
}

/** A single word may be a pipeline, or a task of the newest one. */
async function meant(store: Store, { pipeline, task }: WhyOptions): Promise<{ pipeline: PipelineRecord; task: string | undefined }> {
  if (pipeline === undefined || task !== undefined) return { pipeline: await findPipeline(store, pipeline), task }
  const found = await lookUp(store.db, pipeline)
  if (found) return { pipeline: found, task: undefined }
  const newest = await findPipeline(store, undefined)
  const isTask = (await listInstances(store.db, { pipelineId: newest.id, componentId: pipeline, limit: 1 })).length > 0
  if (!isTask) throw await unknownPipeline(store.db, pipeline)
  return { pipeline: newest, task: pipeline }
}

function endedWords(all: number, failed: number, task: string | undefined): string {
  if (all === 0) return '  No interval was due yet: nothing waits.'
  const what = task === undefined ? 'Everything' : `Every run of ${task}`
  return failed === 0 ? `  ${what} has ended; nothing waits and nothing failed.` : `  ${what} has ended. What did not finish:`
}

function asJson(reason: Reason, pipelineId: string, now: Date): object {
  return { pipelineId, ...reason, ...explain(reason, pipelineId, now) }
}
