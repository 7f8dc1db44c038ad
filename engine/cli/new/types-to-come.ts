import type { PipelineDefinition } from '../../definition/pipeline-definition.ts'
import type { Catalog } from '../../spec/catalog.ts'

/** The types that the definition names and that this version does not run yet, each once. */
export function typesToCome({ objects }: PipelineDefinition, catalog: Catalog): readonly string[] {
  const types = new Set([...objects.values()].flatMap(({ type }) => type ?? []))
  return [...types].filter((type) => catalog.get(type)?.unsupported !== undefined)
}
