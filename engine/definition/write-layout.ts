import type { Layout, LayoutCollection, LayoutDocument, LayoutEntry, LayoutLine } from './layout-tree.ts'
import { layoutFlowText, layoutKey, layoutValue, widest } from './write-layout-text.ts'

/** The document as text: two blanks a level, at most one empty line in a row. What its author wrote in brackets stays so while it fits on
 *  one line and holds no comment. */
export function writeLayout({ head, whole, tail }: LayoutDocument): string {
  const lines: string[] = []
  append(lines, [...head, ...whole.before])
  const { value } = whole
  if (isCollection(value) && value.entries.length > 0) lines.push(...properties(value), ...collectionLines(value, 0))
  else lines.push(flowText(value) ?? '')
  append(lines, [...(whole.comment === undefined ? [] : [whole.comment]), ...tail])
  return `${lines.join('\n')}\n`
}

/** The entries as lines, each `indent` blanks from the left. The last line is empty only if it is part of a text. */
function collectionLines({ kind, entries, tail }: LayoutCollection, indent: number): string[] {
  const lines: string[] = []
  for (const entry of entries) {
    append(lines, entry.before, indent)
    lines.push(...(kind === 'map' ? mapEntry(entry, indent) : listEntry(entry, indent)))
  }
  append(lines, tail, indent)
  return lines
}

function append(lines: string[], more: readonly LayoutLine[], indent = 0): void {
  for (const line of more) {
    if (line !== '') lines.push(' '.repeat(indent) + line)
    else if (lines.length > 0 && lines.at(-1) !== '') lines.push('')
  }
}

function mapEntry(entry: LayoutEntry, indent: number): string[] {
  const margin = ' '.repeat(indent)
  const key = keyText(entry)
  if (key.length <= longestKey) return valueLines(`${margin}${key}:`, entry, indent)
  return [`${margin}? ${key}`, ...valueLines(`${margin}:`, entry, indent)]
}

/** YAML looks no further for the colon. */
const longestKey = 1000

function listEntry(entry: LayoutEntry, indent: number): string[] {
  const dash = `${' '.repeat(indent)}-`
  const { value, comment } = entry
  if (!isCollection(value) || comment !== undefined || value.properties.length > 0 || startsWithComment(value)) {
    return valueLines(dash, entry, indent)
  }
  if (inBrackets(value, indent + 2) !== undefined) return valueLines(dash, entry, indent)
  const [first = '', ...rest] = collectionLines(value, indent + 2)
  return [`${dash} ${first.trimStart()}`, ...rest]
}

/** The lines of an entry whose first line begins with `head`. */
function valueLines(head: string, { value, comment }: LayoutEntry, indent: number): string[] {
  const start = [head, ...properties(value)].join(' ')
  const [first, rest] = valueParts(value, indent + 2, start.length + 1)
  return [[start, first, comment].filter((part) => part !== undefined && part !== '').join(' '), ...rest]
}

/** What stands behind the key, and the lines below. */
function valueParts(value: Layout, indent: number, column: number): [string, string[]] {
  if (value.kind === 'alias') return [`*${value.name}`, []]
  if (value.kind === 'text') {
    const [first = '', ...rest] = layoutValue(value, indent, widest - column)
    return [first, rest]
  }
  const brackets = isCollection(value) ? inBrackets(value, column) : undefined
  if (brackets !== undefined) return [brackets, []]
  if (isCollection(value)) return ['', collectionLines(value, indent)]
  const lines: string[] = []
  append(lines, value.tail, indent)
  return ['', lines]
}

function inBrackets(value: LayoutCollection, column: number): string | undefined {
  const text = value.flow ? bracketText(value) : undefined
  return text !== undefined && (column + text.length <= widest || value.entries.length === 0) ? text : undefined
}

function flowText(value: Layout): string | undefined {
  const text = bareFlowText(value)
  return text === undefined ? undefined : [...properties(value), text].filter((part) => part !== '').join(' ')
}

function bareFlowText(value: Layout): string | undefined {
  if (value.kind === 'alias') return `*${value.name}`
  if (value.kind === 'text') return layoutFlowText(value)
  if (value.kind === 'nothing') return value.tail.length > 0 ? undefined : ''
  return bracketText(value)
}

/** The collection on one line; undefined when it holds a comment or a block. */
function bracketText({ kind, entries, tail }: LayoutCollection): string | undefined {
  if (hasComment(tail)) return undefined
  const items = entries.map((entry) => {
    const value = hasComment(entry.before) || entry.comment !== undefined ? undefined : flowText(entry.value)
    if (kind === 'list' || value === undefined) return value
    const key = keyText(entry)
    return key.length > longestKey ? undefined : `${key}:${value === '' ? '' : ` ${value}`}`
  })
  if (items.includes(undefined)) return undefined
  if (kind === 'list') return `[${items.join(', ')}]`
  return items.length > 0 ? `{ ${items.join(', ')} }` : '{}'
}

function keyText({ key }: LayoutEntry): string {
  return key ? [...key.properties, layoutKey(key)].join(' ') : ''
}

function properties(value: Layout): string[] {
  return value.properties.length > 0 ? [value.properties.join(' ')] : []
}

function isCollection(value: Layout): value is LayoutCollection {
  return value.kind === 'map' || value.kind === 'list'
}

function startsWithComment({ entries: [first] }: LayoutCollection): boolean {
  return first === undefined || hasComment(first.before)
}

function hasComment(lines: readonly LayoutLine[]): boolean {
  return lines.some((line) => line !== '')
}
