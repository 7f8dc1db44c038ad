import { startEngine, type Engine, type EngineVariations } from '../../../engine/app.ts'
import { compileDefinition } from '../../../engine/definition/compile.ts'
import type { CompiledDefinition } from '../../../engine/definition/pipeline-definition.ts'
import { readDefinition } from '../../../engine/definition/read-definition.ts'
import type { ActivationRequest } from '../../../engine/scheduler/activate-pipeline.ts'
import { createCatalog, type Catalog } from '../../../engine/spec/catalog.ts'
import { defineActivity, fields } from '../../../engine/spec/index.ts'
import type { ActivityContext } from '../../../engine/spec/context.ts'
import { loadCatalog } from '../../../engine/spec/load-catalog.ts'
import type { Store } from '../../../engine/store/open-store.ts'
import { createPipeline, putDefinition } from '../../../engine/store/pipelines.ts'
import { readSettings, type Settings } from '../../../engine/support/settings.ts'

/** What runs, counted: every run of the activity type `Counted`, in whatever engine of this process. */
export interface CountedRuns {
  readonly catalog: Catalog
  /** `pipeline component start` of each run that has begun. */
  readonly begun: string[]
}

/** A catalogue with `Counted`, an activity that costs nothing but what `work` does. */
export async function countedRuns(work: (context: ActivityContext) => Promise<void> = async () => {}): Promise<CountedRuns> {
  const begun: string[] = []
  const counted = defineActivity({
    type: 'Counted',
    summary: 'Counts its runs.',
    source: 'for tests',
    fields: { note: fields.string('Anything.').optional() },
    example: '{ id: Count, type: Counted }',
    async run(_, context) {
      const { pipelineId, componentId, scheduledStartTime } = context.instance
      begun.push(`${pipelineId} ${componentId} ${scheduledStartTime.toISOString()}`)
      await work(context)
    },
  })
  return { catalog: createCatalog([...(await loadCatalog()).types.values(), counted]), begun }
}

export interface CountedEngine extends AsyncDisposable {
  readonly engine: Engine
  /** Sentences of trouble. */
  readonly told: string[]
}

/** Both parts of an engine, or one, in this process, on a database and a queue that are named. */
export async function startCounted(
  { catalog }: CountedRuns,
  flags: Partial<Settings> & { readonly home: string; readonly databaseUrl: string },
  variations: EngineVariations = {},
): Promise<CountedEngine> {
  const told: string[] = []
  const engine = await startEngine(readSettings({}, flags), (sentence) => void told.push(sentence), { catalog, ...variations })
  return { engine, told, [Symbol.asyncDispose]: () => engine.stop('now') }
}

/** A definition as it is stored: of the next version of a new pipeline. Resolves to what its activation asks for. */
export async function stored(store: Pick<Store, 'db'>, { catalog }: CountedRuns, yaml: string): Promise<ActivationRequest> {
  const definition = compiled(yaml, catalog)
  const pipelineId = await createPipeline(store.db, definition.name)
  const version = await putDefinition(store.db, pipelineId, yaml, definition, (type) => catalog.get(type)?.family)
  return { pipelineId, version, definition, mayBackfill: true }
}

function compiled(yaml: string, catalog: Catalog): CompiledDefinition {
  const { definition, diagnostics } = readDefinition(yaml, 'test.yaml')
  const result = definition && compileDefinition(definition, catalog)
  if (!result?.compiled) throw new Error(JSON.stringify(result?.diagnostics ?? diagnostics))
  return result.compiled
}
