import { expect, test } from 'vitest'
import { evaluateField, evaluateText, ExpressionError, referencesOf, syntaxErrors } from '../../engine/expression/index.ts'
import type { EvaluationObject } from '../../engine/expression/index.ts'
import { evaluationObject, evaluationScope } from '../support/evaluation-objects.ts'

const empty = evaluationScope()
const many = (count: number) => Array.from({ length: count }, (_, at) => String(at))

test('parameters that multiply when they are expanded are stopped', () => {
  const laughs = Object.fromEntries(many(12).map((at) => [`my${at}`, `#{my${Number(at) + 1}}`.repeat(10)]))
  const scope = evaluationScope({ parameters: { ...laughs, my12: 'ha' } })
  expect(within(2_000, () => catching(() => evaluateText(scope, '#{my0}')))).toMatchObject({ errorId: 'ExpressionError' })
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
  const scope = evaluationScope({ fields: { pattern: 'Y'.repeat(100_000) } })
  expect(() => evaluateText(scope, "#{format('2026-01-01', pattern)}")).toThrow('A pattern has at most 1000 characters.')
})

function within<T>(ms: number, act: () => T): T {
  const start = performance.now()
  const result = act()
  expect(performance.now() - start).toBeLessThan(ms)
  return result
}

function catching(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return error
  }
}
