import { expect, test } from 'vitest'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import type { PipelineObject } from '../../engine/definition/pipeline-definition.ts'

test('each section holds objects by id, and an entry of schedules is a Schedule', () => {
  const { definition, diagnostics } = readDefinition(
    `
sluice: 1
name: nightly-orders
description: Orders, every night
defaults: { failureAndRerunMode: cascade }
schedules: { nightly: { period: 1 day } }
databases: { shop: { type: JdbcDatabase, name: The shop } }
activities:
  export: { type: CopyActivity, input: [orders, customers], schedule: { ref: nightly } }
objects: { own: { type: Property } }
`,
    'folder/orders.yaml',
  )
  expect(diagnostics).toEqual([])
  expect(definition).toMatchObject({ name: 'nightly-orders', description: 'Orders, every night' })
  expect([...(definition?.objects.keys() ?? [])]).toEqual(['Default', 'nightly', 'shop', 'export', 'own'])
  expect(definition?.objects.get('nightly')).toMatchObject({ type: 'Schedule', name: 'nightly' })
  expect(definition?.objects.get('shop')).toMatchObject({ type: 'JdbcDatabase', name: 'The shop' })
  expect(plain(definition?.objects.get('export'))).toEqual({
    input: [{ text: 'orders' }, { text: 'customers' }],
    schedule: [{ ref: 'nightly' }],
  })
})

test('a definition without a name has that of its file', () => {
  expect(readDefinition('activities: {}', 'folder/orders.yaml').definition?.name).toBe('orders')
})

test('numbers, booleans and dates stay the text that was written', () => {
  const written = {
    a: '007',
    b: '1e999',
    c: '9223372036854775808',
    d: '-0',
    e: 'yes',
    f: 'True',
    g: '2026-01-01T02:00:00',
    h: '0x10',
    i: '1_000',
  }
  const fields = Object.entries(written).map(([key, text]) => `my_${key}: ${text}`)
  const { definition } = readDefinition(`objects: { x: { type: CSV, ${fields.join(', ')} } }`, 'x.yaml')
  const read = plain(definition?.objects.get('x'))
  expect(Object.values(read)).toEqual(Object.values(written).map((text) => [{ text }]))
})

test('a text of several lines keeps its line breaks', () => {
  const { definition } = readDefinition('activities:\n  x:\n    type: Work\n    command: |\n      one\n      two #{a}\n', 'x.yaml')
  expect(plain(definition?.objects.get('x'))).toEqual({ command: [{ text: 'one\ntwo #{a}\n' }] })
})

test('an anchor and its aliases are the same value', () => {
  const { definition, diagnostics } = readDefinition(
    'objects: { a: &a { type: CSV, column: &c [x, y] }, b: *a, c: { type: TSV, column: *c } }',
    'x',
  )
  expect(diagnostics).toEqual([])
  expect(plain(definition?.objects.get('b'))).toEqual({ column: [{ text: 'x' }, { text: 'y' }] })
  expect(plain(definition?.objects.get('c'))).toEqual({ column: [{ text: 'x' }, { text: 'y' }] })
})

test('a parameter keeps every attribute, and the star of a secret is no part of its id', () => {
  const { definition } = readDefinition(
    'parameters: { "*myPassword": { type: string, optional: "TRUE", helpText: Ask Ann }, myDays: { isArray: true, default: [a, b] } }\n' +
      'values: { "*myToken": t, myDays: [c] }',
    'x',
  )
  expect(definition?.parameters.get('myPassword')).toMatchObject({ id: 'myPassword', secret: true, type: 'String', optional: true })
  expect(definition?.parameters.get('myPassword')?.attributes.get('helpText')).toEqual(['Ask Ann'])
  expect(definition?.parameters.get('myDays')).toMatchObject({ isArray: true, default: ['a', 'b'] })
  expect(definition?.values).toEqual(
    new Map([
      ['myToken', ['t']],
      ['myDays', ['c']],
    ]),
  )
  expect(definition?.secretValues).toEqual(new Set(['myToken']))
})

test('places are those of the source: the id for an object, the name for a field, the text for a value', () => {
  const { definition } = readDefinition('objects:\n  x: { type: CSV,\n       column: "a b" }\n', 'x.yaml')
  const object = definition?.objects.get('x')
  expect(object?.range).toEqual({ file: 'x.yaml', line: 2, column: 3, endLine: 2, endColumn: 4 })
  expect(object?.keyRanges.get('column')).toEqual({ file: 'x.yaml', line: 3, column: 8, endLine: 3, endColumn: 14 })
  expect(object?.fields.get('column')?.[0]?.range).toEqual({ file: 'x.yaml', line: 3, column: 16, endLine: 3, endColumn: 21 })
})

test('a duplicate id names both places', () => {
  const { diagnostics } = readDefinition('databases:\n  shop: { type: A }\nobjects:\n  shop: { type: B }\n', 'x.yaml')
  expect(diagnostics).toMatchObject([{ code: 'DUPLICATE_ID', range: { line: 4, column: 3 } }])
  expect(diagnostics[0]?.message).toContain('x.yaml:2:3')
})

function plain(object: PipelineObject | undefined): Record<string, object[]> {
  const entries = [...(object?.fields ?? [])].map(([name, values]) => [name, values.map(({ range: _range, ...value }) => value)])
  return Object.fromEntries(entries) as Record<string, object[]>
}
