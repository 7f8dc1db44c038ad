import { describe, expect, test } from 'vitest'
import { evaluateField, evaluateKnown, evaluateText } from '../../engine/expression/index.ts'
import { evaluationObject, evaluationScope, utc } from '../support/evaluation-objects.ts'

/** The rules of spec/expressions.md, section by section, as far as no other file of this folder holds them. */

const database = evaluationObject({ id: '@Shop_T', componentId: 'Shop', fields: { username: 'sa', '*password': 'hunter2' } })
const table = evaluationObject({
  id: '@Orders_T',
  componentId: 'Orders',
  fields: { database: { ref: 'Shop' }, tableName: 'orders', when: '2026-01-02', lists: ['a', 'b'], size: '3', Hostname: 'not this one' },
  runtime: { hostname: 'db1', '@status': 'FINISHED', '@actualEndTime': utc('2026-01-02T03:04:05') },
  targets: { Shop: database },
})
const scope = evaluationScope({
  id: '@Load_T',
  componentId: 'Load',
  fields: {
    table: 'orders',
    zip: '007',
    spaced: ' 5 ',
    half: '.5',
    exponent: '1e5',
    plus: '+5',
    hex: '0x10',
    dot: '5.',
    blank: '',
    days: ['2026-01-31', '2026-02-28'],
    counts: ['1', '2'],
    three: ['x', 'y', 'z'],
    none: [],
    input: { ref: 'Orders' },
    all: { ref: 'All' },
    nobody: { ref: 'Nobody' },
    both: [{ ref: 'Orders' }, { ref: 'All' }],
    node: 'own',
  },
  runtime: {
    '@scheduledStartTime': utc('2011-05-24T17:10:00'),
    '@flag': true,
    '@ratio': { decimal: 1 },
    hostname: 'worker-1',
    '@text': '41',
  },
  targets: {
    Orders: table,
    All: [table, evaluationObject({ id: '@Orders_S', componentId: 'Orders', fields: { size: '4', lists: ['c'] } })],
  },
  parameters: { myTimeout: '6', myText: 'it is #{@scheduledStartTime.year() + 1}', mySeven: '7', '*x': 'y' },
  declared: ['myOptional'],
})
const values = (text: string) => evaluateText(scope, text).values

describe('2 where expressions are evaluated', () => {
  test.for(['id', 'name', 'type', '@id', '@sphere'])('%s is not', (field) => {
    expect(evaluateField(evaluationScope({ fields: { [field]: '#{1 + 1}' } }), field).values).toEqual(['#{1 + 1}'])
  })

  test('a text may be built of several expressions with anything around and between them', () => {
    expect(values('#{myTimeout} Hours')).toEqual(['6 Hours'])
    expect(values("<#{table}|#{1 + 1}>#{'x'}-")).toEqual(['<orders|2>x-'])
  })

  test('of a component, what has several values or none stays as it is written', () => {
    expect(evaluateKnown(scope, '#{counts} #{none} #{table} #{myOptional} #{nope}').text).toBe(
      '#{counts} #{none} orders #{myOptional} #{nope}',
    )
  })

  test.for([
    'cp ${INPUT1_STAGING_DIR}/a ${OUTPUT1_STAGING_DIR}',
    'echo ${X:-#} #comment # {a} } {',
    'makeDate(2011,5,24)',
    's3://bucket/#/#x/',
    '# {table}',
    '#\\{table}',
    '{#table}',
  ])('%s is plain text', (text) => {
    expect(values(text)).toEqual([text])
  })
})

