import { awsParts, plainForm } from './aws-shapes.ts'
import type { DefinitionDraft } from './definition-draft.ts'
import { mistake } from './problem.ts'
import { readObject, type FieldReading } from './read-fields.ts'
import { readParameter } from './read-parameter.ts'
import { readValues } from './read-yaml-form.ts'
import { entryOf, type SourceEntry, type SourceMap, type SourceNode, type SourceScalar } from './source-tree.ts'

/** Fills the draft from a definition in any of AWS's shapes, and from the `name` and `description` that `sluice convert` sets beside the
 *  objects; whatever else stands there is left alone, as AWS does. A key that comes twice in an object is a list.
 *  @see spec/objects.json, definitionFile */
export function readAwsForm(root: SourceMap, draft: DefinitionDraft): void {
  const reading: FieldReading = { diagnostics: draft.diagnostics, repeatedKeys: 'list' }
  const { objects, parameters, values, name, description } = awsParts(root, draft.diagnostics)
  if (name?.value.kind === 'text') draft.name = name.value.text
  if (description?.value.kind === 'text') draft.description = description.value.text
  if (objects) forEachMap(objects, draft, (map) => readAwsObject(map, draft, reading))
  if (parameters) forEachMap(parameters, draft, (map) => readAwsParameter(map, draft, reading))
  if (values?.value.kind === 'map') readValues(values.value, draft)
  else if (values?.value.kind === 'list') readApiValues(values, draft)
}

function forEachMap({ key, value }: SourceEntry, { diagnostics }: DefinitionDraft, read: (map: SourceMap) => void): void {
  if (value.kind !== 'list') {
    diagnostics.push(mistake('BAD_SECTION', value.range, `"${key}" is not a list.`, `Write "${key}": [{"id": ...}, ...].`))
    return
  }
  for (const item of value.items) {
    if (item.kind === 'map') read(item)
    else diagnostics.push(mistake('BAD_OBJECT', item.range, `An entry of "${key}" is not an object.`, 'Write {"id": ..., ...}.'))
  }
}

function readAwsObject(written: SourceMap, draft: DefinitionDraft, reading: FieldReading): void {
  const map = plainForm(written, ['fields', 'slots'])
  const id = idOf(map) ?? unnamedDefault(map)
  if (id) draft.addObject(readObject(id.text, map, id.range, reading))
  else draft.diagnostics.push(mistake('MISSING_ID', map.range, 'An object has no id.', 'Give each object an "id" of its own.'))
}

function readAwsParameter(written: SourceMap, draft: DefinitionDraft, reading: FieldReading): void {
  const map = plainForm(written, ['attributes'])
  const id = idOf(map)
  if (id) draft.addParameter(readParameter(id.text, map, id.range, reading))
  else draft.diagnostics.push(mistake('MISSING_ID', map.range, 'A parameter has no id.', 'Give each parameter an "id" such as "myBucket".'))
}

/** The API's list of `{id, stringValue}`; an id that comes again adds a value. */
function readApiValues(entry: SourceEntry, draft: DefinitionDraft): void {
  const values = new Map<string, string[]>()
  forEachMap(entry, draft, (written) => {
    const map = plainForm(written, [])
    const id = idOf(map)
    const text = entryOf(map, 'stringValue')?.value
    if (id && text?.kind === 'text') values.set(id.text, [...(values.get(id.text) ?? []), text.text])
    else {
      const hint = 'Write {"id": "myName", "stringValue": "text"}.'
      draft.diagnostics.push(mistake('BAD_PARAMETER', map.range, 'A parameter value has no id or no text.', hint))
    }
  })
  for (const [id, texts] of values) draft.addValue(id, texts)
}

function idOf(map: SourceMap): SourceScalar | undefined {
  const value = entryOf(map, 'id')?.value
  return isFilled(value) ? value : undefined
}

/** Several of the guide's listings give Default a name and no id. */
function unnamedDefault(map: SourceMap): SourceScalar | undefined {
  const value = entryOf(map, 'name')?.value
  return !entryOf(map, 'id') && isFilled(value) && value.text === 'Default' ? value : undefined
}

function isFilled(value: SourceNode | undefined): value is SourceScalar {
  return value?.kind === 'text' && value.text !== ''
}
