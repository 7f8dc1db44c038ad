import type { z } from 'zod'
import type { FieldDeclaration, FieldKind } from '../spec/field.ts'
import type { CheckContext } from './check-context.ts'
import type { DiagnosticCode } from './codes/index.ts'
import type { Diagnostic } from './diagnostic.ts'
import { didYouMean } from './did-you-mean.ts'
import type { FieldValue } from './pipeline-definition.ts'
import { mistake } from './problem.ts'
import type { ResolvedField } from './resolve-objects.ts'

/** One diagnostic for each text that its field cannot read, as far as it can be known: expressions are judged when they are evaluated. */
export function checkValues({ objects }: CheckContext): Diagnostic[] {
  // heirs share the fields of their ancestors
  const distinct = new Set([...objects.values()].flatMap(({ fields }) => [...fields.values()]))
  return [...distinct].flatMap(checkField)
}

function checkField(field: ResolvedField): Diagnostic[] {
  const { declaration, given, name, owner } = field
  if (!declaration || declaration.runtime) return []
  if (given.length > 1 && !declaration.list) {
    const message = `${owner.id}.${name} takes one value, but ${given.length} are given.`
    return [mistake('TOO_MANY_VALUES', given[1]?.range, message, 'Keep one of them.')]
  }
  return given.flatMap((value) => checkValue(field, value))
}

function checkValue({ declaration, name, owner }: ResolvedField, value: FieldValue): Diagnostic[] {
  if ('ref' in value || declaration?.kind === 'string' || value.text.includes('#{')) return []
  const issue = declaration?.schema?.safeParse(value.text).error?.issues[0]
  if (!issue || !declaration) return []
  const message = `${owner.id}.${name} ${sentenceOf(issue)}, but is ${quoted(value.text)}.`
  return [mistake(codes[declaration.kind], value.range, message, hintFor(declaration, value.text))]
}

const codes: Readonly<Record<FieldKind, DiagnosticCode>> = {
  string: 'BAD_VALUE',
  integer: 'BAD_INTEGER',
  double: 'BAD_NUMBER',
  boolean: 'BAD_BOOLEAN',
  period: 'BAD_PERIOD',
  datetime: 'BAD_DATE',
  enum: 'BAD_CHOICE',
  reference: 'BAD_VALUE',
}

function hintFor({ kind, values = [] }: FieldDeclaration, text: string): string | undefined {
  if (kind === 'period') return nearPeriod(text) ?? hints.period
  return didYouMean(text, values) ?? hints[kind]
}

/** For a number and a word that is almost a unit. */
function nearPeriod(text: string): string | undefined {
  const [, count, word] = /^\s*(\d{1,9})\s*([a-z]{1,20})\s*$/i.exec(text) ?? []
  if (count === undefined || word === undefined) return undefined
  const unit = units.find(
    (each) => didYouMean(word.replace(/s$/i, ''), [each]) !== undefined || each === word.replace(/s$/i, '').toLowerCase(),
  )
  return unit && `Did you mean "${count} ${unit}${count === '1' ? '' : 's'}"?`
}

const units = ['second', 'minute', 'hour', 'day', 'week', 'month', 'year'] as const

const hints: Partial<Record<FieldKind, string>> = {
  period: 'The units are second, minute, hour, day, week, month and year.',
  datetime: 'All times are UTC: leave zone offsets out.',
}

function quoted(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}...` : text}"`
}

/** A special word or else a kind: the kind is what the author meant to write. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  const [inner] = issue.code === 'invalid_union' ? (issue.errors.at(-1) ?? []) : []
  return inner ? sentenceOf(inner) : issue.message
}