describe('3 grammar', () => {
  test.for<[string, string]>([
    ['${#{table}}', '${orders}'],
    ['#{table}}', 'orders}'],
    ['##{table}', '#orders'],
    ['a\\\\#{table}', 'a\\#{table}'],
    ['#{table}\\#{table}#{table}', 'orders#{table}orders'],
    ["#{'a}b' + \"c}'d\"}", "a}bc}'d"],
    ['#{ input . tableName }', 'orders'],
    ["#{format ( @scheduledStartTime , 'YYYY' )}", '2011'],
    ["#{\n  format(\n    @scheduledStartTime,\n    'YYYY'\n  )\n}", '2011'],
    ["#{@scheduledStartTime.format('YYYY-MM-dd')}", '2011-05-24'],
    ['#{@scheduledStartTime . minusDays ( 1 ) . day ( )}', '23'],
    ["#{'2011-05-24'.year() + 1}", '2012'],
    ["#{('2011-05-' + '24').day()}", '24'],
    ["#{input.when.format('dd')}", '02'],
    ["#{input.@actualEndTime.format('HH')}", '03'],
    ['#{-2 ^ 2}', '4.0'],
    ['#{-(1 + 2) * -2}', '6'],
    ['#{1 - -1}', '2'],
    ['#{2 * 3 ^ 2}', '18.0'],
    ['#{8 / 2 / 2}', '2'],
    ['#{8 / (2 / 2)}', '8'],
    ['#{2 + 3 * 4 + 5}', '19'],
    ["#{1 + 2 + 'x' + 1 + 2}", '3x12'],
    ['#{.5}', '0.5'],
    ['#{007}', '7'],
    ['#{mySeven*2}', '14'],
    ['#{*mySeven}', '7'],
  ])('%s is %s', ([text, expected]) => {
    expect(values(text)).toEqual([expected])
  })

  test.for<[string, string]>([
    ['#{5.}', 'Expected a name, found "}"'],
    ['#{1 +}', 'Expected a value, found "}"'],
    ['#{1 2}', 'Expected "}", found "2"'],
    ['#{(1}', 'Expected ")", found "}"'],
    ['#{format(table,)}', 'Expected a value, found ")"'],
    ['#{format(,table)}', 'Expected a value, found ","'],
    ["#{'it's'}", 'Expected "}", found "s"'],
    ['#{table.}', 'Expected a name, found "}"'],
    ['#{table < 1}', '"<" has no meaning in an expression.'],
    ['#{table && table}', '"&" has no meaning in an expression.'],
    ['#{!table}', '"!" has no meaning in an expression.'],
    ['#{table; table}', '";" has no meaning in an expression.'],
    ['#{`table`}', '"`" has no meaning in an expression.'],
    ['#{a.b = 1}', '"=" has no meaning in an expression.'],
    ['#{[1, 2]}', '"[" has no meaning in an expression.'],
    ['#{%}', '"%" has no meaning in an expression.'],
  ])('%s is an error', ([text, message]) => {
    expect(() => values(text)).toThrow(message)
  })
})

describe('3.1 operators', () => {
  test.for<[string, string]>([
    ['1 + 1.0', '2.0'],
    ['.5 + .5', '1.0'],
    ['3 * 1.0', '3.0'],
    ['7.0 / 2', '3.5'],
    ['7 / -2', '-3'],
    ['5 - 0.5', '4.5'],
    ['2 ^ 0.5 ^ 2', '2.0000000000000004'],
    ['0.1 + 0.2', '0.30000000000000004'],
    ['1.0 + "x"', '1.0x'],
    ['@flag + "!"', 'true!'],
    ['1 + @flag', '1true'],
    ['@ratio + 1', '2.0'],
    ['@text + 1', '42'],
    ['input + 1', '@Orders_T1'],
    ['@scheduledStartTime + 1', '2011-05-24T17:10:001'],
    ["format(@scheduledStartTime,'YYYY') + 1", '20111'],
    ["format(@scheduledStartTime,'YYYY') - 1", '2010'],
    ['zip', '007'],
    ['zip + 1', '8'],
    ['zip + ""', '007'],
    ['zip + table', '007orders'],
    ['spaced + 1', '6'],
    ['half * 2', '1.0'],
    ['exponent + 1', '1e51'],
    ['plus + 1', '+51'],
    ['hex + 1', '0x101'],
    ['dot + 1', '5.1'],
    ['mySeven + mySeven', '14'],
    ["mySeven + '7'", '77'],
  ])('%s is %s', ([expression, expected]) => {
    expect(values(`#{${expression}}`)).toEqual([expected])
  })

  test.for(['exponent * 1', 'plus - 1', 'hex / 1', 'dot ^ 1', '@flag - 1', 'input * 1', '-table', 'blank * 1'])(
    '%s is an error',
    (expression) => {
      expect(() => values(`#{${expression}}`)).toThrow('A number is needed here, and this is none')
    },
  )
})

describe('3.2 lists', () => {
  test.for<[string, string[]]>([
    ['<#{three}>', ['<x>', '<y>', '<z>']],
    ['#{counts}#{counts}#{counts}', ['111', '112', '121', '122', '211', '212', '221', '222']],
    ["#{three + '-' + counts}", ['x-1', 'x-2', 'y-1', 'y-2', 'z-1', 'z-2']],
    ["#{days.plusDays(1).format('MM/dd')}", ['02/01', '03/01']],
    ["#{format(makeDate(2026, counts, 1), 'MMM')}", ['Jan', 'Feb']],
    ['[#{three}]', ['x', 'y', 'z']],
    [' [ #{counts} , #{none} , #{zip} ] ', ['1', '2', '007']],
    ['[#{counts}; #{three}]', ['[1; x]', '[1; y]', '[1; z]', '[2; x]', '[2; y]', '[2; z]']],
    ['#{all.size + 1}', ['4', '5']],
    ['#{all.lists}', ['a', 'b', 'c']],
    ['#{all}', ['@Orders_T', '@Orders_S']],
    ['#{both}', ['@Orders_T', '@Orders_T', '@Orders_S']],
    ['#{none}', []],
    ['#{-none}', []],
    ['#{none + none}', ['']],
  ])('%s gives %s', ([text, expected]) => {
    expect(values(text)).toEqual(expected)
  })
})

