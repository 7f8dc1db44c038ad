import type { DefinitionDraft } from './definition-draft.ts'
import { mistake } from './problem.ts'
import { readObject, type FieldReading } from './read-fields.ts'
import { readParameter } from './read-parameter.ts'
import { readValues } from './read-yaml-form.ts'
import { entryOf, type SourceEntry, type SourceMap, type SourceNode } from './source-tree.ts'

/** Whether the map is a file as AWS's CLI takes it: there `objects` and `parameters` are lists. */
export function isAwsForm(root: SourceMap): boolean {
  return ['objects', 'parameters'].some((key) => entryOf(root, key)?.value.kind === 'list')
}

/** Fills the draft from `objects`, `parameters` and `values`, and from the `name` and `description` that `sluice convert` sets beside them;
 *  whatever else stands there is left alone, as AWS does.
 *  A key that comes twice in an object is a list.
 *  @see spec/objects.json, definitionFile */
export function readAwsForm(root: SourceMap, draft: DefinitionDraft): void {
  const reading: FieldReading = {
    diagnostics: draft.diagnostics,
    repeatedKeys: 'list',
    textOf: ({ text }) => text,
  }
  for (const entry of root.entries) {
    if (entry.key === 'objects') forEachMap(entry, draft, (map) => readAwsObject(map, draft, reading))
    else if (entry.key === 'parameters') forEachMap(entry, draft, (map) => readAwsParameter(map, draft, reading))
    else if (entry.key === 'values' && entry.value.kind === 'map') readValues(entry.value, draft, reading)
    else if ((entry.key === 'name' || entry.key === 'description') && entry.value.kind === 'text')
      draft[entry.key] = reading.textOf(entry.value)
  }
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

function readAwsObject(map: SourceMap, draft: DefinitionDraft, reading: FieldReading): void {
  const id = idOf(map) ?? unnamedDefault(map)
  if (id) draft.addObject(readObject(id.text, plainForm(map, 'fields'), id.range, reading))
  else draft.diagnostics.push(mistake('MISSING_ID', map.range, 'An object has no id.', 'Give each object an "id" of its own.'))
}

function readAwsParameter(map: SourceMap, draft: DefinitionDraft, reading: FieldReading): void {
  const id = idOf(map)
  if (id) draft.addParameter(readParameter(id.text, plainForm(map, 'attributes'), id.range, reading))
  else draft.diagnostics.push(mistake('MISSING_ID', map.range, 'A parameter has no id.', 'Give each parameter an "id" such as "myBucket".'))
}

function idOf(map: SourceMap): (SourceNode & { kind: 'text' }) | undefined {
  const value = entryOf(map, 'id')?.value
  return value?.kind === 'text' && value.text !== '' ? value : undefined
}

/** Several of the guide's listings give Default a name and no id. */
function unnamedDefault(map: SourceMap): (SourceNode & { kind: 'text' }) | undefined {
  const value = entryOf(map, 'name')?.value
  return !entryOf(map, 'id') && value?.kind === 'text' && value.text === 'Default' ? value : undefined
}

/** The map with its list of `{key, stringValue | refValue}`, the form of AWS's API, spread out as the CLI writes it. */
function plainForm(map: SourceMap, listName: 'fields' | 'attributes'): SourceMap {
  return { ...map, entries: map.entries.flatMap((entry) => (entry.key === listName ? apiFields(entry) : [entry])) }
}

function apiFields(entry: SourceEntry): SourceEntry[] {
  const items = entry.value.kind === 'list' ? entry.value.items : []
  const fields = items.flatMap((item) => (item.kind === 'map' ? apiField(item) : []))
  return items.length > 0 && fields.length === items.length ? fields : [entry]
}

function apiField(map: SourceMap): SourceEntry[] {
  const key = entryOf(map, 'key')?.value
  const text = entryOf(map, 'stringValue')
  const ref = entryOf(map, 'refValue')
  if (key?.kind !== 'text') return []
  if (text) return [{ key: key.text, keyRange: key.range, value: text.value }]
  if (!ref) return []
  const value: SourceNode = { kind: 'map', entries: [{ ...ref, key: 'ref' }], range: ref.value.range }
  return [{ key: key.text, keyRange: key.range, value }]
}
