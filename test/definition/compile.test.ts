import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileDefinition, type CompileOptions } from '../../engine/definition/compile.ts'
import { formatDiagnostic } from '../../engine/definition/diagnostic.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { testCatalog } from '../support/test-catalog.ts'

const nightly = `
defaults: { schedule: nightly }
schedules: { nightly: { period: 1 day, startDateTime: 2026-01-01 } }
`

test('a definition without mistakes becomes components with what they inherit, as plain JSON', () => {
  const { compiled, diagnostics } = compile(
    `
name: orders
defaults: { scheduleType: ondemand, maximumRetries: 3, terminateAfter: 1 hour }
dataNodes:
  extract: { type: File, filePath: s3://b/k, dataFormat: csv }
dataFormats: { csv: { type: CSV } }
objects: { base: { workerGroup: night } }
activities:
  load: { type: Work, command: ls, input: [extract], parent: base, myComment: mine }
`,
    { directory: '/pipelines' },
  )
  expect(diagnostics).toEqual([])
  expect(compiled).toMatchObject({ name: 'orders', onDemand: true, directory: '/pipelines', parameters: {}, secretParameters: [] })
  assert(compiled)
  expect(Object.keys(compiled.components)).toEqual(['extract', 'csv', 'load'])
  expect(compiled.components['load']).toEqual({
    id: 'load',
    name: 'load',
    type: 'Work',
    fields: {
      command: [{ text: 'ls' }],
      input: [{ ref: 'extract' }],
      myComment: [{ text: 'mine' }],
      workerGroup: [{ text: 'night' }],
      scheduleType: [{ text: 'ondemand' }],
      maximumRetries: [{ text: '3' }],
    },
  })
  expect(JSON.parse(JSON.stringify(compiled))).toEqual({ ...compiled, directory: '/pipelines' })
})

test('four mistakes of one person are told at once, each with its place and a way out', () => {
  const text = readFileSync(new URL('../fixtures/definitions/four-mistakes.yaml', import.meta.url), 'utf8')
  const { definition, diagnostics } = readDefinition(text, 'orders.yaml')
  assert(definition)
  const compiled = compileDefinition(definition, testCatalog)
  expect([...diagnostics, ...compiled.diagnostics].map(formatDiagnostic).join('\n')).toMatchInlineSnapshot(`
    "orders.yaml:5:22: error BAD_PERIOD: nightly.period must be a number and a unit, such as 15 minutes or 1 day, but is "1 dya".
      hint: The units are second, minute, hour, day, week, month and year.
    orders.yaml:9:87: error UNKNOWN_NAME: orders.selectQuery uses #{tabel}, but orders has no field, and the pipeline no parameter, "tabel".
      hint: Did you mean "table"?
    orders.yaml:12:45: error UNKNOWN_REFERENCE: export.input refers to "order", but no object has that id.
      hint: Did you mean "orders"?
    orders.yaml:12:69: error UNKNOWN_FIELD: export.maximumRetry: Work has no field "maximumRetry".
      hint: Did you mean "maximumRetries"?"
  `)
})

test('a pipeline with an error is not compiled, one with a warning is', () => {
  expect(compile(`${nightly}activities: { load: { type: Work } }`).compiled).toBeUndefined()
  const warned = compile(`${nightly}activities: { load: { type: Work, command: ls, hostname: here } }`)
  expect(warned.diagnostics).toMatchObject([{ code: 'RUNTIME_FIELD', severity: 'warning' }])
  expect(warned.compiled?.components['load']?.fields).not.toHaveProperty('hostname')
})

test('a mistake on Default is told once, though every object inherits it', () => {
  const text = `defaults: { schedule: nigthly, maximumRetries: x }\nactivities: { a: { type: Work, command: ls }, b: { type: Work, command: ls } }`
  expect(compile(text).diagnostics.map(({ code }) => code)).toEqual(['UNKNOWN_REFERENCE', 'BAD_INTEGER'])
})

test('what a type does not have is ignored when it comes from an ancestor, and an error on the object itself', () => {
  const text = `defaults: { scheduleType: ondemand, command: ls }
resources: { m: { type: Ec2Resource, terminateAfter: 1 hour } }
activities: { a: { type: Work, command: ls, runsOn: m } }`
  expect(codes(text)).toEqual([])
  expect(codes(text.replace('1 hour', '1 hour, command: ls'))).toEqual(['UNKNOWN_FIELD'])
})

test('an activity with neither runsOn nor workerGroup is refused only in strict mode', () => {
  const text = `${nightly}activities: { load: { type: Work, command: ls } }`
  expect(codes(text)).toEqual([])
  expect(codes(text, { strict: true })).toEqual(['NO_LOG_URI', 'MISSING_RUNNER'])
})

test('in an on-demand pipeline no schedule counts, not even one that does not exist', () => {
  const { compiled, diagnostics } = compile(
    'defaults: { scheduleType: ONDEMAND, schedule: gone }\nactivities: { a: { type: Work, command: ls } }',
  )
  expect(diagnostics).toEqual([])
  expect(compiled?.onDemand).toBe(true)
  expect(compiled?.components['a']?.fields).not.toHaveProperty('schedule')
})

test('a pipeline is on demand also when a parameter says so', () => {
  const text = 'parameters: { myType: {} }\ndefaults: { scheduleType: "#{myType}" }\nactivities: { a: { type: Work, command: ls } }'
  expect(compile(text, { values: { myType: ['ondemand'] } }).compiled?.onDemand).toBe(true)
  expect(codes(text, { values: { myType: ['cron'] } })).toEqual(['MISSING_SCHEDULE'])
})

