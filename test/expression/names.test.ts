import { expect, test } from 'vitest'
import { evaluateField, evaluateKnown, evaluateText, ExpressionError } from '../../engine/expression/index.ts'
import { evaluationObject, evaluationScope, utc } from '../support/evaluation-objects.ts'

const database = evaluationObject({
  id: '@Shop_T',
  componentId: 'Shop',
  fields: { username: 'sa', '*password': 'hunter2' },
  runtime: { '@status': 'OK', hostname: 'db1' },
})
const table = evaluationObject({
  id: '@Orders_T',
  componentId: 'Orders',
  fields: {
    database: { ref: 'Shop' },
    tableName: 'orders',
    directoryPath: "s3://b/#{format(@scheduledStartTime,'YYYY-MM-dd')}/#{myPart}",
    nodeOfMine: '#{node.name}',
  },
  runtime: { '@scheduledStartTime': utc('2026-01-02T00:00:00'), '@status': 'FINISHED' },
  targets: { Shop: database },
})
const earlier = evaluationObject({ id: '@Orders_S', componentId: 'Orders', fields: { directoryPath: 's3://b/earlier' } })
const activity = evaluationObject({
  id: '@Load_T',
  componentId: 'Load',
  type: 'CopyActivity',
  fields: { output: { ref: 'Orders' }, name: 'The load', command: 'cp' },
  runtime: { '@actualEndTime': utc('2026-01-02T03:04:05'), hostname: 'worker-1', errorMessage: 'bad #{command}', '@status': 'FAILED' },
  notYet: ['errorStackTrace'],
  component: { '@latestRunTime': utc('2026-01-01T00:00:00') },
  targets: { Orders: table },
})
const inActivity = (fields: Record<string, string>, more: Partial<Parameters<typeof evaluationScope>[0]> = {}) =>
  evaluationScope({
    id: '@Load_2018-01-31T11:05:33',
    componentId: 'Load',
    fields: { input: { ref: 'Orders' }, inputs: { ref: 'All' }, lost: { ref: 'Nowhere' }, ...fields },
    targets: { Orders: table, All: [earlier, table] },
    parameters: { myPart: 'p1' },
    notYet: ['@actualEndTime'],
    runtime: { '@pipelineId': 'df-1', '@scheduledStartTime': utc('2026-01-03T00:00:00') },
    ...more,
  })
const value = (text: string, fields: Record<string, string> = {}, more = {}) => evaluateText(inActivity(fields, more), text).values[0]

test('own fields, runtime fields and parameters are found in that order', () => {
  expect(value('select * from #{table} -- #{@pipelineId}, #{myPart}', { table: 't' })).toBe('select * from t -- df-1, p1')
  expect(value('#{myPart}', { myPart: 'own' })).toBe('own')
})

test('id and name are those of the instance, parent has those of the definition', () => {
  expect(value('#{id} #{@id} #{name}')).toBe('@Load_2018-01-31T11:05:33 @Load_2018-01-31T11:05:33 @Load_2018-01-31T11:05:33')
  expect(value('#{parent.@id} #{parent.id}')).toBe('Load Load')
  expect(value('#{node.parent.name} #{node.parent.@id} #{node.parent.command}', {}, { node: activity })).toBe('The load Load cp')
  expect(value("#{node.parent.@latestRunTime.format('dd')}", {}, { node: activity })).toBe('01')
  expect(() => value('#{parent.@scheduledStartTime}')).toThrow('The component Load has no field "@scheduledStartTime".')
})

test('a field of a referenced object is evaluated in that object, for its own interval', () => {
  expect(value('#{input.directoryPath} on #{@scheduledStartTime}')).toBe('s3://b/2026-01-02/p1 on 2026-01-03T00:00:00')
  expect(value('#{input.database.username}@#{(input.database).username}')).toBe('sa@sa')
})

test('a reference to several objects gives a list, oldest first', () => {
  expect(evaluateText(inActivity({}), '#{inputs.directoryPath}').values).toEqual(['s3://b/earlier', 's3://b/2026-01-02/p1'])
})

test('preconditions and actions read their referrer as node', () => {
  const message = '#{node.name} #{node.@status} at #{node.@actualEndTime} on #{node.hostname}: #{node.output.directoryPath}'
  expect(value(message, {}, { node: activity })).toBe('@Load_T FAILED at 2026-01-02T03:04:05 on worker-1: s3://b/2026-01-02/p1')
  expect(value('#{node}', {}, { node: activity })).toBe('@Load_T')
})

test('node has no meaning elsewhere, nor in objects that references lead to', () => {
  expect(() => value('#{node.name}')).toThrow('"node" has a meaning only in the fields of preconditions and actions.')
  expect(() => value('#{input.nodeOfMine}', {}, { node: activity })).toThrow('@Orders_T.nodeOfMine, column 3: "node" has a meaning only')
})

