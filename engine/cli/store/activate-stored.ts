import { SluiceError } from '../../errors.ts'
import { activatePipeline } from '../../scheduler/activate-pipeline.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import type { Store } from '../../store/open-store.ts'
import { compiledDefinition } from '../../store/pipelines.ts'
import { hasLiveWorker } from '../../store/workers.ts'
import type { Settings } from '../../support/settings.ts'
import type { Terminal } from '../terminal.ts'
import { findPipeline } from './find-pipeline.ts'
import { insist } from './insist.ts'
import { printPipeline } from './show-changes.ts'

export interface ActivateOptions {
  readonly pipeline: string
  readonly from: Date | 'now' | undefined
  readonly json: boolean
}

/** Activates the newest stored version of a pipeline. Resolves to the exit code. */
export async function activateStored(
  store: Store,
  { backfillGuard }: Settings,
  { pipeline: word, from, json }: ActivateOptions,
  terminal: Terminal,
): Promise<number> {
  const pipeline = await findPipeline(store, word)
  const { id: pipelineId, latestVersion: version } = pipeline
  if (version === 0) throw new SluiceError(`${pipeline.name} has no definition yet.`, { exitCode: 2, hint: 'Give it one: sluice up FILE' })
  const definition = await compiledDefinition(store.db, pipelineId, version)
  if (definition.dueAtOnce && !definition.onDemand) throw ofRun(pipeline.name)
  const catalog = await loadCatalog()
  const { newPools } = await insist(() =>
    activatePipeline(store, catalog, { pipelineId, version, definition, from, mayBackfill: !backfillGuard }),
  )
  const now = await findPipeline(store, pipelineId)
  if (json) terminal.print(JSON.stringify({ event: 'activated', pipelineId, version, was: pipeline.state, state: now.state }))
  else printPipeline(now, terminal)
  for (const pool of newPools) terminal.note(`The pool ${pool} is new and has 1 slot; to change that: sluice pools set ${pool} SLOTS`)
  if (!(await hasLiveWorker(store.pool))) terminal.note('No worker is live, so nothing runs yet. Start one with: sluice up')
  return 0
}

/** What `sluice run` made has its intervals due at once; set to work again it would never follow its schedule. */
function ofRun(name: string): SluiceError {
  return new SluiceError(`${name} was made by sluice run, for one run.`, {
    exitCode: 2,
    hint: 'Run its file again, or put it on its schedule with: sluice up FILE',
  })
}
