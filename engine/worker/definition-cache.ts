import type { CompiledDefinition } from '../definition/pipeline-definition.ts'

/** How many definitions are kept: a worker serves few pipelines at a time. */
const capacity = 64

/** Reads each version of a definition once while it is in use: a version never changes. What could not be read is asked for again. */
export function createDefinitionCache(definitions: {
  get(pipelineId: string, version: number): Promise<CompiledDefinition>
}): (pipelineId: string, version: number) => Promise<CompiledDefinition> {
  const kept = new Map<string, Promise<CompiledDefinition>>()
  return (pipelineId, version) => {
    const key = `${version} ${pipelineId}`
    const known = kept.get(key)
    if (known) kept.delete(key)
    const definition = known ?? definitions.get(pipelineId, version)
    kept.set(key, definition)
    if (!known) definition.catch(() => kept.delete(key))
    for (const oldest of kept.keys()) if (kept.size > capacity) kept.delete(oldest)
    return definition
  }
}
