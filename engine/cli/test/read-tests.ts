import { diagnosticCodes } from '../../definition/codes/index.ts'
import type { Diagnostic } from '../../definition/diagnostic.ts'
import { didYouMean } from '../../definition/did-you-mean.ts'
import { mistake } from '../../definition/problem.ts'
import { readTexts } from '../../definition/read-fields.ts'
import { readTree } from '../../definition/read-tree.ts'
import type { SourceRange } from '../../definition/source-range.ts'
import { entryOf, type SourceEntry, type SourceMap, type SourceNode } from '../../definition/source-tree.ts'
import { parseDateTime } from '../../spec/date-time.ts'
import type { FieldExpectation, PipelineTest } from './pipeline-test.ts'

export interface ReadTests {
  readonly tests: readonly PipelineTest[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The tests of a definition's text, which has been read as a definition before. A test with a mistake is left out and told. */
export function readTests(text: string, file: string): ReadTests {
  const { root } = readTree(text, file)
  const section = root?.kind === 'map' ? entryOf(root, 'tests') : undefined
  const reader = new TestReader()
  return { tests: section ? reader.section(section.value) : [], diagnostics: reader.diagnostics }
}

type Keys = ReadonlyMap<string, SourceEntry>

class TestReader {
  readonly diagnostics: Diagnostic[] = []

  section(node: SourceNode): PipelineTest[] {
    if (node.kind === 'nothing') return []
    if (node.kind !== 'list') {
      this.#wrong(node.range, 'The section tests is not a list.', 'Write tests: [{ name: ..., expect: {...} }].')
      return []
    }
    return node.items.flatMap((item) => this.#test(item) ?? [])
  }

  #test(node: SourceNode): PipelineTest | undefined {
    const before = this.diagnostics.length
    const keys = this.#map(node, 'A test', ['name', 'parameters', 'at', 'expect'])
    if (!keys) return undefined
    const name = this.#name(keys.get('name'), node.range)
    const parameters = this.#parameters(keys.get('parameters'))
    const at = this.#at(keys.get('at'))
    const expected = this.#expect(keys.get('expect'), node.range)
    return this.diagnostics.length > before
      ? undefined
      : { name, range: keys.get('name')?.value.range ?? node.range, parameters, at, ...expected }
  }

  #name(entry: SourceEntry | undefined, range: SourceRange): string {
    if (entry?.value.kind === 'text' && entry.value.text.trim() !== '') return entry.value.text
    this.#wrong(entry?.value.range ?? range, 'A test has no name.', 'Write name: what the test shows.')
    return ''
  }

  #parameters(entry: SourceEntry | undefined): Record<string, readonly string[]> {
    if (!entry || entry.value.kind === 'nothing') return {}
    const found: Record<string, readonly string[]> = {}
    for (const [id, { value }] of this.#map(entry.value, 'The parameters of a test') ?? []) {
      const texts = value.kind === 'nothing' ? [] : readTexts(value)
      if (texts) found[id] = texts
      else this.#wrong(value.range, `The value of ${id} is not text or a list of texts.`, `Write ${id}: value.`)
    }
    return found
  }

  #at(entry: SourceEntry | undefined): PipelineTest['at'] {
    if (!entry) return undefined
    const { value } = entry
    const time = value.kind === 'text' ? parseDateTime(value.text) : undefined
    if (time) return { time, range: value.range }
    this.#wrong(value.range, 'The instant at is not a date and time in UTC.', 'Write at: 2026-01-31T02:00:00.')
    return undefined
  }

  #expect(entry: SourceEntry | undefined, range: SourceRange): Pick<PipelineTest, 'fields' | 'errors'> {
    const keys = entry && this.#map(entry.value, 'What a test expects', ['objects', 'errors'])
    if (!entry || keys?.size === 0) {
      this.#wrong(entry?.value.range ?? range, 'A test expects nothing.', 'Write expect: { objects: {...} } or expect: { errors: [...] }.')
    }
    return { fields: this.#objects(keys?.get('objects')), errors: this.#errors(keys?.get('errors')) }
  }

  #objects(entry: SourceEntry | undefined): FieldExpectation[] {
    const objects = entry && this.#map(entry.value, 'The expected objects')
    if (objects?.size === 0) this.#wrong(entry!.value.range, 'No object is expected.', 'Write objects: { id: { field: value } }.')
    return [...(objects ?? [])].flatMap(([object, { keyRange, value }]) => {
      const fields = this.#map(value, `What is expected of ${object}`)
      if (fields?.size === 0) this.#wrong(value.range, `No field of ${object} is expected.`, `Write ${object}: { field: value }.`)
      return [...(fields ?? [])].flatMap(([field, given]) => {
        const values = this.#values(given, `${object}.${field}`)
        return values ? [{ object, objectRange: keyRange, field, fieldRange: given.keyRange, values, range: given.value.range }] : []
      })
    })
  }

  #values({ value }: SourceEntry, label: string): readonly string[] | undefined {
    if (value.kind === 'nothing') return []
    const texts = readTexts(value)
    if (texts && (value.kind !== 'list' || texts.length > 0)) return texts
    const hint = 'Write a text, a list of texts, the id of a reference, or null when the field is to be left out.'
    this.#wrong(value.range, `The expected value of ${label} is not text.`, hint)
    return undefined
  }

  #errors(entry: SourceEntry | undefined): PipelineTest['errors'] {
    if (!entry) return undefined
    const { value } = entry
    const codes = value.kind === 'list' ? readTexts(value) : undefined
    if (!codes)
      this.#wrong(value.range, 'The expected errors are not a list of codes.', 'Write errors: [MISSING_PARAMETER], or [] for none.')
    for (const code of codes ?? []) {
      if (diagnosticCodes.has(code)) continue
      const hint = didYouMean(code, diagnosticCodes.keys()) ?? 'docs/diagnostics/index.md lists them.'
      this.#wrong(value.range, `There is no error ${JSON.stringify(code)}.`, hint)
    }
    return codes && { codes, range: value.range }
  }

  /** The entries of a map by key; `known` are the only keys that it may have. */
  #map(node: SourceNode, what: string, known?: readonly string[]): Keys | undefined {
    if (node.kind !== 'map') {
      this.#wrong(node.range, `${what} is not a map.`, known && `Its keys are ${known.join(', ')}.`)
      return undefined
    }
    this.#checkKeys(node, what, known)
    return new Map(node.entries.map((entry) => [entry.key, entry]))
  }

  #checkKeys({ entries }: SourceMap, what: string, known: readonly string[] | undefined): void {
    const seen = new Set<string>()
    for (const { key, keyRange } of entries) {
      if (seen.has(key)) this.#wrong(keyRange, `${what} has the key ${key} twice.`, 'Remove one of them.')
      seen.add(key)
      if (!known || known.includes(key)) continue
      const hint = didYouMean(key, known) ?? `Its keys are ${known.join(', ')}.`
      this.diagnostics.push(mistake('UNKNOWN_TEST_KEY', keyRange, `${what} has no key "${key}".`, hint))
    }
  }

  #wrong(range: SourceRange, message: string, hint?: string): void {
    this.diagnostics.push(mistake('BAD_TEST', range, message, hint))
  }
}
