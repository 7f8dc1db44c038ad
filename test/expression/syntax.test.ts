import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluateText, ExpressionError, referencesOf, syntaxErrors } from '../../engine/expression/index.ts'
import { evaluationScope } from '../support/evaluation-objects.ts'

const scope = evaluationScope({ fields: { a: 'x', n: '7', '*pin': '42' }, parameters: { myPart: 'p' } })
const evaluate = (text: string) => evaluateText(scope, text).values

test.for<[string, string]>([
  ['plain', 'plain'],
  ['', ''],
  ['cp ${INPUT1_STAGING_DIR}/* ${OUTPUT1_STAGING_DIR}', 'cp ${INPUT1_STAGING_DIR}/* ${OUTPUT1_STAGING_DIR}'],
  ['# comment #x {y} #', '# comment #x {y} #'],
  ['\\#{a}', '#{a}'],
  ['\\#{a}-#{a}-\\#{', '#{a}-x-#{'],
  ["#{'#{'}a}", '#{a}'],
  ["#{'}'}", '}'],
  ['#{"{}}"}-#{ a }', '{}}-x'],
  ["#{'it''s'}", "it's"],
  ['#{"say ""hi"""}', 'say "hi"'],
  ['#{  a\n+\t"b" }', 'xb'],
  ['#{a}#{a}', 'xx'],
  ['#{n*n}', '49'],
  ['#{n * *pin}', '294'],
  ['#{*pin*2}', '84'],
  ['#{.5 + 1.25}', '1.75'],
  ['#{((1 + 2)) * 3}', '9'],
  ['back\\slash\\n', 'back\\slash\\n'],
])('%s gives %s', ([text, expected]) => {
  expect(evaluate(text)).toEqual([expected])
})

test.for([
  ['#{', 2, 'The text ends where a value is expected.'],
  ['x #{a', 5, 'The text ends where "}" is expected.'],
  ['#{}', 2, 'Expected a value, found "}".'],
  ["#{format(@scheduledStartTime,'YYYY-MM-dd'}", 41, 'Expected ")", found "}".'],
  ["#{'abc}", 2, "The string that begins here has no closing '."],
  ['#{a == 1}', 4, '"=" has no meaning in an expression.'],
  ['#{a ? 1 : 2}', 4, '"?" has no meaning in an expression.'],
  ['#{__proto__}', 2, '"_" has no meaning in an expression.'],
  ['#{a b}', 4, 'Expected "}", found "b".'],
  ["#{a['x']}", 3, '"[" has no meaning in an expression.'],
  ['#{@a(1)}', 2, '"@a" is a field and cannot be called.'],
  ['#{9007199254740993}', 2, 'The number is too large.'],
  ['#{#{a}}', 2, '"#" has no meaning in an expression.'],
])('%s is refused at character %i', ([text, offset, message]) => {
  expect(syntaxErrors(text as string)[0]).toMatchObject({ offset, message })
  expect(() => evaluate(text as string)).toThrow(ExpressionError)
})

test('all mistakes of a text are told, up to ten, and the good expressions beside them are still known', () => {
  expect(syntaxErrors('#{a b} #{table} #{1 +}').map(({ offset }) => offset)).toEqual([4, 21])
  expect(referencesOf('#{a b} #{table} #{1 +}').names).toEqual([{ path: ['table'], offset: 9, length: 5 }])
  expect(syntaxErrors('#{+}'.repeat(50))).toHaveLength(10)
})

test('names and functions of a text are known with their places', () => {
  const text = "s3://#{myBucket}/#{input.database.@id}/#{format(minusDays(@scheduledStartTime, myLag), 'YYYY')}"
  const { names, functions } = referencesOf(text)
  expect(names.map(({ path }) => path.join('.'))).toEqual(['myBucket', 'input.database.@id', '@scheduledStartTime', 'myLag'])
  for (const { path, offset, length } of names) expect(text.slice(offset, offset + length)).toBe(path.join('.'))
  expect(functions.map(({ name, offset, length }) => [name, text.slice(offset, offset + length)])).toEqual([
    ['format', 'format'],
    ['minusDays', 'minusDays'],
  ])
})

test.for<[string, string, string?]>([
  ["#{input.formatt('YYYY')}", 'There is no function "formatt".', 'Did you mean "format"?'],
  ['#{year()}', 'The function "year" takes 1 argument (dateTime), not 0.', undefined],
  ["#{format(a,'YYYY-MM-ddTHH')}", '"T" is not a letter of date patterns.', "Plain text in a pattern stands in quotes, as in 'T'."],
  ["#{a.inTimeZone('Nowhere')}", 'There is no such time zone: "Nowhere".', 'Zones are written as in America/Los_Angeles or UTC.'],
])('%s holds a call that cannot work, whatever the values', ([text, message, hint]) => {
  expect(referencesOf(text).functions[0]?.problem).toEqual({ message, hint })
})

test('calls are told in the order of the text, in both styles', () => {
  expect(referencesOf('#{a.plusDays(1).day() + year(b)}').functions.map(({ name }) => name)).toEqual(['plusDays', 'day', 'year'])
})

test('a call that may work has no problem', () => {
  expect(referencesOf("#{format(a,myPattern)}#{plusPeriod(a,'1 day')}").functions.map(({ problem }) => problem)).toEqual([
    undefined,
    undefined,
  ])
})

const fragments = fc.constantFrom(
  '#{',
  '}',
  '(',
  ')',
  '.',
  ',',
  '+',
  '-',
  '*',
  '^',
  '@',
  "'",
  '"',
  '\\',
  'a',
  'format',
  '1',
  '.5',
  ' ',
  '\n',
  '$',
  '{',
)
const soup = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join('')),
)

test('no text makes parsing throw, and evaluating throws nothing but ExpressionError', () => {
  fc.assert(
    fc.property(soup, (text) => {
      expect(syntaxErrors(text).every(({ offset }) => offset >= 0 && offset <= text.length)).toBe(true)
      referencesOf(text)
      expect(outcome(text)).toMatch(/^(evaluated|ExpressionError)$/)
    }),
    { numRuns: 3000 },
  )
})

test('text without #{ comes back as it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes('#{'))
      expect(evaluate(text)).toEqual([text])
    }),
  )
})

test('a string literal comes back as it is, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(evaluate(`#{'${text.replaceAll("'", "''")}'}`)).toEqual([text])
    }),
  )
})

function outcome(text: string): string {
  try {
    evaluateText(scope, text)
    return 'evaluated'
  } catch (error) {
    return error instanceof ExpressionError ? 'ExpressionError' : String(error)
  }
}
