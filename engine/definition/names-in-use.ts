import { referencesOf } from '../expression/index.ts'
import type { FieldValue, PipelineDefinition } from './pipeline-definition.ts'

/** The first words of all expressions of a definition, parameters' values included: fields, functions' operands and parameters.
 *  `starred` are those written with the star of a secret at least once. All without the star. */
export function namesInUse({ objects, parameters, values }: PipelineDefinition): { names: Set<string>; starred: Set<string> } {
  const names = new Set<string>()
  const starred = new Set<string>()
  const note = (text: string): void => {
    for (const { path } of referencesOf(text).names) {
      const [name = ''] = path
      names.add(name.replace(/^\*/, ''))
      if (name.startsWith('*')) starred.add(name.slice(1))
    }
  }
  for (const { fields } of objects.values()) [...fields.values()].flat().flatMap(textsOf).forEach(note)
  for (const { default: defaults = [] } of parameters.values()) defaults.forEach(note)
  for (const texts of values.values()) texts.forEach(note)
  return { names, starred }
}

function textsOf(value: FieldValue): string[] {
  return 'text' in value ? [value.text] : []
}
