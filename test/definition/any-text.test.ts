import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { formatDiagnostic } from '../../engine/definition/diagnostic.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { testCatalog } from '../support/test-catalog.ts'

const yamlWords = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ': ',
  '- ',
  '? ',
  '\n',
  '\n  ',
  '\n    ',
  '"',
  "'",
  '|',
  '>',
  '&a ',
  '*a',
  '!x ',
  '#',
  '#{',
  '}',
  '---',
  '~',
  '<<',
  '\\',
  'objects',
  'activities',
  'parameters',
  'values',
  'defaults',
  'id',
  'type',
  'Work',
  'ref',
  'parent',
  'Default',
  'input',
  'a',
  'b',
  '__proto__',
]

test('any text gives a definition or reasons, and never an exception', () => {
  const soup = fc.array(fc.constantFrom(...yamlWords), { maxLength: 60 }).map((words) => words.join(''))
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), (text) => {
      const { definition, diagnostics } = readDefinition(text, 'x')
      expect(definition !== undefined || diagnostics.length > 0).toBe(true)
      if (definition) compileDefinition(definition, testCatalog)
    }),
    { numRuns: 3000 },
  )
})

const id = fc.constantFrom('a', 'b', 'c', 'Default', '__proto__')
const text = fc.oneof(id, fc.constantFrom('Work', 'CSV', 'Schedule', '1 day', '#{a}', '#{myP}', '#{input.b}', 'ondemand', ''))
const value = fc.oneof(
  text,
  id.map((ref) => ({ ref })),
  fc.array(text, { maxLength: 3 }),
)
const field = fc.constantFrom('type', 'parent', 'input', 'output', 'dependsOn', 'command', 'schedule', 'scheduleType', 'period', 'myP')
const object = fc.dictionary(field, value).chain((fields) => id.map((name) => ({ ...fields, id: name })))

test('any objects are compiled or refused with reasons, the same from AWS JSON as from YAML', () => {
  fc.assert(
    fc.property(fc.uniqueArray(object, { selector: (each) => each.id }), (objects) => {
      const sections = new Map(objects.map(({ id: name, ...fields }) => [name, fields]))
      const yaml = `objects: {${[...sections].map(([name, fields]) => `${JSON.stringify(name)}: ${JSON.stringify(fields)}`).join(', ')}}`
      expect(outcome(yaml)).toEqual(outcome(JSON.stringify({ objects })))
    }),
    { numRuns: 1000 },
  )
})

function outcome(source: string): object {
  const { definition, diagnostics } = readDefinition(source, 'x')
  if (!definition) return { diagnostics }
  const compiled = compileDefinition(definition, testCatalog)
  const reasons = [...diagnostics, ...compiled.diagnostics].map((diagnostic) => formatDiagnostic({ ...diagnostic, range: undefined }))
  expect(compiled.compiled !== undefined || reasons.length > 0).toBe(true)
  return { reasons: reasons.toSorted(), compiled: compiled.compiled }
}
