import { expect, test } from 'vitest'
import { evaluateField, evaluateKnown, evaluateText } from '../../engine/expression/index.ts'
import { evaluationObject, evaluationScope, utc } from '../support/evaluation-objects.ts'

test('a field that a field leads to is evaluated too', () => {
  const scope = evaluationScope({
    fields: { table: '#{myRDSTableName}', selectQuery: 'select * from #{table}' },
    parameters: { myRDSTableName: 'orders' },
  })
  expect(evaluateField(scope, 'selectQuery').values).toEqual(['select * from orders'])
})

test('expressions in a parameter belong to the object whose field is evaluated', () => {
  const node = evaluationObject({ id: 'Target', fields: { tableName: 'target', createTableSql: '#{mySql}' } })
  const scope = evaluationScope({
    fields: { tableName: 'own', createTableSql: '#{mySql}', output: { ref: 'Target' } },
    targets: { Target: node },
    parameters: { mySql: 'CREATE TABLE IF NOT EXISTS #{tableName} (id int)' },
  })
  expect(evaluateField(scope, 'createTableSql').values).toEqual(['CREATE TABLE IF NOT EXISTS own (id int)'])
  expect(evaluateText(scope, '#{output.createTableSql}').values).toEqual(['CREATE TABLE IF NOT EXISTS target (id int)'])
})

test('what runtime fields and string literals hold is not scanned, also when it goes through other fields', () => {
  const scope = evaluationScope({
    fields: { message: 'failed: #{errorMessage}', subject: '#{message}', joined: "#{'#' + '{table}'}", again: '#{joined}!', table: 't' },
    runtime: { errorMessage: 'no #{table} #{nope}' },
  })
  expect(evaluateField(scope, 'subject').values).toEqual(['failed: no #{table} #{nope}'])
  expect(evaluateField(scope, 'again').values).toEqual(['#{table}!'])
  expect(evaluateText(scope, "#{'#{table}'}").values).toEqual(['#{table}'])
})

test('an escape is undone once, where it stands', () => {
  const scope = evaluationScope({ fields: { inner: '\\#{table}', outer: '#{inner}' } })
  expect(evaluateField(scope, 'outer').values).toEqual(['#{table}'])
})

test('an optional parameter without a value leaves the field out, and is empty inside longer text', () => {
  const scope = evaluationScope({
    fields: { keyPair: '#{myKey}', copied: '#{keyPair}', label: 'key=#{myKey};', both: ['#{myKey}', 'x'] },
    declared: ['myKey'],
    parameters: { myEmpty: '', mySome: ['a', ''] },
  })
  expect(evaluateField(scope, 'keyPair').values).toEqual([])
  expect(evaluateField(scope, 'copied').values).toEqual([])
  expect(evaluateField(scope, 'label').values).toEqual(['key=;'])
  expect(evaluateField(scope, 'both').values).toEqual(['x'])
  expect(evaluateText(scope, '#{myEmpty}').values).toEqual([])
  expect(evaluateText(scope, '#{mySome}').values).toEqual(['a'])
})

test('expressions that lead in a circle are an error that shows the circle', () => {
  const scope = evaluationScope({
    id: 'Load',
    fields: { a: '#{b}', b: 'x#{c}', c: '#{b}', self: '#{self}' },
    parameters: { myA: '#{myB}', myB: '#{myA}' },
  })
  expect(() => evaluateField(scope, 'a')).toThrow('Load.c, column 3: Expressions lead in a circle: Load.b -> Load.c -> Load.b.')
  expect(() => evaluateField(scope, 'self')).toThrow('Load.self -> Load.self')
  expect(() => evaluateText(scope, '#{myA}')).toThrow('Load.myA -> Load.myB -> Load.myA')
})

test('the same field may be read twice, and in different objects', () => {
  const inner = evaluationObject({ id: 'Inner', fields: { path: 'in-#{x}', x: '1' } })
  const scope = evaluationScope({
    fields: { path: '#{input.path}#{x}#{x}', x: '#{y}', y: '2', input: { ref: 'Inner' } },
    targets: { Inner: inner },
  })
  expect(evaluateField(scope, 'path').values).toEqual(['in-122'])
})

test('sixteen texts may lead to each other, not seventeen', () => {
  const chain = (length: number) =>
    evaluationScope({
      fields: Object.fromEntries(Array.from({ length }, (_, at) => [`f${at}`, at === length - 1 ? '#{1 + 1}' : `#{f${at + 1}}`])),
    })
  expect(evaluateField(chain(16), 'f0').values).toEqual(['2'])
  expect(() => evaluateField(chain(17), 'f0')).toThrow('through more than 16 texts')
})

const secrets = () =>
  evaluationScope({
    id: 'Load',
    fields: {
      '*password': '#{*myPin}',
      url: 'jdbc:x?password=#{password}',
      starred: '#{*password}',
      plain: '#{myPart}',
      viaParameter: '#{myPin}',
      sums: '#{*password * 2}',
      '*broken': 'sesame #{open)',
      usesBroken: '#{broken}',
      unknown: '#{*password}#{nope}',
      database: { ref: 'Shop' },
      viaReference: '#{database.password}',
    },
    targets: { Shop: evaluationObject({ id: 'Shop', fields: { '*password': 'p' } }) },
    parameters: { myPin: 'xyzzy', myPart: 'p', mySpell: 'abra #{cadabra}' },
    secrets: ['myPin', 'mySpell'],
    runtime: { '@scheduledStartTime': utc('2026-01-01T00:00:00') },
  })

test('a secret field or parameter makes the result secret, however it is reached', () => {
  for (const field of ['*password', 'password', 'url', 'starred', 'viaParameter', 'viaReference'])
    expect([field, evaluateField(secrets(), field).secret]).toEqual([field, true])
  for (const field of ['plain', '@scheduledStartTime']) expect([field, evaluateField(secrets(), field).secret]).toEqual([field, false])
  expect(evaluateField(secrets(), 'url').values).toEqual(['jdbc:x?password=xyzzy'])
  expect(evaluateKnown(secrets(), '#{plain}#{password}').secret).toBe(true)
})

test('no error shows a secret', () => {
  expect(() => evaluateField(secrets(), 'sums')).toThrow(
    'A number is needed here, and this is none (the value is not shown, since a secret was read).',
  )
  for (const text of [
    '#{broken}',
    '#{usesBroken}',
    '#{mySpell}',
    '#{*password * 2}',
    "#{format(*password,'YYYY')}",
    "#{'x'.format(myPin)}",
  ]) {
    const { message } = catching(() => evaluateText(secrets(), text))
    expect(message).not.toMatch(/xyzzy|sesame|open|abra|cadabra/)
  }
  expect(() => evaluateField(secrets(), '*broken')).toThrow('This secret text holds an expression that cannot be evaluated.')
})

function catching(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}
