import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readingLimits, type ReadingLimits } from '../../engine/definition/limits.ts'
import { parseSource, type ParsedSource } from '../../engine/definition/parse-source.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { readPlainYaml } from '../../engine/definition/read-plain-yaml.ts'
import { readYamlText } from '../../engine/definition/read-yaml-text.ts'
import { scanYamlTokens } from '../../engine/definition/scan-yaml-tokens.ts'
import { createSourceText } from '../../engine/definition/source-text.ts'
import type { SourceMap } from '../../engine/definition/source-tree.ts'
import { writeYamlForm } from '../../engine/definition/write-yaml-form.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { editedYaml, plainYaml } from '../support/any-yaml.ts'

const catalog = await loadCatalog()
const root = new URL('../../', import.meta.url)

function fast(text: string, limits = readingLimits): SourceMap | undefined {
  return readPlainYaml(createSourceText(text, 'x'), limits)
}

function parsed(text: string, limits = readingLimits): ParsedSource {
  return parseSource(createSourceText(text, 'x'), limits)
}

/** Whether the fast reader reads it. Then the parser is the measure: the same tree, to the last place, and nothing to complain about. */
function isReadAsByTheParser(text: string): boolean {
  const tree = fast(text)
  if (!tree) return false
  expect({ root: tree, diagnostics: [], hidden: [] }).toEqual(parsed(text))
  return true
}

