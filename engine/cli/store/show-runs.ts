import { listInstances, statusCounts } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import { listPipelines, type PipelineRecord } from '../../store/pipelines.ts'
import { reasons } from '../../store/reasons.ts'
import { viewOf } from '../run/run-state.ts'
import type { Terminal } from '../terminal.ts'
import { formatDuration } from '../view/format-duration.ts'
import { countWords } from '../view/render-summary.ts'
import { renderTable } from '../view/render-table.ts'
import { renderTree } from '../view/render-tree.ts'
import { shownTasks } from '../view/task-view.ts'
import { findPipeline } from './find-pipeline.ts'

export interface RunsOptions {
  readonly pipeline: string | undefined
  readonly json: boolean
  readonly limit: number | undefined
}

/** Prints the pipelines, or the tasks of the one that is named. */
export async function showRuns(store: Store, options: RunsOptions, terminal: Terminal): Promise<void> {
  if (options.pipeline === undefined) return showList(store, options, terminal)
  return showPipeline(store, await findPipeline(store, options.pipeline), options, terminal)
}

async function showList({ db }: Store, { json, limit = 20 }: RunsOptions, terminal: Terminal): Promise<void> {
  const pipelines = await listPipelines(db, { limit })
  const counts = await statusCounts(
    db,
    pipelines.map(({ id }) => id),
  )
  if (json) return pipelines.forEach((pipeline) => terminal.print(JSON.stringify({ ...pipeline, counts: counts.get(pipeline.id) ?? {} })))
  if (pipelines.length === 0) return terminal.print('Nothing has run yet. Begin with: sluice run pipelines/examples/flights.yaml')
  const rows = pipelines.map((pipeline) => [
    pipeline.id,
    pipeline.name,
    pipeline.state,
    pipeline.creationTime.toISOString().slice(0, 19).replace('T', ' '),
    lasted(pipeline),
    countWords(counts.get(pipeline.id) ?? {}),
  ])
  renderTable(['PIPELINE', 'NAME', 'STATE', 'CREATED (UTC)', 'TOOK', 'TASKS'], rows).forEach(terminal.print)
}

function lasted({ firstActivationTime, creationTime, finishedTime }: PipelineRecord): string {
  return finishedTime && firstActivationTime ? formatDuration(finishedTime.getTime() - creationTime.getTime()) : ''
}

async function showPipeline({ db }: Store, pipeline: PipelineRecord, { json, limit }: RunsOptions, terminal: Terminal): Promise<void> {
  const { id: pipelineId, name, state } = pipeline
  const [records, why] = await Promise.all([listInstances(db, { pipelineId, limit }), reasons(db, { pipelineId })])
  const reasonOf = new Map(why.map((reason) => [reason.instanceId, reason]))
  const tasks = records.map((record) => ({ ...viewOf(record, reasonOf.get(record.id)), order: record.startTime?.getTime() ?? Infinity }))
  if (json) return tasks.forEach(({ order: _, ...task }) => terminal.print(JSON.stringify(task)))
  terminal.print(`${terminal.look.paint('strong', name)} ${pipelineId} ${state}`)
  const shown = shownTasks(tasks).toSorted((a, b) => a.interval.getTime() - b.interval.getTime() || a.order - b.order || 0)
  if (shown.length === 0) terminal.print('  No interval was due yet.')
  renderTree(shown, { look: terminal.look, now: new Date(), columns: terminal.isTerminal ? terminal.columns : undefined }).forEach(
    terminal.print,
  )
}
