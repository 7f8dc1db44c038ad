import { evaluateField, evaluateText, ExpressionError, referencesOf } from '../../engine/expression/index.ts'
import { evaluationObject, evaluationScope, utc } from '../support/evaluation-objects.ts'
import type { Dice } from './dice.ts'

const names = [
  'table',
  'input',
  'input.path',
  'self',
  'ring',
  'list',
  'node.x',
  'parent.@id',
  '@scheduledStartTime',
  '*password',
  'myList',
  'myP',
  'myNest',
  'nobody',
  'constructor',
  '__proto__',
  'toString',
  'process',
  'hostname',
]
const calls = [
  'format',
  'plusDays',
  'minusMonths',
  'makeDate',
  'makeDateTime',
  'year',
  'inTimeZone',
  'plusPeriod',
  'firstOfMonth',
  'sunday',
  'import',
  'eval',
  'constructor',
]
const values = [
  "'YYYY-MM-dd'",
  "'America/New_York'",
  "'1 day'",
  "'x'",
  '1',
  '0',
  '2.5',
  '-1',
  '9999999999',
  '1e9',
  "'2026-02-29'",
  "''",
  '"}"',
  "'#{'",
]
const signs = [
  '+',
  '-',
  '*',
  '/',
  '^',
  '(',
  ')',
  ',',
  '.',
  '#{',
  '}',
  "'",
  '"',
  ' ',
  '\\',
  '$',
  '{',
  '<',
  '@',
  '\n',
  '\u0000',
  '\ud800',
  '😀',
]

/** A text with expressions: mostly of the grammar's shape, with signs put in that break it. */
export function hostileExpression(dice: Dice): string {
  const parts = Array.from({ length: 1 + dice.below(4) }, () => (dice.chance(0.8) ? `#{${expression(dice, 4)}}` : dice.pick(signs)))
  let text = parts.join(dice.pick(['', ' ', ', ', '[']))
  for (let times = dice.below(3); times > 0; times--) {
    const at = dice.below(text.length + 1)
    text = text.slice(0, at) + dice.pick(signs).repeat(dice.chance(0.05) ? 1 + dice.below(2000) : 1) + text.slice(at + dice.below(2))
  }
  return text
}

function expression(dice: Dice, depth: number): string {
  const kind = depth > 0 ? dice.below(7) : dice.below(2)
  if (kind === 0) return dice.pick(names)
  if (kind === 1) return dice.pick(values)
  if (kind === 2) return `${expression(dice, depth - 1)} ${dice.pick(['+', '-', '*', '/', '^'])} ${expression(dice, depth - 1)}`
  if (kind === 3) return `(${expression(dice, depth - 1)})`
  if (kind === 4) return `-${expression(dice, depth - 1)}`
  if (kind === 5) return `${expression(dice, depth - 1)}.${dice.pick(calls)}(${dice.chance(0.5) ? expression(dice, depth - 1) : ''})`
  return `${dice.pick(calls)}(${Array.from({ length: dice.below(4) }, () => expression(dice, depth - 1)).join(', ')})`
}

/** Fields that lead to themselves, double themselves and hold secrets. */
const scope = evaluationScope({
  fields: {
    table: 'orders',
    input: { ref: 'Source' },
    self: '#{self}',
    ring: '#{table}#{ring}',
    list: ['a', 'b', '#{table}'],
    '*password': 'hunter2',
    double: '#{list}#{list}#{list}#{list}#{list}#{list}',
  },
  runtime: { '@scheduledStartTime': utc('2026-01-31T02:00:00') },
  notYet: ['hostname'],
  targets: { Source: evaluationObject({ id: 'Source', fields: { path: 's3://b/#{table}', table: 't' } }) },
  parameters: { myList: ['1', '2', '3'], myP: 'p', myNest: '#{myNest}' },
  referenceFields: ['input'],
})

/** Reads and evaluates the text in every way and gives what is wrong with that: nothing, as long as all promises are kept. */
export function brokenPromise(text: string): string | undefined {
  const { problems, names: used } = referencesOf(text)
  if (problems.some(({ offset }) => offset < 0 || offset > text.length)) return 'A problem lies outside the text.'
  if (used.some(({ offset, length }) => offset < 0 || offset + length > text.length)) return 'A name lies outside the text.'
  try {
    const { values: results, secret } = evaluateText(scope, text)
    if (!secret && results.some((result) => result.includes('hunter2'))) return 'A secret came out as no secret.'
    if (problems.length > 0) return 'A text with a problem was evaluated.'
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    if (error.message.includes('hunter2')) return 'An error tells a secret.'
    if (!/\S[.!?]$/s.test(error.message)) return `An error is no sentence: ${error.message}`
  }
  return undefined
}

/** The hostile fields themselves. */
export function hostileFields(): void {
  for (const field of ['self', 'ring', 'double', 'list']) {
    try {
      evaluateField(scope, field)
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
    }
  }
}
