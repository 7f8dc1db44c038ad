import type { CompiledDefinition, PipelineDefinition } from '../definition/pipeline-definition.ts'

/** Whether a parameter, by its bare id, has no value although it needs one: declared and not optional, or not declared at all. */
export function lacksValue({ parameters }: CompiledDefinition, written: PipelineDefinition): (id: string) => boolean {
  return (id) => !Object.hasOwn(parameters, id) && !written.parameters.get(id)?.optional
}
