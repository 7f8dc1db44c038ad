import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { literal } from './read-schedule.ts'

/** Every worker group that a definition names, each once. */
export function workerGroupsOf(definition: CompiledDefinition): readonly string[] {
  const named = Object.values(definition.components).map((component) => literal(definition, component, 'workerGroup'))
  return [...new Set(named.filter((group) => group !== undefined))]
}
