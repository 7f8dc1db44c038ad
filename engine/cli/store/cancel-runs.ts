import { SluiceError } from '../../errors.ts'
import { openStatuses } from '../../lifecycle/statuses.ts'
import { cancelInstances } from '../../store/actions.ts'
import { listInstances, type InstanceRecord } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import { askLeave } from '../ask-leave.ts'
import type { Terminal } from '../terminal.ts'
import { runsOf, statusesOf } from './choose-runs.ts'
import { findPipeline } from './find-pipeline.ts'
import { insist } from './insist.ts'
import { printPipeline, showChanges } from './show-changes.ts'

export interface CancelOptions {
  readonly pipeline: string
  /** Undefined for all tasks, which is asked about. */
  readonly task: string | undefined
  readonly interval: Date | undefined
  readonly yes: boolean
  readonly json: boolean
}

/** Cancels what has not ended: at once, whatever runs it. Resolves to the exit code. */
export async function cancelRuns(store: Store, options: CancelOptions, terminal: Terminal): Promise<number> {
  const pipeline = await findPipeline(store, options.pipeline)
  const open = await listInstances(store.db, { pipelineId: pipeline.id, statuses: openStatuses, limit: 1_000_000 })
  const chosen = await choose(store, pipeline, open, options)
  if (!options.json) printPipeline(pipeline, terminal)
  if (options.task === undefined) {
    const leave = await askLeave(`Cancel ${chosen.length} ${chosen.length === 1 ? 'run' : 'runs'} of ${pipeline.name}?`, options, terminal)
    if (leave !== true) return leave
  }
  const ids = chosen.map(({ id }) => id)
  await insist(() => cancelInstances(store.pool, ids, 'a person asked for it with sluice cancel'))
  await showChanges(store, pipeline, open, terminal, options.json)
  return 0
}

async function choose(
  store: Store,
  pipeline: PipelineRecord,
  open: readonly InstanceRecord[],
  { pipeline: word, task, interval }: CancelOptions,
): Promise<readonly InstanceRecord[]> {
  if (task === undefined) {
    const chosen = open.filter((run) => !interval || run.intervalStart.getTime() === interval.getTime())
    if (chosen.length > 0) return chosen
    throw new SluiceError(`${pipeline.name} has no run to cancel: all have ended.`, { exitCode: 2, hint: `See: sluice runs ${word}` })
  }
  const runs = await runsOf(store, pipeline, task, interval)
  const chosen = runs.filter(({ status }) => openStatuses.includes(status))
  if (chosen.length > 0) return chosen
  throw new SluiceError(`${task} of ${pipeline.name} has nothing to cancel: it is ${statusesOf(runs)}.`, {
    exitCode: 2,
    hint: `To run it again: sluice rerun ${word} ${task}`,
  })
}
