import type { Layout, LayoutCollection, LayoutDocument, LayoutEntry } from './layout-tree.ts'

/** The order of the YAML form's sections: what may be set from outside, when it runs, where data lies, what is done, and the rest. */
const sections = [
  'sluice',
  'name',
  'description',
  'parameters',
  'values',
  'defaults',
  'schedules',
  'databases',
  'dataFormats',
  'dataNodes',
  'preconditions',
  'activities',
  'resources',
  'actions',
  'objects',
  'tests',
]

/** They stand together at the top, without empty lines between them. */
const headSections = new Set(['sluice', 'name', 'description'])

const withoutObjects = new Set([...headSections, 'parameters', 'values', 'tests'])

/** The document with its sections in their order and each object's type and name first; comments above an entry move with it, a comment
 *  at the top of the file that an empty line follows stays there. */
export function inSectionOrder(document: LayoutDocument): LayoutDocument {
  return withSections(document, (entries) => entries.toSorted((a, b) => rank(sections, a) - rank(sections, b)).map(objectsInOrder))
}

/** The document with an empty line before each section, and the sections where they are. */
export function inAuthorsOrder(document: LayoutDocument): LayoutDocument {
  return withSections(document, (entries) => [...entries])
}

function withSections(document: LayoutDocument, order: (entries: readonly LayoutEntry[]) => LayoutEntry[]): LayoutDocument {
  const { head, whole } = document
  const { value } = whole
  if (value.kind !== 'map' || !value.entries[0]) return document
  const [top, first] = splitTop(value.entries[0])
  const ordered = order([first, ...value.entries.slice(1)])
  const entries = ordered.map((entry, index) => (index === 0 ? entry : apart(ordered[index - 1], entry)))
  return { ...document, head: [...head, ...top], whole: { ...whole, value: { ...value, entries } } }
}

/** The lines above the first entry that are about the whole file. */
function splitTop(entry: LayoutEntry): [string[], LayoutEntry] {
  const end = entry.before.findLastIndex((line) => line === '' || line.startsWith('# yaml-language-server:')) + 1
  return [entry.before.slice(0, end), { ...entry, before: entry.before.slice(end) }]
}

function apart(previous: LayoutEntry | undefined, entry: LayoutEntry): LayoutEntry {
  const together = previous && headSections.has(nameOf(previous)) && headSections.has(nameOf(entry))
  return together || entry.before[0] === '' ? entry : { ...entry, before: ['', ...entry.before] }
}

function objectsInOrder(section: LayoutEntry): LayoutEntry {
  if (withoutObjects.has(nameOf(section))) return section
  if (nameOf(section) === 'defaults') return fieldsInOrder(section)
  return withEntries(section, (objects) => objects.map(fieldsInOrder))
}

function fieldsInOrder(object: LayoutEntry): LayoutEntry {
  return withEntries(object, (fields) => fields.toSorted((a, b) => rank(['type', 'name'], a) - rank(['type', 'name'], b)))
}

function withEntries(entry: LayoutEntry, change: (entries: readonly LayoutEntry[]) => readonly LayoutEntry[]): LayoutEntry {
  return isMap(entry.value) ? { ...entry, value: { ...entry.value, entries: change(entry.value.entries) } } : entry
}

function isMap(value: Layout): value is LayoutCollection {
  return value.kind === 'map'
}

function rank(names: readonly string[], entry: LayoutEntry): number {
  const at = names.indexOf(nameOf(entry))
  return at === -1 ? names.length : at
}

function nameOf({ key }: LayoutEntry): string {
  return key?.text ?? ''
}
