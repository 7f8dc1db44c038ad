import { isDeepStrictEqual } from 'node:util'
import type { Engine } from '../../app.ts'
import { checkEdits } from '../../definition/check-edits.ts'
import { formatDiagnostic } from '../../definition/diagnostic.ts'
import type { CompiledDefinition, PipelineDefinition } from '../../definition/pipeline-definition.ts'
import { readDefinition } from '../../definition/read-definition.ts'
import { SluiceError } from '../../errors.ts'
import { deactivate } from '../../store/commands.ts'
import { compiledDefinition, definitionSource, ensurePipeline, putDefinition, releaseUniqueId } from '../../store/pipelines.ts'

export interface DefinitionFile {
  readonly file: string
  readonly text: string
  readonly definition: PipelineDefinition
  readonly compiled: CompiledDefinition
}

export interface AppliedFile {
  readonly name: string
  readonly pipelineId: string
  readonly version: number
  readonly change: 'activated' | 'replaced' | 'unchanged'
  /** Pools that did not exist before. */
  readonly newPools: readonly string[]
}

export interface HowToApply {
  /** Skip intervals that start earlier and have not run. */
  readonly from: Date | 'now' | undefined
  /** Where an edit is not allowed on an activated pipeline: stop it and begin a new one. */
  readonly replace: boolean
}

/** What applies: a running engine, or only a store. */
export type Applier = Pick<Engine, 'store' | 'catalog' | 'activate'>

/** Puts a definition in force under its name. The one that is in force already is left alone, so that starting again changes nothing;
 *  one that was deactivated is activated again. Rejects, with nothing changed, when an edit is not allowed on what has been activated. */
export async function applyFile(engine: Applier, given: DefinitionFile, how: HowToApply): Promise<AppliedFile> {
  const { store, catalog, activate } = engine
  const { text, compiled } = given
  const { name } = compiled
  const { from } = how
  const old = await ensurePipeline(store.db, name, `file:${name}`)
  let pipelineId = old.id
  let change: AppliedFile['change'] = 'activated'
  if (old.activeVersion !== undefined) {
    const version = old.activeVersion
    const active = await compiledDefinition(store.db, pipelineId, version)
    if (isSame(active, compiled)) {
      if (old.state !== 'INACTIVE' && old.state !== 'DEACTIVATING') return { name, pipelineId, version, change: 'unchanged', newPools: [] }
      return { name, pipelineId, version, change, ...(await activate({ pipelineId, version, definition: compiled, from })) }
    }
    const forbidden = await forbiddenEdits(engine, pipelineId, version, given)
    if (forbidden.length > 0) {
      if (!how.replace) throw refused(given, forbidden)
      await deactivate(store, pipelineId, false)
      await releaseUniqueId(store.db, pipelineId)
      pipelineId = (await ensurePipeline(store.db, name, `file:${name}`)).id
      change = 'replaced'
    }
  }
  const version = await putDefinition(store.db, pipelineId, text, compiled, (type) => catalog.get(type)?.family)
  return { name, pipelineId, version, change, ...(await activate({ pipelineId, version, definition: compiled, from })) }
}

async function forbiddenEdits(
  { store, catalog }: Applier,
  pipelineId: string,
  version: number,
  { file, definition }: DefinitionFile,
): Promise<string[]> {
  const source = await definitionSource(store.db, pipelineId, version)
  const active = source === undefined ? undefined : readDefinition(source, file).definition
  return active ? checkEdits(active, definition, catalog).map((diagnostic) => formatDiagnostic(diagnostic)) : []
}

function refused({ file, compiled: { name } }: DefinitionFile, forbidden: readonly string[]): SluiceError {
  const count = forbidden.length === 1 ? 'an edit that is' : `${forbidden.length} edits that are`
  return new SluiceError(
    `${forbidden.join('\n')}\n${file} has ${count} not allowed on ${name}, which has been activated. Nothing was changed.`,
    {
      exitCode: 2,
      hint: 'Undo them, or begin anew: sluice up FILE --replace stops it, keeps its history, and starts a new pipeline of its name.',
    },
  )
}

/** Compared as the store keeps it: JSON, whatever the order of keys. */
function isSame(stored: CompiledDefinition, given: CompiledDefinition): boolean {
  return isDeepStrictEqual(stored, JSON.parse(JSON.stringify(given)))
}
