import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDiagnostic } from '../../engine/definition/diagnostic.ts'
import { readingLimits } from '../../engine/definition/limits.ts'
import { looksLikeJson, readJsonText } from '../../engine/definition/read-json-text.ts'
import { createSourceText } from '../../engine/definition/source-text.ts'
import type { SourceNode } from '../../engine/definition/source-tree.ts'

const read = (text: string) => readJsonText(createSourceText(text, 'x.json'), readingLimits)
const said = (text: string) => read(text).diagnostics.map(formatDiagnostic)

/** What the tree says, as JSON.parse would. Numbers and booleans are their text. */
function plain(node: SourceNode | undefined): unknown {
  if (node?.kind === 'map') return node.entries.map(({ key, value }) => [key, plain(value)])
  if (node?.kind === 'list') return node.items.map(plain)
  return node?.kind === 'text' ? node.text : null
}

function pairs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pairs)
  if (value !== null && typeof value === 'object') return Object.entries(value).map(([key, item]) => [key, pairs(item)])
  return value === null ? null : typeof value === 'string' ? value : JSON.stringify(value)
}

const anyText = fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed() && !text.includes('\0'))
const anyJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anyText,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 4 }),
  ),
})).value

test('every JSON text is read as JSON.parse reads it, however it is laid out', () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, anyJson, { maxKeys: 5 }), fc.constantFrom(undefined, 1, 4, '\t'), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      const { root, diagnostics } = read(text)
      expect(diagnostics).toEqual([])
      expect(plain(root)).toEqual(pairs(value))
    }),
  )
})

test('every place is where the text stands', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^[a-z]{1,5}$/)), (value) => {
      const text = JSON.stringify(value, undefined, 2)
      const lines = text.split('\n')
      const { root } = read(text)
      for (const { key, keyRange, value: node } of root?.kind === 'map' ? root.entries : []) {
        const at = ({ line, column, endColumn }: typeof keyRange) => lines[line - 1]?.slice(column - 1, endColumn - 1)
        expect(at(keyRange)).toBe(`"${key}"`)
        expect(at(node.range)).toBe(node.kind === 'text' ? `"${node.text}"` : '')
      }
    }),
  )
})

test('no text makes it throw, and each failure has one mistake with a place inside the text', () => {
  const pieces = fc.array(
    fc.constantFrom('{', '}', '[', ']', ':', ',', '"', '"a"', '\\', '1', 'true', '\n', ' ', '//', '/*', '#', 'é', '“'),
    {
      maxLength: 30,
    },
  )
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('')
      const { root, diagnostics } = read(text)
      if (root) return
      const [only] = diagnostics
      expect(diagnostics).toHaveLength(1)
      expect(only?.range?.line).toBeLessThanOrEqual(text.split('\n').length)
    }),
  )
})

test('numbers stay the text they are', () => {
  expect(plain(read('{"a": 1.0, "b": 1e999, "c": -0, "d": 12345678901234567890}').root)).toEqual([
    ['a', '1.0'],
    ['b', '1e999'],
    ['c', '-0'],
    ['d', '12345678901234567890'],
  ])
})

test.each([
  ['{"a": “x”}', 'x.json:1:7: error BAD_SYNTAX: The text is not valid JSON: "“x”" stands where a value should be.', 'write ".'],
  ['{"a": \'x\'}', 'x.json:1:7: error BAD_SYNTAX: The text is not valid JSON: "\'x\'" stands where a value should be.', 'write ".'],
  ['{"a": 1 "b": 2}', 'x.json:1:9: error BAD_SYNTAX: The text is not valid JSON: """ stands where "," or "}" should be.', ''],
  ['{"a": "x}', 'x.json:1:7: error BAD_SYNTAX: The text is not valid JSON: the string that begins here has no closing quote.', ''],
  ['{"a": "\\d"}', 'x.json:1:7: error BAD_SYNTAX: The text is not valid JSON: \\d is no escape.', 'written twice'],
  ['{"a": yes}', 'x.json:1:7: error BAD_SYNTAX: The text is not valid JSON: yes is no value.', 'double quotes'],
  ['{"a": 01}', 'x.json:1:7: error BAD_SYNTAX: The text is not valid JSON: 01 is no value.', 'double quotes'],
  ['{"a": [1,\n...]}', 'x.json:2:1: error BAD_SYNTAX: The text is not valid JSON: ... is no value.', ''],
  ['{"a": 1}}', 'x.json:1:9: error BAD_SYNTAX: The text is not valid JSON: "}" stands where the end of the text should be.', ''],
  ['{"a": ', 'x.json:1:7: error BAD_SYNTAX: The text is not valid JSON: it ends where a value should be.', ''],
  ['{"a": "\\ud800"}', 'x.json:1:7: error BAD_CHARACTER: The text holds a NUL character or half a character.', 'escape'],
])('%s is refused at its place', (text, message, hint) => {
  const [only = '', ...more] = said(text)
  expect(more).toEqual([])
  expect(only).toContain(message)
  expect(only).toContain(hint)
})

test('comments are passed over with a warning', () => {
  const { root, diagnostics } = read('// head\n{ /* a\nb */ "a": "x" # end\n}')
  expect(plain(root)).toEqual([['a', 'x']])
  expect(diagnostics.map(({ message }) => message)).toEqual(['JSON does not allow a comment: it is not kept. There are 3 of them.'])
})

test('line ends of Windows inside a string are read as line ends', () => {
  expect(plain(read('{"a": "x\r\ny"}').root)).toEqual([['a', 'x\ny']])
})

test('a text is meant as JSON when it begins with a map of quoted keys', () => {
  for (const text of ['{"a": 1}', '\n { "a"', '{}', '// x\n{"a"', '{ /* x */ "a"']) expect(looksLikeJson(text)).toBe(true)
  for (const text of ['{a: 1}', 'a: 1', '[1]', '', "{'a': 1}"]) expect(looksLikeJson(text)).toBe(false)
})

test.each([
  ['nested maps', '{"a":'.repeat(100_000), 'TOO_DEEP'],
  ['nested lists', `{"a":${'['.repeat(100_000)}`, 'TOO_DEEP'],
])('100,000 %s are refused before they are read', (_name, text, code) => {
  expect(read(text).diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code])
})

test('more values than a definition could have are refused', () => {
  const limits = { ...readingLimits, values: 100 }
  const many = (count: number) => readJsonText(createSourceText(`{"a": [${'1,'.repeat(count - 3)}1]}`, 'x'), limits)
  expect(many(100).root).toBeDefined()
  expect(many(101).diagnostics.map(({ code }) => code)).toEqual(['TOO_LARGE'])
})
