import { isDeepStrictEqual } from 'node:util'
import type { Engine } from '../../app.ts'
import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import { compiledDefinition, ensurePipeline, putDefinition } from '../../store/pipelines.ts'

export interface AppliedFile {
  readonly name: string
  readonly pipelineId: string
  readonly version: number
  readonly change: 'activated' | 'unchanged'
}

/** Puts a definition in force under its name. The one that is in force already is left alone, so that starting again changes nothing;
 *  one that was deactivated is activated again. */
export async function applyFile({ store, catalog, activate }: Engine, text: string, definition: CompiledDefinition): Promise<AppliedFile> {
  const { name } = definition
  const { id: pipelineId, activeVersion, state } = await ensurePipeline(store.db, name, `file:${name}`)
  if (activeVersion !== undefined && isSame(await compiledDefinition(store.db, pipelineId, activeVersion), definition)) {
    if (state === 'INACTIVE' || state === 'DEACTIVATING') {
      await activate({ pipelineId, version: activeVersion, definition })
      return { name, pipelineId, version: activeVersion, change: 'activated' }
    }
    return { name, pipelineId, version: activeVersion, change: 'unchanged' }
  }
  const version = await putDefinition(store.db, pipelineId, text, definition, (type) => catalog.get(type)?.family)
  await activate({ pipelineId, version, definition })
  return { name, pipelineId, version, change: 'activated' }
}

/** Compared as the store keeps it: JSON, whatever the order of keys. */
function isSame(stored: CompiledDefinition, given: CompiledDefinition): boolean {
  return isDeepStrictEqual(stored, JSON.parse(JSON.stringify(given)))
}
