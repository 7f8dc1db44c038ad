import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { doubt } from './problem.ts'
import { declarationOf } from './resolve-objects.ts'

/** In AWS's JSON, one warning for each reference that is written as plain text: it is read as one, but AWS's service took it for text.
 *  @see spec/expressions.md 1 */
export function checkPlainReferences({ definition, objects, form }: CheckContext): Diagnostic[] {
  if (form === 'yaml') return []
  return [...definition.objects.values()].flatMap(({ id, fields }) => {
    const declaration = objects.get(id)?.declaration
    return [...fields].flatMap(([name, values]) => {
      if (declarationOf(declaration, name)?.kind !== 'reference') return []
      return values.flatMap((value) => {
        if ('ref' in value || !objects.has(value.text)) return []
        const message = `${id}.${name} is the text "${value.text}", which is read as a reference.`
        return [doubt('PLAIN_REFERENCE', value.range, message, `Write {"ref": "${value.text}"}.`)]
      })
    })
  })
}
