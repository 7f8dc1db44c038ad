import type { DefinitionDraft } from './definition-draft.ts'
import { didYouMean } from './did-you-mean.ts'
import { mistake } from './problem.ts'
import { readObject, readTexts, type FieldReading } from './read-fields.ts'
import { readParameter } from './read-parameter.ts'
import type { SourceEntry, SourceMap } from './source-tree.ts'

/** Sections of objects, and the type of an entry that names none. */
const objectSections: ReadonlyMap<string, string | undefined> = new Map([
  ['schedules', 'Schedule'],
  ['databases', undefined],
  ['dataNodes', undefined],
  ['dataFormats', undefined],
  ['preconditions', undefined],
  ['activities', undefined],
  ['resources', undefined],
  ['actions', undefined],
  ['objects', undefined],
])

/** `tests` is for `sluice test`: nothing of it is part of the pipeline. */
const otherSections = ['sluice', 'name', 'description', 'parameters', 'values', 'defaults', 'tests']

/** Fills the draft from sections of `id: {fields}`.
 *  @see design.md, "The YAML form" */
export function readYamlForm(root: SourceMap, draft: DefinitionDraft): void {
  const reading: FieldReading = { diagnostics: draft.diagnostics, repeatedKeys: 'mistake' }
  const seen = new Set<string>()
  for (const entry of root.entries) {
    if (seen.has(entry.key)) draft.diagnostics.push(mistake('DUPLICATE_SECTION', entry.keyRange, `The section ${entry.key} stands twice.`))
    else readSection(entry, draft, reading)
    seen.add(entry.key)
  }
}

function readSection(entry: SourceEntry, draft: DefinitionDraft, reading: FieldReading): void {
  const { key, value } = entry
  if (objectSections.has(key)) return readObjects(entry, draft, reading)
  if (key === 'tests') return
  if (key === 'sluice' || key === 'name' || key === 'description') return readHead(entry, draft)
  if (!otherSections.includes(key)) return unknownSection(entry, draft)
  const map = sectionMap(entry, draft)
  if (!map) return
  if (key === 'defaults') draft.addObject(readObject('Default', map, entry.keyRange, reading))
  else if (key === 'parameters') readParameters(map, draft, reading)
  else if (value.kind === 'map') readValues(map, draft)
}

function readHead({ key, value }: SourceEntry, draft: DefinitionDraft): void {
  if (key === 'sluice') {
    if (value.kind === 'text' && value.text === '1') return
    draft.diagnostics.push(mistake('BAD_VERSION', value.range, 'This version of the YAML form is not known.', 'Write "sluice: 1".'))
  } else if (value.kind === 'text') draft[key as 'name' | 'description'] = value.text
  else if (value.kind !== 'nothing') draft.diagnostics.push(mistake('BAD_SECTION', value.range, `The ${key} is not text.`))
}

function unknownSection({ key, keyRange }: SourceEntry, draft: DefinitionDraft): void {
  const sections = [...objectSections.keys(), ...otherSections]
  const hint = didYouMean(key, sections) ?? `The sections are ${sections.join(', ')}.`
  draft.diagnostics.push(mistake('UNKNOWN_SECTION', keyRange, `A definition has no section "${key}".`, hint))
}

function sectionMap({ key, value }: SourceEntry, { diagnostics }: DefinitionDraft): SourceMap | undefined {
  if (value.kind === 'map') return value
  if (value.kind === 'nothing') return undefined
  diagnostics.push(mistake('BAD_SECTION', value.range, `The section ${key} is not a map.`, `Write ${key}: { id: {...} }.`))
  return undefined
}

function readObjects(section: SourceEntry, draft: DefinitionDraft, reading: FieldReading): void {
  for (const { key, keyRange, value } of sectionMap(section, draft)?.entries ?? []) {
    if (value.kind === 'map') draft.addObject(readObject(key, value, keyRange, reading, objectSections.get(section.key)))
    else draft.diagnostics.push(mistake('BAD_OBJECT', keyRange, `${key} is not a map of fields.`, `Write ${key}: { type: ..., ... }.`))
  }
}

function readParameters(map: SourceMap, draft: DefinitionDraft, reading: FieldReading): void {
  for (const { key, keyRange, value } of map.entries) {
    if (value.kind === 'map') draft.addParameter(readParameter(key, value, keyRange, reading))
    else if (value.kind === 'nothing')
      draft.addParameter(readParameter(key, { kind: 'map', entries: [], range: keyRange }, keyRange, reading))
    else {
      const hint = `Write ${key}: { default: ... }, or put the value under values.`
      draft.diagnostics.push(mistake('BAD_PARAMETER', keyRange, `The parameter ${key} is not a map of attributes.`, hint))
    }
  }
}

/** Fills the draft's values from `id: text` or `id: [texts]`; a value of nothing is no value. */
export function readValues(map: SourceMap, draft: DefinitionDraft): void {
  for (const { key, keyRange, value } of map.entries) {
    const texts = value.kind === 'nothing' ? [] : readTexts(value)
    if (texts) draft.addValue(key, texts)
    else draft.diagnostics.push(mistake('BAD_PARAMETER', keyRange, `The value of ${key} is not text or a list of texts.`))
  }
}
