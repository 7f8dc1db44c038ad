import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { InstanceObjects } from '../../engine/worker/evaluate/instance-object.ts'
import { KnownFields, type KnownField } from '../../engine/worker/evaluate/known-fields.ts'
import { linkedIntervalsOf } from '../../engine/worker/linked-intervals-of.ts'

const catalog = await loadCatalog()

/** The field of the activity `a`, as it may be shown, for the execution of 2026-01-31. */
function known(field: string, text: string, more = '', how: 'field' | 'shown' = 'shown'): KnownField {
  const yaml = `sluice: 1
defaults: { scheduleType: ondemand }
parameters: { myTable: { default: orders }, myLacking: {}, myOptional: { optional: true }, "*mySecret": { default: hush } }
dataNodes: { n: { type: S3DataNode, directoryPath: "s3://b/#{myTable}/#{format(@scheduledStartTime,'YYYY')}", "*myToken": hidden } }
activities: { a: { type: ShellCommandActivity, input: n, ${field}: ${text}${field === 'command' ? '' : ", command: 'true'"}${more} } }
`
  const { definition } = readDefinition(yaml, 'a.yaml')
  const { compiled, diagnostics } = compileDefinition(definition!, catalog, { purpose: 'reading' })
  if (!compiled) throw new Error(JSON.stringify(diagnostics))
  const at = new Date('2026-01-31T00:00:00Z')
  const objects = new InstanceObjects(compiled, catalog, linkedIntervalsOf(compiled, at))
  const fields = new KnownFields(objects, (id) => id === 'myLacking')
  return fields[how](objects.get('a', { start: at, end: at })!, field)
}

test.each([
  [
    'what is known is filled in',
    "'#{input.directoryPath} #{@scheduledStartTime} #{id}'",
    ['s3://b/orders/2026 2026-01-31T00:00:00 @a_2026-01-31T00:00:00'],
  ],
  [
    'runtime fields stay as they are written',
    "'#{myTable} on #{hostname}, #{@actualStartTime} of #{@pipelineId}'",
    ['orders on #{hostname}, #{@actualStartTime} of #{@pipelineId}'],
  ],
  ['a parameter that lacks its value stays', "'#{myTable} #{myLacking}'", ['orders #{myLacking}']],
])('%s', (_, text, values) => {
  expect(known('command', text).values).toEqual(values)
})

test('an optional parameter without a value leaves the field out', () => {
  expect(known('workerGroup', "'#{myOptional}'").values).toEqual([])
  expect(known('workerGroup', "'#{myLacking}'").values).toEqual(['#{myLacking}'])
})

test('a reference is the id that it names', () => {
  expect(known('input', 'n')).toMatchObject({ values: ['n'], secret: false })
})

test('why something is not known is a sentence', () => {
  expect(known('command', "'#{hostname}'").unresolved).toBe('a.command, column 3: "hostname" of a has no value yet.')
  expect(known('command', "'#{myLacking}'").unresolved).toBe('The parameter myLacking has no value.')
  expect(known('command', "'#{1 / 0}'").unresolved).toContain('Division by zero')
})

test.each([
  ['a secret parameter', "'curl #{*mySecret}'"],
  ['a secret field of another object', "'curl #{input.*myToken}'"],
  ['a secret beside what is not known', "'curl #{mySecret} #{hostname}'"],
])('%s is not shown, and known to those who compare', (_, text) => {
  expect(known('command', text).values).toEqual(['********'])
  expect(known('command', text, '', 'field').values[0]).toMatch(/^curl (hush|hidden)/)
})

test('a value that the field does not take is refused as the worker will refuse it', () => {
  expect(known('maximumRetries', "'#{input.directoryPath}'").refused).toContain('a.maximumRetries is "s3://b/orders/2026", but')
  expect(known('maximumRetries', "'#{input.*myToken}'").refused).toBe('a.maximumRetries is a secret that the field does not take.')
})
