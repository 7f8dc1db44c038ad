import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { FieldValue, PipelineObject } from './pipeline-definition.ts'

const longestIdBytes = 1024
const longestNameBytes = 256
const longestValueBytes = 10_240
const mostFields = 50

/** One diagnostic for each id, field name or value that is too long, and for each object with too many fields.
 *  @see spec/behaviour.md 15 */
export function checkSizes({ definition }: CheckContext): Diagnostic[] {
  return [...definition.objects.values()].flatMap((object) => [
    ...checkObject(object),
    ...[...object.fields].flatMap(([name, values]) => checkField(object, name, values)),
  ])
}

function checkObject({ id, range, fields, keyRanges }: PipelineObject): Diagnostic[] {
  if (bytes(id) > longestIdBytes) {
    return [mistake('ID_TOO_LONG', range, `The id ${id.slice(0, 40)}... is longer than ${longestIdBytes} bytes.`)]
  }
  if (fields.size <= mostFields) return []
  const [surplus = ''] = fields.keys().drop(mostFields)
  const place = keyRanges.get(surplus) ?? range
  return [mistake('TOO_MANY_FIELDS', place, `${id} has ${fields.size} fields, but may have ${mostFields}.`, 'Split the object.')]
}

function checkField({ id, keyRanges }: PipelineObject, name: string, values: readonly FieldValue[]): Diagnostic[] {
  if (bytes(name) > longestNameBytes) {
    const message = `${id} has a field ${name.slice(0, 40)}... whose name is longer than ${longestNameBytes} bytes.`
    return [mistake('FIELD_NAME_TOO_LONG', keyRanges.get(name), message)]
  }
  return values.flatMap((value) => {
    const size = bytes('ref' in value ? value.ref : value.text)
    if (size <= longestValueBytes) return []
    const message = `${id}.${name} has ${size} bytes, but may have ${longestValueBytes}.`
    return [mistake('VALUE_TOO_LONG', value.range, message, 'Put a long script into a file and name it with scriptUri.')]
  })
}

function bytes(text: string): number {
  return text.length * 3 <= longestNameBytes ? text.length : Buffer.byteLength(text)
}