describe('the fast reader gives the tree that the parser gives', () => {
  test('any text within the plain core, whatever its layout', () => {
    fc.assert(
      fc.property(plainYaml(), (text) => {
        expect(isReadAsByTheParser(text)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  test('every example, and every real definition written in the YAML form', () => {
    const texts = [...filesIn('pipelines/examples/'), ...filesIn('test/fixtures/pipelines/'), ...realDefinitions()]
    const read = texts.filter(({ text, file }) => file !== 'broken.yaml' && isReadAsByTheParser(text))
    expect(read.length).toBe(texts.length - 1)
  })

  test.each([
    ['a list below its key, not indented', 'a:\n- b\n- c: d\nf: g\n'],
    ['lists in lists', 'a:\n  - - b\n    - - c\n  -\n    - d\n'],
    ['block texts of each sort', 'a: |\n  x\n   y\n\nb: >-\n\n  x\n  y\n    z\n\n  z\nc: |+\n  x\n\n \nd: >+ # c\n x\n\n'],
    ['brackets over several lines', 'a: [\n  b, # c\n  {d: e,\n\n   f: , g},\n]\nb: {\n}\n'],
    ['nothing', 'a:\nb: ~\nc: null # c\nd:\n  # c\n\n  -\n  - # c\n  -\n'],
    ['comments that belong to what is above them', 'a:\n  b:\n    c: d\n\n      # in c\n    # in b\n  # in a\n# in none\ne:\n'],
    ['comments that are no longer above', 'a:\n  b:\n    - c: d\n# left\n      # right\n    # in b\n\n  # in a\n'],
    ['a comment of one item above an item of nothing', 'a:\n- b: c\n  # d\n-\n\ne: f\n'],
    ['CRLF', '# c\r\na: |+\r\n  b\r\n\r\nc: "d"\r\ne: [f,\r\n g]\r\n'],
    ['a document mark at the beginning', '# c\n---\n# d\na: b'],
    ['blanks before colons and at ends', '"a" :  b  \n\'c\'   : \n  d :   "e"   # f\n'],
    ['no line end at the end', 'a:\n  - b: |\n      c'],
    ['escapes', 'a: "\\"\\\\\\/\\b\\f\\n\\r\\t\\ \\u00e9\\ud83d\\ude00"\n'],
  ])('%s', (_name, text) => {
    expect(isReadAsByTheParser(text)).toBe(true)
  })

  test.each(['\uFEFFa: b', 'é: 漢😀'])('places count as the author sees them: %j', (text) => {
    expect(readYamlText(createSourceText(text, 'x'), readingLimits).root).toMatchObject({ entries: [{ keyRange: { line: 1, column: 1 } }] })
  })
})

describe('what is not plain is for the parser', () => {
  test.each([
    ['an anchor', 'a: &b c'],
    ['an alias', 'a: *b'],
    ['a tag', 'a: !!str b'],
    ['a question mark', '? a\n: b'],
    ['a merge key', 'a: { <<: b }'],
    ['a merge key in a block', 'a:\n  <<: b'],
    ['a key of nothing', '~: a'],
    ['a key that is a list', '[a]: b'],
    ['a directive', '%YAML 1.2\n---\na: b'],
    ['several documents', 'a: b\n---\nc: d'],
    ['a document mark before a key', 'a: b\n--- c: d'],
    ['a document end', 'a: b\n...\n'],
    ['a plain text over two lines', 'a: b\n  c'],
    ['double quotes over two lines', 'a: "b\n  c"'],
    ['single quotes over two lines', "a: 'b\n  c'"],
    ['a line end that is escaped', 'a: "b\\\n  c"'],
    ['a tab before a value', 'a:\tb'],
    ['a tab as indentation', 'a:\n\tb: c'],
    ['a CR alone', 'a: b\rc'],
    ['two colons on a line', 'a: b: c'],
    ['a key on a line of a list', 'a:\n- b\nc'],
    ['a list on the line of its key', 'a: - b'],
    ['indentation that goes back to nowhere', 'a:\n    b: c\n  d: e'],
    ['indentation below a value', 'a: b\n  c: d'],
    ['a bracket too far left', 'a:\n  b: [\n c]'],
    ['an inner bracket below what all belongs to', 'a: [[b\n]\n ]'],
    ['a bracket that is not closed', 'a: [b'],
    ['a missing comma', 'a: ["b" "c"]'],
    ['two commas', 'a: [b,,c]'],
    ['a pair in a list', 'a: [b: c]'],
    ['text behind a quote', 'a: "b" c'],
    ['a text below a comment', 'a:\n#c\n  b\nc: d'],
    ['a comment at the left edge in brackets', 'a: { b: c\n# d\n }'],
    ['a comment without a blank', 'a: "b"# c'],
    ['an expression taken for a comment', 'a: #{b}'],
    ['an expression taken for a comment in brackets', 'a: [b, #{c}\n d]'],
    ['an escape that only YAML has', 'a: "\\x41"'],
    ['an unknown escape', 'a: "\\q"'],
    ['half a character', 'a: "\\ud800"'],
    ['a NUL', 'a: "\\u0000"'],
    ['a margin given in a number', 'a: |2\n   b'],
    ['a block text that is empty', 'a: |\nb: c'],
    ['empty lines wider than the margin', 'a: |\n    \n  b'],
    ['a sign with a meaning of its own', 'a: @b'],
    ['a list of everything', '- a'],
    ['nothing', ''],
  ])('%s', (_name, text) => {
    expect(fast(text)).toBeUndefined()
  })

  test('edited texts: what is read all the same is what the parser reads', () => {
    const texts = [...filesIn('pipelines/examples/'), ...filesIn('test/fixtures/definitions/bad/'), ...realDefinitions()]
    const pieces = texts.flatMap(({ text }) => text.match(/(?:.*\n){1,20}/g) ?? [])
    let read = 0
    // An edit may cut a character in half: such a text is refused before it reaches either reader.
    const edited = fc
      .oneof(fc.constantFrom(...pieces), plainYaml())
      .chain(editedYaml)
      .map((text) => text.toWellFormed())
    fc.assert(
      fc.property(edited, (text) => void (read += Number(isReadAsByTheParser(text)))),
      { numRuns: 3000 },
    )
    expect(read).toBeGreaterThan(500)
  })
})

describe('what would eat memory is refused', () => {
  const few: ReadingLimits = { ...readingLimits, values: 1000, tokens: 1000 }

  test.each([
    ['lists', 'a:\n', '- a\n'],
    ['empty items', 'a:\n', '-\n'],
    ['maps in brackets', 'a: [', '{a: 1},'],
    ['keys', '', 'a: b\n'],
    ['comments', 'a: *a\n', '#\n'],
    ['line ends', 'a: *a\n', '\n'],
    ['lines of a text', 'a: *a\nb: |\n', '  x\n'],
    ['nothing at the beginning', '', '\n \n'],
  ])('a flood of %s', (_name, begin, repeated) => {
    const { root: tree, diagnostics } = readYamlText(createSourceText(begin + repeated.repeat(2000), 'x'), few)
    expect(tree).toBeUndefined()
    expect(diagnostics).toMatchObject([{ code: 'TOO_LARGE', message: expect.stringContaining('1000') }])
  })

  test('a flood of mistakes is not parsed to its end', () => {
    const text = ']'.repeat(50_000)
    expect(parsed(text).diagnostics).toHaveLength(10)
    const source = createSourceText(text, 'x')
    expect(quickest(() => parsed(text))).toBeLessThan(2 * quickest(() => scanYamlTokens(source, readingLimits)))
  })

  test('100,000 objects are within the limits, plain or not', () => {
    const limits = { ...readingLimits, values: readingLimits.values / 100, tokens: readingLimits.tokens / 100 }
    const object = (at: number) =>
      `  A${at}:\n    type: ShellCommandActivity\n    command: "echo #{myBucket}"\n    output: N${at}\n    dependsOn: A${at - 1}\n`
    const text = `activities:\n${Array.from({ length: 1000 }, (_, at) => object(at)).join('')}`
    expect(fast(text, limits)?.entries[0]?.value).toMatchObject({ kind: 'map', entries: { length: 1000 } })
    expect(parsed(text, limits).root).toBeDefined()
  })

  test('nesting at the limit is for the parser, which refuses one level more', () => {
    const nested = (depth: number) => `a: ${'['.repeat(depth)}${']'.repeat(depth)}`
    expect(fast(nested(50))).toBeDefined()
    expect([fast(nested(62)), parsed(nested(62)).diagnostics]).toEqual([undefined, []])
    expect(parsed(nested(63)).diagnostics).toMatchObject([{ code: 'TOO_DEEP' }])
    expect([fast(nested(100_000)), fast(`a:${' -'.repeat(100_000)}`), fast(`a:\n${'- '.repeat(100_000)}`)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

test('an ordinary text is read many times sooner than by the parser', () => {
  const object = (at: number) => `  A${at}:\n    type: ShellCommandActivity\n    command: "echo #{myBucket} ${at}"\n    output: N${at}\n`
  const text = `activities:\n${Array.from({ length: 500 }, (_, at) => object(at)).join('')}`
  expect(quickest(() => fast(text)) * 3).toBeLessThan(quickest(() => parsed(text)))
})

/** The best of ten, in milliseconds: other work on the machine is not the reader's fault. */
function quickest(read: () => void): number {
  const times = Array.from({ length: 10 }, () => {
    const start = performance.now()
    read()
    return performance.now() - start
  })
  return Math.min(...times)
}

interface NamedText {
  readonly file: string
  readonly text: string
}

function filesIn(folder: string): NamedText[] {
  const names = readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.yaml'))
  return names.map((file) => ({ file, text: readFileSync(new URL(folder + file, root), 'utf8') }))
}

/** The published definitions, converted; none where the corpus is not beside the repository. */
function realDefinitions(): NamedText[] {
  const corpus = new URL('../shared/corpus/', root)
  if (!existsSync(corpus)) return []
  const files = JSON.parse(readFileSync(new URL('manifest.json', corpus), 'utf8')) as { file: string }[]
  return files.flatMap(({ file }) => {
    const { definition } = readDefinition(readFileSync(new URL(file, corpus), 'utf8'), file)
    return definition ? [{ file, text: writeYamlForm(definition, catalog) }] : []
  })
}
