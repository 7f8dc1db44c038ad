import type { PipelineDefinition } from './pipeline-definition.ts'
import type { UsesOf } from './text-uses.ts'

/** The first words of all expressions of a definition, parameters' values included: fields, functions' operands and parameters.
 *  `starred` are those written with the star of a secret at least once. All without the star. */
export function namesInUse(
  { objects, parameters, values }: PipelineDefinition,
  usesOf: UsesOf,
): { names: Set<string>; starred: Set<string> } {
  const names = new Set<string>()
  const starred = new Set<string>()
  const note = (text: string): void => {
    for (const { path } of usesOf(text).names) {
      const [name = ''] = path
      names.add(name.replace(/^\*/, ''))
      if (name.startsWith('*')) starred.add(name.slice(1))
    }
  }
  for (const { fields } of objects.values())
    for (const field of fields.values()) for (const value of field) if ('text' in value) note(value.text)
  for (const { default: defaults = [] } of parameters.values()) defaults.forEach(note)
  for (const texts of values.values()) texts.forEach(note)
  return { names, starred }
}