test.for(['#{node.output.@status}', '#{(node.output).@status}', '#{node.output.database.hostname}', '#{input.database.@status}'])(
  '%s reads a runtime field through a second reference, which is refused unless the scope is lenient',
  (text) => {
    expect(() => value(text, {}, { node: activity })).toThrow('is a runtime field, which can be read through one reference only.')
    expect(value(text, {}, { node: activity, lenientTransitive: true })).toMatch(/^(OK|FINISHED|db1)$/)
  },
)

test('a field is found in any letter case when the exact name is missing', () => {
  expect(value('#{input.tablename}')).toBe('orders')
  expect(value('#{TABLE}', { table: 't' })).toBe('t')
  expect(value('#{Table}', { table: 't', Table: 'T' })).toBe('T')
})

test('an unknown name is an error that names object, field, column and the nearest name', () => {
  const scope = inActivity({ table: 't', selectQuery: 'select *\nfrom #{tabel}' })
  expect(() => evaluateField(scope, 'selectQuery')).toThrow(
    '@Load_2018-01-31T11:05:33.selectQuery, line 2, column 8: "tabel" is neither a set field of Load nor a parameter. Did you mean "table"?',
  )
  expect(() => value('#{input.tablNam}')).toThrow('"tablNam" is not a set field of Orders. Did you mean "tableName"?')
  expect(() => value('#{table.name}', { table: 't' })).toThrow('"table" leads to no object, so "name" cannot be read from it.')
  expect(() => value('#{lost.directoryPath}')).toThrow('"lost" leads to no object')
  expect(() => value('#{makeDate(2011,1,1).year}')).toThrow('This value leads to no object, so "year" cannot be read from it.')
})

test('an error carries its place: the text that is at fault, not the one that was asked for', () => {
  const scope = inActivity({ command: 'run #{query}', query: 'x #{1 / 0}' })
  const error = catching(() => evaluateField(scope, 'command'))
  expect(error).toMatchObject({ objectId: '@Load_2018-01-31T11:05:33', field: 'query', offset: 6, errorId: 'ExpressionError' })
})

test('a runtime field without a value is an error, in actions empty', () => {
  expect(() => value('#{@actualEndTime}')).toThrow('"@actualEndTime" of Load has no value yet.')
  expect(value('[#{@actualEndTime}]', {}, { lenientRuntime: true })).toBe('[]')
  expect(value('[#{node.errorStackTrace}]', {}, { node: activity, lenientRuntime: true })).toBe('[]')
  expect(() => value('[#{node.errorStackTraze}]', {}, { node: activity, lenientRuntime: true })).toThrow(ExpressionError)
})

test.for([
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'process',
  'globalThis',
  'input.constructor',
  'input.database.toString',
  'parent.constructor',
])('%s is an unknown name and reaches nothing of JavaScript', (name) => {
  expect(() => value(`#{${name}}`)).toThrow(ExpressionError)
  expect(() => value(`#{${name}('return 1')}`)).toThrow(/There is no function/)
})

test('fields and parameters named like parts of JavaScript are plain names', () => {
  expect(value('#{constructor}', { constructor: 'c' })).toBe('c')
})

test('reference fields, id, name and type come back as they are written', () => {
  const scope = inActivity({ depends: '#{x}', name: '#{y}' }, { referenceFields: ['depends', 'input'] })
  expect(evaluateField(scope, 'input').values).toEqual(['Orders'])
  expect(evaluateField(scope, 'depends').values).toEqual(['#{x}'])
  expect(evaluateField(scope, 'name').values).toEqual(['#{y}'])
})

test('plain text in a reference field leads to its object', () => {
  const scope = inActivity({ source: 'Orders' }, { referenceFields: ['source'] })
  expect(evaluateText(scope, '#{source.tableName}').values).toEqual(['orders'])
  expect(evaluateField(scope, 'source').values).toEqual(['Orders'])
})

test('a field that is not set has no values, a runtime field its own', () => {
  expect(evaluateField(inActivity({}), 'command')).toEqual({ values: [], secret: false })
  expect(evaluateField(inActivity({}), '@pipelineId')).toEqual({ values: ['df-1'], secret: false })
})

test('what is known of a component is filled in and the rest stays as it is written', () => {
  const text = "s3://#{myPart}/#{format(@actualEndTime,'YYYY')}/\\#{x}/#{1 +}/#{@pipelineId}"
  expect(evaluateKnown(inActivity({}), text).text).toBe("s3://p1/#{format(@actualEndTime,'YYYY')}/\\#{x}/#{1 +}/df-1")
})

function catching(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return error
  }
}