describe('4 names', () => {
  test('node is the referrer, whatever fields there are, and in a parameter too', () => {
    const referrer = evaluationObject({
      id: '@Copy_T',
      componentId: 'Copy',
      fields: { input: { ref: 'Orders' } },
      targets: { Orders: table },
    })
    const action = evaluationScope({ node: referrer, fields: { node: 'own' }, parameters: { mySubject: '#{node.parent.@id} failed' } })
    expect(evaluateText(action, '#{node.input} #{node.input.database.username} #{mySubject}').values).toEqual(['@Orders_T sa Copy failed'])
    expect(() => values('#{node}')).toThrow('"node" has a meaning only in the fields of preconditions and actions.')
  })

  test('the component of an object that a reference leads to is its parent', () => {
    expect(values('#{input.parent.@id} #{input.parent.tableName} #{parent}')).toEqual(['Orders orders Load'])
  })

  test('hostname is a field, and there is no such function', () => {
    expect(values('#{hostname} #{input.Hostname}')).toEqual(['worker-1 not this one'])
    expect(() => values('#{hostname()}')).toThrow('There is no function "hostname".')
  })

  test.for(['@STATUS', 'HOSTNAME'])('the runtime field %s cannot be reached through two references in other letters either', (name) => {
    const node = evaluationObject({ id: 'Node', fields: { HostName: [] }, runtime: { '@status': 'OK', hostname: 'db1' } })
    const declared = { ...node, field: () => undefined, fieldNames: () => ['hostname', '@status'] }
    const far = evaluationObject({ id: 'Far', fields: { next: { ref: 'Node' } }, targets: { Node: declared } })
    const from = evaluationScope({ fields: { far: { ref: 'Far' } }, targets: { Far: far } })
    expect(() => evaluateText(from, `#{far.next.${name}}`)).toThrow('is a runtime field, which can be read through one reference only.')
  })

  test('very long names are cut in messages', () => {
    for (const text of [
      `#{${'n'.repeat(5_000)}}`,
      `#{input.${'n'.repeat(5_000)}}`,
      `#{${'n'.repeat(5_000)}()}`,
      `#{table.${'n'.repeat(5_000)}}`,
    ])
      expect(messageOf(() => values(text)).length).toBeLessThan(200)
  })

  test('names are never those of JavaScript', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'prototype'])
      for (const text of [`#{${name}}`, `#{input.${name}}`, `#{parent.${name}}`, `#{table.${name}()}`, `#{*${name}}`, `#{@${name}}`])
        expect(() => values(text)).toThrow(/is neither|is not a set field|has no field|There is no function/)
  })

  test('names that JavaScript keeps for itself are no names at all', () => {
    for (const text of ['#{__proto__}', '#{input.__proto__}', "#{input['constructor']}", '#{input?.tableName}', '#{`${table}`}'])
      expect(() => values(text)).toThrow('has no meaning in an expression.')
  })
})

describe('4.2 nested evaluation', () => {
  test('an expression in a parameter sees the object whose field it stands in, and counts as field text', () => {
    expect(values('#{myText}')).toEqual(['it is 2012'])
  })

  test('circles through several objects are found, and the same field of another object is no circle', () => {
    const ping = evaluationObject({ id: 'Ping', fields: { text: '#{pong.text}', pong: { ref: 'Pong' } }, targets: {} })
    const pong = evaluationObject({ id: 'Pong', fields: { text: '#{ping.text}', ping: { ref: 'Ping' } }, targets: { Ping: ping } })
    const from = evaluationScope({ id: 'Ping', fields: { text: '#{pong.text}', pong: { ref: 'Pong' } }, targets: { Pong: pong } })
    expect(() => evaluateField(from, 'text')).toThrow('Expressions lead in a circle: Ping.text -> Pong.text -> Ping.text.')
  })

  test('a value given from outside that holds an expression is evaluated once, not its result again', () => {
    const twice = evaluationScope({
      parameters: { myA: "#{'#' + '{myB}'}", myB: 'secret' },
      fields: { command: 'echo #{myA}', again: '#{command}' },
    })
    expect(evaluateField(twice, 'command').values).toEqual(['echo #{myB}'])
    expect(evaluateField(twice, 'again').values).toEqual(['echo #{myB}'])
  })
})

