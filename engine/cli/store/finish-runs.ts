import { SluiceError } from '../../errors.ts'
import { openStatuses } from '../../lifecycle/statuses.ts'
import { markFinished } from '../../store/commands.ts'
import { listInstances, type InstanceRecord } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import type { Terminal } from '../terminal.ts'
import { intervalsOf, runsOf } from './choose-runs.ts'
import { findPipeline } from './find-pipeline.ts'
import { insist } from './insist.ts'
import { printPipeline, showChanges } from './show-changes.ts'

export interface FinishOptions {
  readonly pipeline: string
  readonly task: string
  readonly interval: Date | undefined
  readonly json: boolean
}

/** Marks one run FINISHED, whatever became of it, so that what waits for it goes on. */
export async function finishRuns(store: Store, options: FinishOptions, terminal: Terminal): Promise<void> {
  const pipeline = await findPipeline(store, options.pipeline)
  const chosen = await choose(store, pipeline, options)
  const open = await listInstances(store.db, { pipelineId: pipeline.id, statuses: openStatuses, limit: 1_000_000 })
  if (!options.json) printPipeline(pipeline, terminal)
  await insist(() =>
    markFinished(
      store,
      chosen.map(({ id }) => id),
    ),
  )
  await showChanges(store, pipeline, [...chosen, ...open], terminal, options.json)
}

/** What is not FINISHED, of one interval: more must not be called done by one word. */
async function choose(
  store: Store,
  pipeline: PipelineRecord,
  { pipeline: word, task, interval }: FinishOptions,
): Promise<readonly InstanceRecord[]> {
  const runs = await runsOf(store, pipeline, task, interval)
  if (runs[0]?.family === 'resource')
    throw new SluiceError(`${task} is a resource: it ends by itself when everything that runs on it has ended.`, {
      exitCode: 2,
      hint: `Finish what runs on it, or cancel it with that: sluice cancel ${word} ${task}`,
    })
  const chosen = runs.filter(({ status }) => status !== 'FINISHED')
  const intervals = intervalsOf(chosen)
  if (intervals.length > 1)
    throw new SluiceError(`${task} of ${pipeline.name} has ${intervals.length} runs that are not FINISHED.`, {
      exitCode: 2,
      hint: `Say which one with --interval: ${intervals.slice(-10).join(', ')}.`,
    })
  if (chosen.length > 0) return chosen
  throw new SluiceError(`${task} of ${pipeline.name} is FINISHED already.`, {
    exitCode: 2,
    hint: `To run it again: sluice rerun ${word} ${task}`,
  })
}
