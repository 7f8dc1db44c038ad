import { SluiceError } from '../../errors.ts'
import { openStatuses } from '../../lifecycle/statuses.ts'
import { deactivate } from '../../store/commands.ts'
import { listInstances } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import { askLeave } from '../ask-leave.ts'
import type { Terminal } from '../terminal.ts'
import { findPipeline } from './find-pipeline.ts'
import { insist } from './insist.ts'
import { printPipeline, showChanges } from './show-changes.ts'

export interface DeactivateOptions {
  readonly pipeline: string
  readonly keepRunning: boolean
  readonly yes: boolean
  readonly json: boolean
}

/** Plans no more intervals of a pipeline. Asks when that cancels something. Resolves to the exit code. */
export async function deactivatePipeline(store: Store, options: DeactivateOptions, terminal: Terminal): Promise<number> {
  const { keepRunning, json } = options
  const pipeline = await findPipeline(store, options.pipeline)
  if (pipeline.state !== 'SCHEDULED' && pipeline.state !== 'DEACTIVATING') throw notActive(pipeline)
  const open = await listInstances(store.db, { pipelineId: pipeline.id, statuses: openStatuses, limit: 1_000_000 })
  if (open.length > 0 && !keepRunning) {
    const runs = open.length === 1 ? '1 run' : `${open.length} runs`
    const leave = await askLeave(`Deactivate ${pipeline.name} and cancel ${runs}?`, options, terminal)
    if (leave !== true) return leave
  }
  if (!(await insist(() => deactivate(store, pipeline.id, keepRunning)))) throw notActive(pipeline)
  const now = await findPipeline(store, pipeline.id)
  if (json) terminal.print(JSON.stringify({ event: 'deactivated', pipelineId: now.id, was: pipeline.state, state: now.state }))
  else printPipeline(now, terminal)
  await showChanges(store, pipeline, open, terminal, json)
  return 0
}

function notActive({ name, state }: PipelineRecord): SluiceError {
  return new SluiceError(`${name} is not active: it is ${state}.`, {
    exitCode: 2,
    hint: 'There is nothing to deactivate. See: sluice runs',
  })
}
