import { expect, test } from 'vitest'
import { evaluateField, evaluateText } from '../../engine/expression/index.ts'
import { evaluationObject, evaluationScope, utc } from '../support/evaluation-objects.ts'

const scope = evaluationScope({
  id: '@Load_1',
  componentId: 'Load',
  fields: {
    myList: ['one', 'two'],
    myList1: ['1', '2'],
    myList2: ['3', '4'],
    none: [],
    seven: '7',
    half: '0.5',
    word: 'x',
    big: '9007199254740993',
    days: ['2011-05-24T00:00', '2011-05-25T00:00'],
    step: '#{myList}',
    steps: ['#{myList1}', 'between', '#{myList2}'],
    sum: '#{seven + 1}',
    quoted: "#{'5'}",
    when: '#{@scheduledStartTime}',
  },
  runtime: { '@scheduledStartTime': utc('2011-05-24T17:10:00'), '@flag': true, '@ratio': { decimal: 2 } },
})
const values = (text: string) => evaluateText(scope, text).values

test.for([
  ['1 + 2', '3'],
  ['"hel" + "lo"', 'hello'],
  ["'n' + 1", 'n1'],
  ['1 - 2', '-1'],
  ['1 * 2', '2'],
  ['1 / 2', '0'],
  ['-7 / 2', '-3'],
  ['1.0 / 2', '0.5'],
  ['2 ^ 2', '4.0'],
  ['2 ^ 3 ^ 2', '64.0'],
  ['2 ^ -1', '0.5'],
  ['1 + 2 * 3 - 4 / 2', '5'],
  ['1 - 2 - 3', '-4'],
  ['9007199254740991 / 2', '4503599627370495'],
  ['0 * -1', '0'],
  ['0.0 * -1', '0.0'],
  ['10 ^ 21', '1000000000000000000000.0'],
  ['1 / 10.0 ^ 8', '0.00000001'],
  ['--3', '3'],
  ['1.50', '1.5'],
])('%s is %s', ([expression, expected]) => {
  expect(values(`#{${expression}}`)).toEqual([expected])
})

test('field text that looks like a number is one, for + only beside another and never in quotes', () => {
  expect(values('#{seven * 2} #{seven + 1} #{half + 1} #{-seven}')).toEqual(['14 8 1.5 -7'])
  expect(values("#{seven + '1'} #{'1' + 1} #{seven + word} #{'7' * 2}")).toEqual(['71 11 7x 14'])
  expect(values('#{sum + 1} #{quoted + 1}')).toEqual(['9 6'])
})

test('everything becomes text by one rule', () => {
  expect(values('#{@flag} #{@ratio} #{@scheduledStartTime} #{parent} #{word}')).toEqual(['true 2.0 2011-05-24T17:10:00 Load x'])
  expect(values("#{'at ' + @scheduledStartTime}")).toEqual(['at 2011-05-24T17:10:00'])
})

test.for([
  ['1 / 0', 'Division by zero.'],
  ['1.0 / 0.0', 'Division by zero.'],
  ['0 ^ -1', 'The result is not a finite number.'],
  ['(0 - 8) ^ 0.5', 'The result is not a finite number.'],
  ['10 ^ 400', 'The result is not a finite number.'],
  ['9007199254740991 + 1', 'The number is too large for exact arithmetic.'],
  ['big + 1', 'The number is too large for exact arithmetic.'],
  ['word * 2', 'A number is needed here, and this is none: "x".'],
  ['@flag * 2', 'A number is needed here, and this is none: "true".'],
  ['-@scheduledStartTime', 'A number is needed here, and this is none: "2011-05-24T17:10:00".'],
])('%s is an error', ([expression, message]) => {
  expect(() => values(`#{${expression}}`)).toThrow(message)
})

test('a number too large for arithmetic passes as text', () => {
  expect(values('#{big}')).toEqual(['9007199254740993'])
})

test('operators and functions work on lists element by element', () => {
  expect(values("#{'this is ' + myList}")).toEqual(['this is one', 'this is two'])
  expect(values('#{-myList1}')).toEqual(['-1', '-2'])
  expect(values("#{format(days,'dd')}")).toEqual(['24', '25'])
  expect(values('#{plusDays(days, myList1)}')).toEqual([
    '2011-05-25T00:00:00',
    '2011-05-26T00:00:00',
    '2011-05-26T00:00:00',
    '2011-05-27T00:00:00',
  ])
})

test('a whole field that is a list becomes that many values, and lists side by side flatten', () => {
  expect(evaluateField(scope, 'step').values).toEqual(['one', 'two'])
  expect(evaluateField(scope, 'steps').values).toEqual(['1', '2', 'between', '3', '4'])
  expect(values('[#{myList1}, #{myList2}]')).toEqual(['1', '2', '3', '4'])
  expect(values('[#{seven}, #{word}]')).toEqual(['[7, x]'])
})

test('a list inside longer text gives a value an element, two lists all combinations with the first outermost', () => {
  expect(values('a#{myList}b')).toEqual(['aoneb', 'atwob'])
  expect(values('#{myList}-#{myList1}')).toEqual(['one-1', 'one-2', 'two-1', 'two-2'])
  expect(values('#{myList1 + myList2}')).toEqual(['4', '5', '5', '6'])
})

test('an empty list leaves the field out, and is empty inside longer text', () => {
  expect(values('#{none}')).toEqual([])
  expect(values('#{year(none)}')).toEqual([])
  expect(values('a#{none}b')).toEqual(['ab'])
  expect(values("#{'a' + none}")).toEqual(['a'])
})

test('a field that is one expression keeps the kind of its value', () => {
  expect(values("#{format(when,'HH')} #{when.hour() + 1}")).toEqual(['17 18'])
})

test('a date-time in text form counts where a date-time is wanted', () => {
  const text = evaluationScope({ parameters: { myDateTime: '2026-01-31T02:00:00' } })
  expect(evaluateText(text, "#{format(myDateTime,'dd/MM')} #{plusDays('2026-01-31', 1)}").values).toEqual(['31/01 2026-02-01T00:00:00'])
})

test('a reference prints the id of its target', () => {
  const table = evaluationObject({ id: '@Table_1', componentId: 'Table' })
  const load = evaluationScope({ fields: { input: { ref: 'Table' } }, targets: { Table: table } })
  expect(evaluateText(load, 'from #{input}').values).toEqual(['from @Table_1'])
})
