import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { literal } from './read-schedule.ts'

/** Every pool that a definition names, each once. */
export function poolsOf(definition: CompiledDefinition): readonly string[] {
  const named = Object.values(definition.components).map((component) => literal(definition, component, 'pool'))
  return [...new Set(named.filter((pool) => pool !== undefined))]
}
