import { deletePipeline } from '../../store/commands.ts'
import { statusCounts } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import { askLeave } from '../ask-leave.ts'
import type { Terminal } from '../terminal.ts'
import { countWords } from '../view/render-summary.ts'
import { findPipeline } from './find-pipeline.ts'
import { insist } from './insist.ts'
import { printPipeline } from './show-changes.ts'

export interface DeleteOptions {
  readonly pipeline: string
  readonly yes: boolean
  readonly json: boolean
}

/** Shows what would be gone, asks, and deletes it. Resolves to the exit code. */
export async function deleteStored(store: Store, options: DeleteOptions, terminal: Terminal): Promise<number> {
  const pipeline = await findPipeline(store, options.pipeline)
  const counts = (await statusCounts(store.db, [pipeline.id])).get(pipeline.id) ?? {}
  if (!options.json) {
    printPipeline(pipeline, terminal)
    terminal.print(`  ${Object.keys(counts).length > 0 ? countWords(counts) : 'It has no runs.'}`)
  }
  const leave = await askLeave(`Delete ${pipeline.name} with its history? There is no way back.`, options, terminal)
  if (leave !== true) return leave
  await insist(() => deletePipeline(store, pipeline.id))
  if (options.json) terminal.print(JSON.stringify({ event: 'deleted', pipelineId: pipeline.id, name: pipeline.name, counts }))
  else terminal.print('  It is deleted.')
  return 0
}
