import { compile } from './compile.ts'
import { toText } from './convert.ts'
import { evaluateCompiled, evaluateRaw } from './evaluate-expression.ts'
import { beginEvaluation, isSpent, placingFaults, within } from './evaluation.ts'
import { ExpressionError } from './expression-error.ts'
import { toItems } from './value.ts'
import type { CompiledText } from './compile.ts'
import type { Evaluation } from './evaluation.ts'
import type { EvaluationScope, RawValue } from './scope.ts'
import type { ExpressionPart } from './syntax.ts'
import type { Value } from './value.ts'

/** What a field or a text comes to. */
export interface FieldResult {
  /** Final texts; an empty list means that the field is left out. */
  readonly values: readonly string[]
  /** A secret field or parameter went into it, so it may not be shown. */
  readonly secret: boolean
}

/** The values of a field of `scope.self`; none when it is not set. References come back as the ids that were written; id, name, type
 *  and `@sphere` are never evaluated.
 *  @throws ExpressionError */
export function evaluateField(scope: EvaluationScope, fieldName: string): FieldResult {
  const { self } = scope
  const field = self.field(fieldName) || fieldName.startsWith('*') ? fieldName : withStarIfSet(scope, fieldName)
  const secret = field.startsWith('*')
  const values = self.field(field)
  if (!values) return result(runtimeValue(scope, fieldName), secret)
  if (self.isReference(field) || neverEvaluated.has(field)) return { values: values.map(verbatim), secret }
  const evaluation = beginEvaluation(scope)
  return result(
    placingFaults(evaluation, () => evaluateWritten(evaluation, field, values, secret)),
    evaluation.secret,
  )
}

/** The values of a text in the context of `scope.self`. `label` stands for the field in errors.
 *  @throws ExpressionError */
export function evaluateText(scope: EvaluationScope, text: string, label = textLabel): FieldResult {
  const compiled = compile(text)
  if (compiled.literal !== undefined) return { values: [compiled.literal], secret: false }
  const evaluation = beginEvaluation(scope)
  return result(evaluateTop(evaluation, compiled, text, label), evaluation.secret)
}

/** The text with every expression filled in that can be evaluated to one value now; the others stay as they are written. Never throws:
 *  for descriptions of components, where much is not known yet. */
export function evaluateKnown(scope: EvaluationScope, text: string): { readonly text: string; readonly secret: boolean } {
  const evaluation = beginEvaluation(scope)
  let known = ''
  let from = 0
  for (const part of compile(text).parts) {
    if (part.kind === 'literal') continue
    if (isSpent(evaluation)) break
    const source = text.slice(part.offset, part.end)
    const [only = source, ...more] = tryEvaluate(evaluation, part, source)
    known += text.slice(from, part.offset) + (more.length === 0 ? only : source)
    from = part.end
  }
  return { text: known + text.slice(from), secret: evaluation.secret }
}

const neverEvaluated = new Set(['id', 'name', 'type', '@id', '@sphere'])

/** No field has this name, so the text is not taken for a field that leads to itself. */
const textLabel = '(text)'

function withStarIfSet({ self }: EvaluationScope, field: string): string {
  return self.field(`*${field}`) ? `*${field}` : field
}

function runtimeValue({ self }: EvaluationScope, name: string): Value {
  if (name === 'id' || name === '@id' || name === 'name') return self.id
  return name === 'type' ? self.type : (self.runtime(name) ?? [])
}

function evaluateWritten(evaluation: Evaluation, field: string, values: readonly RawValue[], secret: boolean): Value {
  const object = evaluation.scope.self
  // References among texts, in a field that is not declared as a reference, come back as they are written.
  if (values.some((value) => 'ref' in value))
    return values.flatMap((value) =>
      'ref' in value ? [value.ref] : toItems(evaluateRaw(evaluation, { object, field, values: [value], secret })),
    )
  return evaluateRaw(evaluation, { object, field, values, secret })
}

function evaluateTop(evaluation: Evaluation, compiled: CompiledText, text: string, field: string): Value {
  const object = evaluation.scope.self
  return placingFaults(evaluation, () =>
    within(evaluation, { object, field, secret: false, text }, () => evaluateCompiled(evaluation, object, compiled)),
  )
}

function tryEvaluate(evaluation: Evaluation, part: ExpressionPart, source: string): readonly string[] {
  const readSecret = evaluation.secret
  evaluation.frames.length = 0
  try {
    return toItems(evaluateTop(evaluation, { only: part.expression, parts: [part], problems: [] }, source, textLabel)).map(toText)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    evaluation.secret = readSecret // what failed shows nothing
    return []
  }
}

function verbatim(value: RawValue): string {
  return 'ref' in value ? value.ref : value.text
}

function result(value: Value, secret: boolean): FieldResult {
  return { values: toItems(value).map(toText), secret }
}