describe('5.3 values of parameters', () => {
  test('an optional parameter without a value is left out of functions and is empty beside operators', () => {
    expect(values('#{myOptional}')).toEqual([])
    expect(values("#{format(myOptional,'YYYY')}")).toEqual([])
    expect(values("#{'a' + myOptional + 'b'} #{myOptional + 1}")).toEqual(['ab 1'])
    expect(values('[#{myOptional}]')).toEqual([])
    expect(values('<#{*myOptional}>')).toEqual(['<>'])
  })
})

describe('5.4 secrets', () => {
  const vault = evaluationScope({
    fields: { '*password': 'hunter2', plain: 'x', '*since': '2026-01-02' },
    parameters: { myPin: ['1', '2'], mySalt: 'salt' },
    secrets: ['myPin'],
  })
  test.for([
    "#{password + '!'}",
    '#{myPin + 1}',
    "#{since.format('YYYY')}",
    'a#{plain}b#{since.year() * 2}',
    '[#{myPin}]',
    '#{*mySalt}',
    '#{*plain}',
  ])('%s is a secret', (text) => {
    expect(evaluateText(vault, text).secret).toBe(true)
    expect(evaluateKnown(vault, text).secret).toBe(true)
  })

  test('what failed leaves no secret behind in a description', () => {
    expect(evaluateKnown(vault, '#{plain} #{password * 2}')).toEqual({ text: 'x #{password * 2}', secret: false })
  })
})

describe('7 conversions', () => {
  test.for<[string, string]>([
    ["year(' 2011-05-24T17:10:00Z ')", '2011'],
    ["hour('2011-05-24T17:10')", '17'],
    ["minute('2011-05-24')", '0'],
    ['plusDays(@scheduledStartTime, 2.0)', '2011-05-26T17:10:00'],
    ['plusDays(@scheduledStartTime, zip)', '2011-05-31T17:10:00'],
    ["plusMinutes(@scheduledStartTime, '-10')", '2011-05-24T17:00:00'],
    ["plusPeriod(@scheduledStartTime, '1 SECOND')", '2011-05-24T17:10:01'],
    ["plusPeriod(@scheduledStartTime, '90 minutes')", '2011-05-24T18:40:00'],
    ["minusPeriod(@scheduledStartTime, '1  Month')", '2011-04-24T17:10:00'],
    ["plusPeriod(@scheduledStartTime, counts + ' year')", '2012-05-24T17:10:00'],
    ["'' + makeDate(2011, 5, 24)", '2011-05-24T00:00:00'],
    ["'' + inTimeZone(makeDate(2011, 5, 24), 'Asia/Kolkata')", '2011-05-24T05:30:00'],
    ['4 / 2.0', '2.0'],
    ['1 / 3.0', '0.3333333333333333'],
    ['5 / 10.0 ^ 20', '0.00000000000000000005'],
  ])('%s is %s', ([expression, expected]) => {
    expect(values(`#{${expression}}`)[0]).toBe(expected)
  })

  test.for<[string, string]>([
    ["plusDays(@scheduledStartTime, 'two')", 'A number is needed here, and this is none: "two".'],
    ["plusDays(@scheduledStartTime, '1 day')", 'A number is needed here, and this is none: "1 day".'],
    ["plusDays(@scheduledStartTime, '1.5')", 'A whole number is needed here, and this is none: "1.5".'],
    ['plusDays(@scheduledStartTime, @flag)', 'A number is needed here, and this is none: "true".'],
    ['plusDays(@scheduledStartTime, @scheduledStartTime)', 'A number is needed here'],
    ["year('2011-05-24T17:10:00+01:00')", 'A date-time such as 2026-01-31T02:00:00 is needed here'],
    ["year('24/05/2011')", 'A date-time such as'],
    ["year('2011-02-29')", 'A date-time such as'],
    ['year(@ratio)', 'A date-time such as'],
    ['year(@flag)', 'A date-time such as'],
    ['year(input)', 'A date-time such as'],
    ["inTimeZone('', 'UTC')", 'A date-time such as'],
    ["format(@scheduledStartTime, '')", 'The pattern is empty.'],
    ["plusPeriod(@scheduledStartTime, '1')", 'A period such as 1 day is needed here'],
  ])('%s is an error', ([expression, message]) => {
    expect(() => values(`#{${expression}}`)).toThrow(message)
  })
})

function messageOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  throw new Error('nothing was thrown')
}