test('a value with an expression is not judged before it is evaluated', () => {
  expect(codes(`${nightly}activities: { a: { type: Work, command: ls, attemptTimeout: "#{priority} hours", priority: 3 } }`)).toEqual([])
})

test('enumerations and units are read in any letter case', () => {
  expect(codes(`${nightly}activities: { a: { type: Work, command: ls, failureAndRerunMode: CASCADE, retryDelay: 1 Hours } }`)).toEqual([])
})

test('a resource without a schedule has that of the first activity that runs on it', () => {
  const text = `
schedules: { nightly: { period: 1 day, startDateTime: 2026-01-01 } }
resources: { machine: { type: Ec2Resource, terminateAfter: 1 hour } }
activities: { load: { type: Work, command: ls, schedule: nightly, runsOn: machine } }
`
  const { compiled, diagnostics } = compile(text)
  expect(diagnostics).toEqual([])
  expect(compiled?.components['machine']?.fields['schedule']).toEqual([{ ref: 'nightly' }])
})

test('a required parameter without a value is told once, not in every field that needs it', () => {
  const text = `
parameters: { myCommand: {}, myStart: {} }
defaults: { schedule: nightly }
schedules: { nightly: { period: 1 day, startDateTime: "#{myStart}" } }
activities: { load: { type: Work, command: "#{myCommand}" } }
`
  expect(codes(text)).toEqual(['MISSING_PARAMETER', 'MISSING_PARAMETER'])
})

test('a field whose optional parameter has no value is absent', () => {
  const text =
    'parameters: { myCommand: { optional: true } }\ndefaults: { scheduleType: ondemand }\nactivities: { load: { type: Work, command: "#{myCommand}" } }'
  expect(codes(text)).toEqual(['MISSING_ONE_OF'])
})

test('a cycle goes through inputs, outputs, dependencies and preconditions, and names the whole way', () => {
  const text = `${nightly}
dataNodes:
  a: { type: File, filePath: s3://b/a }
  b: { type: File, filePath: s3://b/b, precondition: check }
preconditions: { check: { type: KeyExists, s3Key: s3://b/k } }
activities:
  one: { type: Work, command: ls, input: a, output: b }
  two: { type: Work, command: ls, input: b, output: a }
`
  expect(compile(text).diagnostics).toMatchObject([{ code: 'CYCLE', message: 'a waits for itself: a -> two -> b -> one -> a.' }])
})

test('a diamond is no cycle, and two cycles are told apart', () => {
  const work = (id: string, dependsOn: string) => `  ${id}: { type: Work, command: ls, dependsOn: [${dependsOn}] }\n`
  expect(codes(`${nightly}activities:\n${work('a', 'b, c')}${work('b', 'd')}${work('c', 'd')}${work('d', '')}`)).toEqual([])
  expect(codes(`${nightly}activities:\n${work('a', 'b')}${work('b', 'a')}${work('c', 'c')}`)).toEqual(['CYCLE', 'CYCLE'])
})

test('a chain of 20,000 dependencies is checked without exhausting the stack', () => {
  const links = Array.from({ length: 20_000 }, (_, at) => `  a${at}: { type: Work, command: ls, dependsOn: a${(at + 1) % 20_000} }`)
  expect(codes(`${nightly}activities:\n${links.join('\n')}`)).toEqual(['CYCLE'])
})

test('ten thousand wrong references are told within seconds', () => {
  const objects = Array.from({ length: 10_000 }, (_, at) => `  a${at}: { type: Work, command: ls, dependsOn: b${at}, parent: c${at} }`)
  const start = performance.now()
  expect(codes(`${nightly}activities:\n${objects.join('\n')}`)).toHaveLength(20_000)
  expect(performance.now() - start).toBeLessThan(20_000)
})

test('names in expressions are looked up on the object, along references and among the parameters', () => {
  const text = (command: string) => `${nightly}
parameters: { "*mySecret": { default: x } }
databases: { shop: { type: Database, connectionString: embedded:shop } }
dataNodes: { orders: { type: Table, database: shop, table: t, "*password": p } }
activities: { load: { type: Work, myTag: t, input: orders, command: "#{${command}}" } }
`
  for (const known of [
    'myTag',
    '*mySecret',
    'mySecret',
    'input.table',
    'input.password',
    'input.database.connectionString',
    'input.@status',
  ]) {
    expect(codes(text(known))).toEqual([])
  }
  for (const known of ['@scheduledStartTime', 'priority', 'parent.@id', 'id', "format(@scheduledEndTime, 'YYYY')"])
    expect(codes(text(known))).toEqual([])
  for (const unknown of ['myTga', 'input.tabel', 'input.database.url', 'output.filePath', 'node.id', 'constructor', '@nothing']) {
    expect(codes(text(unknown))).toEqual(['UNKNOWN_NAME'])
  }
})

function compile(text: string, options: CompileOptions = {}): ReturnType<typeof compileDefinition> {
  const { definition, diagnostics } = readDefinition(text, 'x.yaml')
  expect(diagnostics).toEqual([])
  assert(definition)
  return compileDefinition(definition, testCatalog, options)
}

function codes(text: string, options: CompileOptions = {}): string[] {
  return compile(text, options).diagnostics.map(({ code }) => code)
}
