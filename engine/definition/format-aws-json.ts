import { readTree } from './read-tree.ts'
import { marksIn } from './same-definition.ts'
import type { SourceEntry, SourceMap, SourceNode } from './source-tree.ts'
import { writeJson, type Json } from './write-json.ts'

/** The definition's JSON with two blanks a level and its keys in their order: at most one text, and none for what JSON cannot hold.
 *  What AWS's CLI took although it is no JSON is repaired; of a field that stands twice in an object the values become a list, which is how
 *  it is read. */
export function formatAwsJson(text: string, file: string): { texts: string[]; refusal?: string; hint?: string } {
  if (!text.trimStart().startsWith('{')) return { texts: [], refusal: "AWS's form is written as YAML here, which is not formatted.", hint }
  const [mark] = marksIn(text)
  if (mark !== undefined) return { texts: [], refusal: `JSON cannot hold "${mark}", which stands in the text.`, hint }
  const { root, diagnostics } = readTree(text, file)
  if (diagnostics.some(({ code }) => code === 'COMMENT_IN_JSON')) return { texts: [], refusal: 'JSON cannot hold comments.', hint }
  if (root?.kind !== 'map') return { texts: [] }
  const lines = text.split('\n')
  const isQuoted = ({ range }: SourceNode): boolean => /["']/.test(lines[range.line - 1]?.[range.column - 1] ?? '')
  return { texts: [`${writeJson(toJson(withLists(root), isQuoted))}\n`] }
}

const hint = 'Turn it into the YAML form (sluice convert --to yaml) or into JSON (--to json).'

function withLists(root: SourceMap): SourceMap {
  const entries = root.entries.map((entry): SourceEntry => {
    const { key, value } = entry
    if ((key !== 'objects' && key !== 'parameters') || value.kind !== 'list') return entry
    return { ...entry, value: { ...value, items: value.items.map(oneEntryAField) } }
  })
  return { ...root, entries }
}

function oneEntryAField(object: SourceNode): SourceNode {
  if (object.kind !== 'map') return object
  const entries = new Map<string | SourceEntry, SourceEntry>()
  for (const entry of object.entries) {
    const single = entry.key === 'id' || entry.key === 'name' || entry.key === 'type'
    const first = single ? undefined : entries.get(entry.key)
    entries.set(single ? entry : entry.key, first ? { ...first, value: listOf(first.value, entry.value) } : entry)
  }
  return { ...object, entries: [...entries.values()] }
}

function listOf(...values: readonly SourceNode[]): SourceNode {
  return { kind: 'list', items: values.flatMap((value) => (value.kind === 'list' ? value.items : [value])), range: values[0]!.range }
}

function toJson(node: SourceNode, isQuoted: (node: SourceNode) => boolean): Json {
  switch (node.kind) {
    case 'map':
      return { pairs: node.entries.map(({ key, value }) => [key, toJson(value, isQuoted)] as const) }
    case 'list':
      return node.items.map((item) => toJson(item, isQuoted))
    case 'nothing':
      return { literal: 'null' }
    case 'text':
      return jsonLiteral.test(node.text) && !isQuoted(node) ? { literal: node.text } : node.text
  }
}

const jsonLiteral = /^(true|false|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/
