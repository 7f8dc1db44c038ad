import { expect, test } from 'vitest'
import { readDefinition } from '../../engine/definition/read-definition.ts'

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
for (let level = 1; level < 12; level++)
  bomb.push(
    `b${level}: &b${level} [${Array(9)
      .fill(level === 1 ? '*a' : `*b${level - 1}`)
      .join(', ')}]`,
  )

/** @see failure-modes.md, A1 to A3 */
const refused: Readonly<Record<string, [text: string, code: string]>> = {
  'an alias bomb of 9 to the 12th values': [bomb.join('\n'), 'TOO_MANY_ALIASES'],
  'a flood of aliases': [`a: &a x\nb: [${'*a, '.repeat(500_000)}]`, 'TOO_MANY_ALIASES'],
  '1,000 nested lists': ['['.repeat(1000) + ']'.repeat(1000), 'TOO_DEEP'],
  '100,000 nested maps': ['{a: '.repeat(100_000), 'TOO_DEEP'],
  '100,000 nested dashes': ['- '.repeat(100_000), 'TOO_DEEP'],
  '100,000 nested question marks': ['? '.repeat(100_000), 'TOO_DEEP'],
  '1,000 levels of indentation': [Array.from({ length: 1000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), 'TOO_DEEP'],
  'levels of indentation with block texts between them': [
    Array.from({ length: 1000 }, (_, level) => `${' '.repeat(level)}t: |\n${' '.repeat(level + 1)}x\n${' '.repeat(level)}a:`).join('\n'),
    'TOO_DEEP',
  ],
  'a flood of anchors': [`a: ${'&a '.repeat(100_000)}`, 'TOO_DEEP'],
}

test.each(Object.entries(refused))('%s is refused within 50 ms', (_name, [text, code]) => {
  const times: number[] = []
  // the best of five: other work on the machine is not the reader's fault
  for (let time = 0; time < 5; time++) {
    const start = performance.now()
    readDefinition(text, 'x')
    times.push(performance.now() - start)
  }
  expect(Math.min(...times)).toBeLessThan(50)
  const { definition, diagnostics } = readDefinition(text, 'x')
  expect(definition).toBeUndefined()
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code])
})

test('a million hostile brackets, a thousand times, leave the process alive', () => {
  const text = '['.repeat(1_000_000)
  for (let time = 0; time < 1000; time++) expect(readDefinition(text, 'x').definition).toBeUndefined()
})

test('brackets in quotes, comments and block texts are no nesting', () => {
  const text = `activities:\n  a: { type: Work, command: "${'['.repeat(200)}" } # ${'['.repeat(200)}\n  b:\n    type: Work\n    command: |\n      ${'['.repeat(200)}\n`
  expect(readDefinition(text, 'x').diagnostics).toEqual([])
})

test('an anchor that holds itself is refused', () => {
  const { diagnostics } = readDefinition('objects: { a: &a { type: CSV, b: *a } }', 'x')
  expect(diagnostics).toMatchObject([{ code: 'UNSUPPORTED_YAML', range: { column: 34 } }])
})

test('merge keys are refused with a way out', () => {
  const { diagnostics } = readDefinition('objects: { a: &a { type: CSV }, b: { <<: *a } }', 'x')
  expect(diagnostics).toMatchObject([{ code: 'UNSUPPORTED_YAML', hint: 'Use defaults or a parent object instead.' }])
})

test.each(['__proto__', 'constructor', 'prototype', 'toString'])(
  'the key %s is plain data in objects, fields, parameters and values',
  (key) => {
    const yaml = `parameters: { ${key}: { default: p, ${key}: x } }\nvalues: { ${key}: v }\nobjects: { ${key}: { type: CSV, ${key}: [a, b] } }`
    const json = `{"objects": [{"id": "${key}", "type": "CSV", "${key}": ["a", "b"]}], "parameters": [{"id": "${key}", "default": "p", "${key}": "x"}], "values": {"${key}": "v"}}`
    for (const text of [yaml, json]) {
      const { definition, diagnostics } = readDefinition(text, 'x')
      expect(diagnostics).toEqual([])
      expect(definition?.objects.get(key)?.fields.get(key)).toMatchObject([{ text: 'a' }, { text: 'b' }])
      expect(definition?.parameters.get(key)?.attributes.get(key)).toEqual(['x'])
      expect(definition?.values.get(key)).toEqual(['v'])
    }
    expect(Object.keys(Object.prototype)).toEqual([])
  },
)

test.each([
  ['several documents', 'a: 1\n---\nb: 2\n', 'BAD_SYNTAX'],
  ['a custom tag', 'activities: !!js/function x', 'UNSUPPORTED_YAML'],
  ['a key that is no text', 'objects: { [a]: { type: CSV } }', 'UNSUPPORTED_YAML'],
  ['a NUL', 'activities: {}\0', 'BAD_CHARACTER'],
  ['UTF-16 read as UTF-8', 'a\0c\0t\0', 'BAD_CHARACTER'],
  ['a lone surrogate', 'name: \ud800', 'BAD_CHARACTER'],
  ['an escaped lone surrogate', 'name: "\\ud800"', 'BAD_CHARACTER'],
  ['nothing', '', 'NOT_A_DEFINITION'],
  ['a text', 'hello', 'NOT_A_DEFINITION'],
])('%s is refused', (_name, text, code) => {
  expect(readDefinition(text, 'x').diagnostics).toMatchObject([{ code }])
})

test('a byte order mark is no part of the text', () => {
  expect(readDefinition('\uFEFFname: a', 'x')).toMatchObject({ definition: { name: 'a' }, diagnostics: [] })
})

test.each([
  ['newlines', '\n'.repeat(200_000)],
  ['colons', ': '.repeat(10_000)],
  ['keys on a line', 'a: '.repeat(10_000)],
  ['document marks', '---\n'.repeat(100_000)],
  ['comments', '#\n'.repeat(200_000)],
  ['expressions in comments', 'a: #{\n'.repeat(20_000)],
  ['closing brackets', ']'.repeat(100_000)],
  ['quotes', '"'.repeat(100_000)],
  ['percent signs', '%a\n'.repeat(10_000)],
  ['different anchors', `a: [${Array.from({ length: 20_000 }, (_, at) => `&a${at} x`).join(', ')}]`],
])('a flood of %s ends soon', (_name, text) => {
  const start = performance.now()
  readDefinition(text, 'x')
  expect(performance.now() - start).toBeLessThan(5000)
})

test('one byte over the size cap is refused, the cap itself is read', () => {
  const cap = 20 * 1024 * 1024
  const head = 'name: a\n#'
  expect(readDefinition(head + ' '.repeat(cap - head.length), 'x').definition?.name).toBe('a')
  expect(readDefinition(head + ' '.repeat(cap - head.length + 1), 'x').diagnostics).toMatchObject([{ code: 'TOO_LARGE' }])
})
