import { expect, test, vi } from 'vitest'
import { evaluateField, evaluateKnown, evaluateText, ExpressionError, referencesOf, syntaxErrors } from '../../engine/expression/index.ts'
import type { EvaluationObject } from '../../engine/expression/index.ts'
import { evaluationObject, evaluationScope } from '../support/evaluation-objects.ts'

const empty = evaluationScope()
const multiplying = {
  ...Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`my${at}`, `#{my${at + 1}}`.repeat(10)])),
  my12: 'ha',
}
const many = (count: number) => Array.from({ length: count }, (_, at) => String(at))

test('parameters that multiply when they are expanded are stopped', () => {
  const scope = evaluationScope({ parameters: multiplying })
  expect(() => evaluateText(scope, '#{my0}')).toThrow('The evaluation takes more than 25000 steps.')
})

test('a description of many expressions has one budget for all of them, and what is beyond it stays as it is written', () => {
  const { text } = evaluateKnown(evaluationScope({ parameters: multiplying }), '#{my9}'.repeat(1_000))
  expect(text).toMatch(/^(?:ha){1000}/)
  expect(text).toMatch(/(?:#\{my9\}){900}$/)
  const lists = evaluationScope({ fields: { l: many(1_000), a: 'x' } })
  expect(evaluateKnown(lists, '#{a}#{l + l + l}#{a}').text).toBe('x#{l + l + l}#{a}')
})

test('texts that double are stopped before memory is used', () => {
  const doubling = Object.fromEntries(many(14).map((at) => [`f${at}`, `#{f${Number(at) + 1}}`.repeat(2)]))
  const scope = evaluationScope({ fields: { ...doubling, f14: 'x'.repeat(10_000) } })
  expect(() => evaluateField(scope, 'f0')).toThrow('characters of text')
  const joined = evaluationScope({ fields: { f: 'x'.repeat(1_000_000) } })
  expect(() => evaluateText(joined, '#{f + f + f + f}')).toThrow('characters of text')
})

test('lists that multiply are stopped before they are made', () => {
  const scope = evaluationScope({ fields: { l: many(1_000) } })
  expect(() => evaluateText(scope, '#{l}#{l}#{l}#{l}')).toThrow('steps')
  expect(() => evaluateText(scope, '#{l + l + l}')).toThrow('steps')
  expect(() => evaluateText(scope, '#{makeDate(l, l, l)}')).toThrow('steps')
})

test('references that multiply are stopped', () => {
  const objects: EvaluationObject[] = []
  for (const id of many(100)) objects.push(evaluationObject({ id, fields: { next: { ref: 'all' } }, targets: { all: objects } }))
  const scope = evaluationScope({ fields: { next: { ref: 'all' } }, targets: { all: objects } })
  expect(() => evaluateText(scope, '#{next.next.next.next.next}')).toThrow('steps')
})

test('reading a name in other letters looks at every name, and each look counts', () => {
  const objects: EvaluationObject[] = []
  const fields = Object.fromEntries(many(300).map((at) => [`field${at}`, 'x']))
  for (const id of many(100)) objects.push(evaluationObject({ id, fields: { ...fields, tableName: 't' } }))
  const scope = evaluationScope({ fields: { input: { ref: 'all' } }, targets: { all: objects } })
  expect(evaluateText(scope, '#{input.tableName}').values).toHaveLength(100)
  expect(() => evaluateText(scope, '#{input.TABLENAME}')).toThrow('steps')
})

test('values that are read count, also where nothing comes of them', () => {
  const scope = evaluationScope({ fields: { l: many(1_000), none: [] } })
  expect(() => evaluateText(scope, '#{makeDate(none, l, l)}'.repeat(20))).toThrow('steps')
})

test('patterns, date-times and zones count by their length', () => {
  const long = many(500).map((at) => `${'EEEE MMMM '.repeat(90)}${at}`)
  const scope = evaluationScope({ fields: { long, short: many(500).map((at) => `YYYY-${at}`), dates: many(20).map(() => '2026-01-01') } })
  expect(() => evaluateText(scope, "#{format('2026-01-01', long)}")).toThrow('steps')
  expect(() => evaluateText(scope, '#{format(dates, short)}')).toThrow('steps')
  expect(evaluateText(scope, "#{format('2026-01-01', short)}").values).toHaveLength(500)
  expect(() => evaluateText(scope, `#{format(dates, '${'z '.repeat(480)}') + format(dates, '${'z '.repeat(480)}') + dates}`)).toThrow(
    'steps',
  )
})

test('the text of what is evaluated counts, each time', () => {
  const scope = evaluationScope({ fields: { long: `[${' '.repeat(500_000)}#{l}, #{l}]`, l: ['1', '2'] } })
  expect(evaluateText(scope, '#{makeDate(long, 1, 1)}').values).toHaveLength(4)
  expect(() => evaluateText(scope, '#{makeDate(long, long, long)}'.repeat(3))).toThrow('characters of text')
})

test('a text may hold two thousand expressions, not more', () => {
  const scope = evaluationScope({ fields: { a: 'x' } })
  expect(evaluateText(scope, '#{a}'.repeat(2_000)).values).toEqual(['x'.repeat(2_000)])
  expect(syntaxErrors('#{a}'.repeat(2_001))).toEqual([{ offset: 8_000, length: 2, message: 'The text holds more than 2000 expressions.' }])
})

test('zones are known in any letter case without being made anew, and a name too long is refused', () => {
  const made = vi.spyOn(Intl, 'DateTimeFormat')
  const zones = ['Africa/Lagos', 'africa/lagos', 'AFRICA/LAGOS', 'Africa/lagos']
  expect(evaluateText(evaluationScope({ fields: { zones } }), "#{format(inTimeZone('2026-01-01', zones),'HH')}").values).toEqual(
    Array(4).fill('01'),
  )
  expect(made).toHaveBeenCalledOnce()
  made.mockRestore()
  expect(() => evaluateText(empty, `#{inTimeZone('2026-01-01','${'A'.repeat(100)}')}`)).toThrow('No time zone has so long a name.')
})

test('hints are looked for among so many letters only', () => {
  const near = 'b'.repeat(63)
  const messageAmong = (count: number): string => {
    const names = [...many(count).map((at) => `q${at}${'q'.repeat(60)}`), near]
    return messageOf(() => evaluateText(evaluationScope({ fields: Object.fromEntries(names.map((name) => [name, 'x'])) }), `#{${near}b}`))
  }
  expect(messageAmong(30)).toMatch(`Did you mean "${near}"?`)
  expect(messageAmong(3_000)).not.toMatch('Did you mean')
})

test.for<[string, string]>([
  ['parentheses', `#{${'('.repeat(5_000)}1${')'.repeat(5_000)}}`],
  ['minus signs', `#{${'-'.repeat(5_000)}1}`],
  ['calls', `#{${'year('.repeat(2_000)}1${')'.repeat(2_000)}}`],
])('deeply nested %s are refused', ([, text]) => {
  expect(syntaxErrors(text)[0]?.message).toMatch('nested deeper than 32 levels')
})

test('a long sum and a long path are no deep nesting', () => {
  expect(evaluateText(empty, `#{1${'+1'.repeat(8_000)}}`).values).toEqual(['8001'])
  expect(() => evaluateText(empty, `#{a${'.a'.repeat(8_000)}}`)).toThrow(ExpressionError)
  expect(syntaxErrors(`#{1${'.year()'.repeat(2_000)}}`)[0]?.message).toMatch('more than 32 calls behind a dot')
  expect(syntaxErrors(`#{1${'+1'.repeat(10_000)}}`)[0]?.message).toMatch('longer than 16384 characters')
})

test('the deepest that is allowed fits the stack', () => {
  const deep = (inner: string) => `#{${'plusDays('.repeat(31)}${inner}${'.plusDays(0)'.repeat(32)}${', 0)'.repeat(31)}}`
  const fields = Object.fromEntries(many(16).map((at) => [`f${at}`, deep(at === '15' ? "'2026-01-01'" : `f${Number(at) + 1}`)]))
  expect(evaluateField(evaluationScope({ fields }), 'f0').values).toEqual(['2026-01-01T00:00:00'])
})

test.for<[string, string]>([
  ['openings', '#{'.repeat(50_000)],
  ['open strings', "#{'".repeat(33_000)],
  ['braces', '#{}'.repeat(33_000)],
  ['escapes', '\\#{'.repeat(33_000)],
  ['an endless string', `#{'${'x'.repeat(100_000)}`],
  ['an endless string of quotes', `#{'${"''".repeat(50_000)}`],
  ['spaces', `#{${' '.repeat(100_000)}`],
  ['digits', `#{${'9'.repeat(100_000)}}`],
  ['a long name', `#{${'a'.repeat(100_000)}}`],
])('100 KB of %s are read in linear time', ([, text]) => {
  const { problems, names } = within(500, () => ({ problems: syntaxErrors(text), names: referencesOf(text).names }))
  expect(problems.length + names.length).toBeLessThanOrEqual(10)
})

test('an unknown name costs little, however long it and the known names are', () => {
  const scope = evaluationScope({ fields: Object.fromEntries(many(300).map((at) => [`a${at}${'b'.repeat(10_000)}`, 'x'])) })
  within(1_000, () => expect(() => evaluateText(scope, `#{${'c'.repeat(10_000)}}`)).toThrow(ExpressionError))
})

test('long patterns are refused', () => {
  const scope = evaluationScope({ fields: { pattern: 'Y'.repeat(1_001) } })
  expect(() => evaluateText(scope, "#{format('2026-01-01', pattern)}")).toThrow('A pattern has at most 1000 characters.')
})

function within<T>(ms: number, act: () => T): T {
  const start = performance.now()
  const result = act()
  expect(performance.now() - start).toBeLessThan(ms)
  return result
}

function messageOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  throw new Error('nothing was thrown')
}
