import { activatePipeline } from '../../scheduler/activate-pipeline.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import type { Store } from '../../store/open-store.ts'
import { hasLiveWorker } from '../../store/workers.ts'
import type { Settings } from '../../support/settings.ts'
import type { ParameterValues } from '../read-options.ts'
import type { Terminal } from '../terminal.ts'
import { applyFile, type HowToApply } from './apply-file.ts'
import { readFiles } from './read-files.ts'
import { sayer } from './sayer.ts'

export interface ApplyOptions extends HowToApply {
  readonly values: ParameterValues
  readonly json: boolean
}

type Apply = (store: Store, settings: Settings) => Promise<void>

/** Applies each file and resolves to the exit code: 2, with nothing opened, when one has an error. `onStore` opens the store for what it is given. */
export async function applyFiles(
  files: readonly string[],
  { values, json, ...how }: ApplyOptions,
  terminal: Terminal,
  onStore: (apply: Apply) => Promise<void>,
): Promise<number> {
  const definitions = await readFiles(files, values, terminal)
  if (!definitions) return 2
  const [catalog, say] = [await loadCatalog(), sayer(json, terminal)]
  await onStore(async (store, { backfillGuard }) => {
    const activate = (request: Parameters<typeof activatePipeline>[2]): ReturnType<typeof activatePipeline> =>
      activatePipeline(store, catalog, { mayBackfill: !backfillGuard, ...request })
    for (const each of definitions) {
      const applied = await applyFile({ store, catalog, activate }, each, how)
      const { name, pipelineId, version, change, newPools } = applied
      say('applied', applied, [
        `${name} (${pipelineId}) version ${version}: ${change}`,
        ...newPools.map((pool) => `  pool ${pool} is new and has 1 slot; to change that: sluice pools set ${pool} SLOTS`),
      ])
    }
    if (!(await hasLiveWorker(store.pool)))
      terminal.note('No worker is live, so nothing runs yet. Start one with: sluice worker (and a sluice server), or sluice up')
  })
  return 0
}
