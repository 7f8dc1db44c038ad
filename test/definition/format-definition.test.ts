import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { formatDefinition } from '../../engine/definition/format-definition.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { writeAwsJson } from '../../engine/definition/write-aws-json.ts'
import { writeYamlForm } from '../../engine/definition/write-yaml-form.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { anyDefinition } from '../support/any-definition.ts'
import { anyYamlText } from '../support/any-yaml-text.ts'

const catalog = await loadCatalog()
const root = new URL('../../', import.meta.url)
const formatted = (text: string): string => formatDefinition(text, 'x.yaml').text ?? 'not formatted'

describe('a YAML form in its layout', () => {
  test.each(cases('yaml'))('%s', (_sentence, before, after) => {
    expect(formatted(before)).toBe(after)
    expect(formatted(after)).toBe(after)
  })
})

describe("AWS's JSON in its layout", () => {
  test.each(cases('json'))('%s', (_sentence, before, after) => {
    expect(formatted(before)).toBe(after)
    expect(formatted(after)).toBe(after)
  })

  test.each(['# a comment', '&anchor'])('is refused when it holds what JSON cannot: %s', (mark) => {
    const text = `{"objects": [ ${mark}\n{"id": "a", "type": "CSV"}]}`
    expect(formatDefinition(text, 'x.json')).toMatchObject({ refusal: `JSON cannot hold "${mark}", which stands in the text.` })
  })

  test('is refused when it is written as YAML', () => {
    const { text, refusal, hint } = formatDefinition('objects:\n  - id: a\n    type: CSV\n', 'x.yaml')
    expect({ text, refusal }).toEqual({ text: undefined, refusal: "AWS's form is written as YAML here, which is not formatted." })
    expect(hint).toContain('sluice convert')
  })
})

/** Sentence, text before and text after, from the files of a fixture folder: `sentence.before.yaml` beside `sentence.after.yaml`. */
function cases(form: 'yaml' | 'json'): [string, string, string][] {
  const folder = new URL(`test/fixtures/formatting/${form}/`, root)
  const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
  const names = readdirSync(folder).filter((name) => name.endsWith(`.before.${form}`))
  return names.map((name) => [
    name.replace(`.before.${form}`, '').replaceAll('-', ' '),
    read(name),
    read(name.replace('.before.', '.after.')),
  ])
}

describe('lines and bytes', () => {
  const text = 'sluice: 1\n\nactivities:\n  a:\n    type: ShellCommandActivity\n    command: |\n      one\n      two\n'

  test('CRLF stays where the first line ends in it, and is not part of a text', () => {
    expect(formatted(text.replaceAll('\n', '\r\n').replaceAll('  ', '   '))).toBe(text.replaceAll('\n', '\r\n'))
    expect(formatted(text.replaceAll('\n', '\r\n').replace('\r\n', '\n'))).toBe(text)
  })

  test('a byte order mark goes, a missing line end at the end comes', () => {
    expect(formatted(`\uFEFF${text.trimEnd()}`)).toBe(text)
  })
})

test.each(['activities: { a: {', 'activities: [a]', 'activites: {}', '- a', ''])('%j has a mistake, which is told instead', (text) => {
  const { text: written, diagnostics, refusal } = formatDefinition(text, 'x.yaml')
  expect({ written, refusal }).toEqual({ written: undefined, refusal: undefined })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).not.toEqual([])
})

describe('formatted text says the same and stays as it is', () => {
  test('any YAML form, however it is laid out', () => {
    let accepted = 0
    fc.assert(
      fc.property(anyYamlText(), (text) => {
        if (isMistaken(text)) return
        accepted++
        expect(twice(text)).toEqual(asItShouldBe(text))
      }),
      { numRuns: 100, endOnFailure: true },
    )
    expect(accepted).toBeGreaterThan(60)
  })

  test.each([
    { form: 'the YAML form', write: writeYamlForm },
    { form: "AWS's JSON", write: writeAwsJson },
  ])('any definition, written as $form', ({ write }) => {
    const readable = anyDefinition()
      .map((definition) => write(definition, catalog))
      .filter((text) => !isMistaken(text))
    fc.assert(
      fc.property(readable, (text) => {
        expect(twice(text)).toEqual(asItShouldBe(text))
      }),
      { numRuns: 25, endOnFailure: true },
    )
  })

  const pipelines = definitionFiles(new URL('pipelines/', root))
  test.each(pipelines.map(({ pathname }) => pathname.slice(root.pathname.length)))('%s, which is formatted', (name) => {
    const text = readFileSync(new URL(name, root), 'utf8')
    expect(formatted(text)).toBe(text)
  })

  const corpus = new URL('../shared/corpus/', root)
  const real = existsSync(corpus) ? [...definitionFiles(new URL('samples/', corpus)), ...definitionFiles(new URL('guide/', corpus))] : []

  test.skipIf(real.length > 0)('the real definitions are not formatted: there is no ../shared/corpus beside the repository', () => {
    expect(real).toEqual([])
  })

  const names = real.map(({ pathname }) => pathname.slice(corpus.pathname.length))

  test.each(names.filter((name) => !unformattable.includes(name)))('%s', (name) => {
    const text = readFileSync(new URL(name, corpus), 'utf8')
    expect(twice(text)).toEqual(asItShouldBe(text))
    expect(() => JSON.parse(formatted(text)) as unknown).not.toThrow()
  })

  test.each(names.filter((name) => unformattable.includes(name)))('but not %s, which has a mistake', (name) => {
    const text = readFileSync(new URL(name, corpus), 'utf8')
    expect(isMistaken(text)).toBe(true)
    expect(formatDefinition(text, name).text).toBeUndefined()
  })
})

/** As published they have parts left out, or two objects of one id. */
const unformattable = [
  'guide/dp-error-logs-l14.txt',
  'guide/dp-object-hadoopactivity-l77.json',
  'guide/dp-writing-pipeline-definition-l15.json',
]

function isMistaken(text: string): boolean {
  return readDefinition(text, 'x').diagnostics.some(({ severity }) => severity === 'error')
}

/** What is seen of a text that has been formatted once, and whether formatting it again changes it. */
function twice(text: string): object {
  const { text: once, refusal } = formatDefinition(text, 'x')
  if (once === undefined) throw new Error(`${refusal}\n${text}`)
  return { ...seen(once), changes: formatted(once) !== once }
}

function asItShouldBe(text: string): object {
  return { ...seen(text), changes: false }
}

/** The comments of `anyYamlText`, and all values: as an ordinary YAML reader finds them, numbers as numbers, or those of AWS's JSON. */
function seen(text: string): object {
  const isJson = readDefinition(text, 'x').form === 'json'
  return { comments: text.match(/# ?w\d+/g)?.toSorted(), values: isJson ? asAwsJson(text) : parse(text) }
}

function parse(text: string): unknown {
  return parseYaml(text, { strict: false, uniqueKeys: false, logLevel: 'error', maxAliasCount: -1 })
}

function asAwsJson(text: string): string {
  const { definition } = readDefinition(text, 'x')
  return definition ? writeAwsJson(definition, catalog) : 'no definition'
}

function definitionFiles(folder: URL): URL[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => /\.(ya?ml|json|txt)$/.test(name)).map((name) => new URL(name, folder))
}
