import assert from 'node:assert/strict'
import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { substituteWith } from '../../engine/definition/substitute-parameters.ts'
import { testCatalog } from '../support/test-catalog.ts'

test('a value from outside wins over the definition’s, and that over the default', () => {
  const text = 'parameters: { myA: { default: d }, myB: { default: d }, myC: { default: d } }\nvalues: { myB: v, myC: v }'
  expect(compile(text, { myC: ['o'] }).compiled?.parameters).toEqual({ myA: ['d'], myB: ['v'], myC: ['o'] })
})

test('a name is the same with its star and without, and one star anywhere makes it secret', () => {
  const text =
    'parameters: { "*myA": {}, myB: {}, myC: {} }\nvalues: { myA: 1, "*myB": 2 }\nobjects: { f: { type: CSV, column: "#{*myC}" } }'
  const { compiled } = compile(text, { '*myC': ['3'] })
  expect(compiled?.parameters).toEqual({ myA: ['1'], myB: ['2'], myC: ['3'] })
  expect(compiled?.secretParameters).toEqual(['myA', 'myB', 'myC'])
})

test('an empty value is none: an optional parameter is then absent, another one an error', () => {
  expect(compile('parameters: { myA: { optional: true, default: "" } }').compiled?.parameters).toEqual({})
  expect(codes('parameters: { myA: { default: "" } }')).toEqual(['MISSING_PARAMETER'])
})

test('an empty value from outside leaves the default in force', () => {
  expect(compile('parameters: { myA: { default: d } }', { myA: [''] }).compiled?.parameters).toEqual({ myA: ['d'] })
})

test('a value without a parameter object is legal in the definition, and from outside when an expression uses it', () => {
  const text = 'values: { myA: a }\nobjects: { f: { type: CSV, column: "#{myB}" } }'
  expect(compile(text, { myB: ['b'] }).compiled?.parameters).toEqual({ myA: ['a'], myB: ['b'] })
  expect(codes(text, { myB: ['b'], myNobody: ['x'] })).toEqual(['UNKNOWN_PARAMETER'])
})

test('the values of a secret are not shown', () => {
  const { diagnostics } = compile('parameters: { "*myA": { type: Integer, default: hunter2 } }')
  expect(diagnostics).toMatchObject([{ code: 'BAD_PARAMETER_VALUE' }])
  expect(JSON.stringify(diagnostics)).not.toContain('hunter2')
})

test.each([
  ['Integer', '-3', []],
  ['Integer', '3.5', ['BAD_PARAMETER_VALUE']],
  ['Double', '.5', []],
  ['Double', '1e3', ['BAD_PARAMETER_VALUE']],
  ['AWS::S3::ObjectKey', 's3://b/k', []],
  ['AWS::S3::ObjectKey', 'b/k', ['NOT_AN_S3_URI']],
  ['String', '#{x', []],
])('a parameter of type %s given %s', (type, value, expected) => {
  expect(codes('parameters: { myA: { type: "' + type + '" } }', { myA: [value] })).toEqual(expected)
})

test('fields that the scheduler reads get the values of parameters, others keep their expressions', () => {
  const text = `
parameters: { myStart: { default: "#{myDay}T02:00:00" }, myDay: { default: 2026-01-01 }, myEnd: { optional: true } }
defaults: { schedule: nightly }
schedules: { nightly: { period: 1 day, startDateTime: "#{myStart}", endDateTime: "#{ myEnd }" } }
activities: { load: { type: Work, command: "#{myDay}" } }
`
  const { compiled, diagnostics } = compile(text)
  expect(diagnostics).toEqual([])
  expect(compiled?.components['nightly']?.fields['startDateTime']).toEqual([{ text: '2026-01-01T02:00:00' }])
  expect(compiled?.components['nightly']?.fields['endDateTime']).toBeUndefined()
  expect(compiled?.components['load']?.fields['command']).toEqual([{ text: '#{myDay}' }])
})

test('a bad value of a parameter is found in the field that it fills', () => {
  const text =
    'defaults: { scheduleType: ondemand }\nparameters: { myN: { default: many } }\nactivities:\n  load: { type: Work, command: ls, maximumRetries: "#{myN}" }'
  expect(compile(text).diagnostics).toMatchObject([{ code: 'BAD_INTEGER', range: { line: 4, column: 52 } }])
})

test('parameters that double one another are left when they have grown past a bound', () => {
  const values = new Map(Array.from({ length: 60 }, (_, at) => [`my${at}`, [`#{my${at + 1}}#{my${at + 1}}`]]))
  const start = performance.now()
  const [text] = substituteWith((id) => values.get(id))('#{my0}', () => false)
  expect(text?.length).toBeLessThan(200_000)
  expect(performance.now() - start).toBeLessThan(500)
})

test('a long value that stands in a text a thousand times is filled in only as far as the bound', () => {
  const [text] = substituteWith(() => ['x'.repeat(1_000_000)])('#{myA} '.repeat(1000), () => false)
  expect(text?.length).toBeLessThan(100_000)
})

test('parameters that name each other end', () => {
  const values = new Map([
    ['myA', ['#{myB}']],
    ['myB', ['#{myA}']],
  ])
  expect(substituteWith((id) => values.get(id))('#{myA}', () => false)).toHaveLength(1)
})

function compile(text: string, values: Record<string, string[]> = {}): ReturnType<typeof compileDefinition> {
  const { definition, diagnostics } = readDefinition(text, 'x')
  expect(diagnostics).toEqual([])
  assert(definition)
  return compileDefinition(definition, testCatalog, { values })
}

function codes(text: string, values: Record<string, string[]> = {}): string[] {
  return compile(text, values).diagnostics.map(({ code }) => code)
}
