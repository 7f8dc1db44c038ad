import type { Diagnostic } from './diagnostic.ts'
import type { FieldValue, PipelineObject } from './pipeline-definition.ts'
import { doubt, mistake } from './problem.ts'
import type { SourceRange } from './source-range.ts'
import type { SourceEntry, SourceMap, SourceNode } from './source-tree.ts'

/** How one form differs from the other where an object's fields are read. */
export interface FieldReading {
  readonly diagnostics: Diagnostic[]
  /** What a key that comes twice means: several values (AWS JSON) or a mistake (YAML). */
  readonly repeatedKeys: 'list' | 'mistake'
}

/** The object of that id whose name, type and fields the map holds. A field with a mistake is left out. */
export function readObject(id: string, map: SourceMap, range: SourceRange, reading: FieldReading, defaultType?: string): PipelineObject {
  const fields = new Map<string, readonly FieldValue[]>()
  const keyRanges = new Map<string, SourceRange>()
  let name = id
  let type = defaultType
  for (const entry of map.entries) {
    const { key, keyRange } = entry
    if (key === 'id') continue
    const values = readValues(entry, `${id}.${key}`, reading)
    if (keyRanges.has(key) && reading.repeatedKeys === 'mistake') {
      reading.diagnostics.push(
        mistake('DUPLICATE_FIELD', keyRange, `${id}.${key} stands twice.`, 'Write several values as a list: [a, b].'),
      )
      continue
    }
    if (keyRanges.has(key)) reading.diagnostics.push(repeatedKey(id, key, keyRange))
    if (!keyRanges.has(key)) keyRanges.set(key, keyRange)
    if (!values) continue
    if (key === 'name') name = onlyText(entry, values, id, reading) ?? id
    else if (key === 'type') type = onlyText(entry, values, id, reading) ?? type
    else fields.set(key, [...(fields.get(key) ?? []), ...values])
  }
  return { id, name, type, fields, range, keyRanges }
}

/** The guide writes lists so, yet AWS's own CLI lost all values but the last. */
function repeatedKey(id: string, key: string, range: SourceRange): Diagnostic {
  const message = `${id}.${key} stands more than once: all its values are kept, as a list.`
  return doubt('REPEATED_KEY', range, message, `Write "${key}": [...]. AWS's own CLI kept only the last one.`)
}

/** The values of one field in their order; undefined after a mistake. */
function readValues({ value }: SourceEntry, label: string, reading: FieldReading): FieldValue[] | undefined {
  const nodes = value.kind === 'list' ? value.items : [value]
  const values = nodes.map((node) => readValue(node, label, reading))
  return values.every((read) => read !== undefined) ? values : undefined
}

function readValue(node: SourceNode, label: string, reading: FieldReading): FieldValue | undefined {
  if (node.kind === 'text') return { text: node.text, range: node.range }
  if (node.kind === 'map') {
    const [entry] = node.entries
    const target = entry?.value
    if (node.entries.length === 1 && entry?.key === 'ref' && target?.kind === 'text') return { ref: target.text, range: target.range }
  }
  reading.diagnostics.push(unreadable(node, label))
  return undefined
}

function unreadable(node: SourceNode, label: string): Diagnostic {
  if (node.kind === 'nothing') return mistake('EMPTY_VALUE', node.range, `${label} has no value.`, 'Give it one, or remove the field.')
  const what = node.kind === 'map' ? 'a map' : 'a list within a list'
  const hint = 'A field holds text, a reference {ref: id}, or a list of those. An expression or a colon may need double quotes around it.'
  return mistake('BAD_VALUE', node.range, `${label} is ${what}.`, hint)
}

function onlyText(entry: SourceEntry, values: readonly FieldValue[], id: string, { diagnostics }: FieldReading): string | undefined {
  const [value] = values
  if (values.length === 1 && value && 'text' in value) return value.text
  diagnostics.push(mistake('BAD_VALUE', entry.value.range, `${id}.${entry.key} is not one text.`, 'Write one plain word or text.'))
  return undefined
}

/** The texts of a scalar or a list of scalars; undefined for anything else. */
export function readTexts(node: SourceNode): string[] | undefined {
  const nodes = node.kind === 'list' ? node.items : [node]
  const texts = nodes.flatMap((item) => (item.kind === 'text' ? [item.text] : []))
  return texts.length === nodes.length ? texts : undefined
}
