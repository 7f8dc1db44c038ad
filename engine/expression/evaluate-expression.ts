import { negate, operate } from './arithmetic.ts'
import { combine, joinTexts } from './combine.ts'
import { compile } from './compile.ts'
import { toText } from './convert.ts'
import { spend, within } from './evaluation.ts'
import { ExpressionFault } from './expression-error.ts'
import { findFunction } from './functions/index.ts'
import { readNames, readPath } from './resolve.ts'
import { fromItems, isList, toItems } from './value.ts'
import type { CompiledText } from './compile.ts'
import type { Evaluation } from './evaluation.ts'
import type { RawSource } from './resolve.ts'
import type { EvaluationObject, RawValue } from './scope.ts'
import type { Call, Expression, Operation } from './syntax.ts'
import type { Item, Value } from './value.ts'

/** The values of a field or a parameter. References are followed, never evaluated; expressions in texts are evaluated in the context of
 *  the object; what comes out counts as field text and is not scanned again.
 *  @throws ExpressionFault
 *  @see spec/expressions.md 4.2 */
export function evaluateRaw(evaluation: Evaluation, source: RawSource): Value {
  const { object, field, values, secret } = source
  if (secret) evaluation.secret = true
  if (object.isReference(field) || values.some((value) => 'ref' in value))
    return fromItems(values.flatMap((value) => follow(evaluation, object, 'ref' in value ? value.ref : value.text)))
  const [first] = values
  if (first && values.length === 1) return evaluateValue(evaluation, source, first)
  return fromItems(values.flatMap((value) => toItems(evaluateValue(evaluation, source, value))))
}

/** The value of one text, inside a frame of its own.
 *  @throws ExpressionFault */
export function evaluateCompiled(evaluation: Evaluation, object: EvaluationObject, compiled: CompiledText): Value {
  const [problem] = compiled.problems
  if (problem) {
    evaluation.offset = problem.offset
    throw new ExpressionFault(problem.message, { hint: problem.hint })
  }
  if (compiled.literal !== undefined) return { fieldText: compiled.literal }
  if (compiled.only) return evaluateExpression(evaluation, object, compiled.only)
  const sideBySide = compiled.sideBySide?.map((expression) => evaluateExpression(evaluation, object, expression))
  if (sideBySide?.some(isList)) return fromItems(sideBySide.flatMap(toItems))
  return fromItems(joinParts(evaluation, object, compiled))
}

function joinParts(evaluation: Evaluation, object: EvaluationObject, { parts }: CompiledText): readonly string[] {
  const pieces = parts.map((part) => {
    if (part.kind === 'literal') return part.text
    const value = evaluateExpression(evaluation, object, part.expression)
    return isList(value) ? value.map(toText) : toText(value)
  })
  return joinTexts(evaluation, pieces)
}

function follow(evaluation: Evaluation, object: EvaluationObject, id: string): readonly Item[] {
  const targets = object.follow(id)
  spend(evaluation, targets.length)
  return targets.length === 0 ? [{ fieldText: id }] : targets.map((reference) => ({ reference }))
}

function evaluateValue(evaluation: Evaluation, { object, field, secret }: RawSource, value: RawValue): Value {
  spend(evaluation, 1)
  const text = 'text' in value ? value.text : value.ref
  const compiled = compile(text)
  if (compiled.literal !== undefined) return { fieldText: compiled.literal }
  spend(evaluation, 0, text.length)
  const result = within(evaluation, { object, field, secret, text }, () => evaluateCompiled(evaluation, object, compiled))
  return isList(result) ? result.map(asFieldText) : asFieldText(result)
}

function asFieldText(item: Item): Item {
  return typeof item === 'string' ? { fieldText: item } : item
}

function evaluateExpression(evaluation: Evaluation, object: EvaluationObject, expression: Expression): Value {
  spend(evaluation, 1)
  switch (expression.kind) {
    case 'number':
      return expression.decimal ? { decimal: expression.value } : expression.value
    case 'text':
      return expression.text
    case 'path':
      return readPath(evaluation, object, expression, evaluateRaw)
    case 'chain':
      return readNames(evaluation, evaluateExpression(evaluation, object, expression.of), expression.names, evaluateRaw)
    case 'call':
      return call(evaluation, object, expression)
    case 'negation': {
      const operand = evaluateExpression(evaluation, object, expression.operand)
      evaluation.offset = expression.offset
      return combine(evaluation, [operand], ([item = '']) => negate(item))
    }
    case 'operation':
      return evaluateOperation(evaluation, object, expression)
  }
}

function call(evaluation: Evaluation, object: EvaluationObject, { name, offset, operands }: Call): Value {
  evaluation.offset = offset
  const { apply } = findFunction(name, operands.length)
  const values = operands.map((operand) => evaluateExpression(evaluation, object, operand))
  evaluation.offset = offset
  return combine(evaluation, values, (items) => {
    spend(evaluation, textLength(items) >> 1)
    return apply(items)
  })
}

/** What functions read: patterns, date-times as text, names of zones. */
function textLength(items: readonly Item[]): number {
  let length = 0
  for (const item of items) {
    if (typeof item === 'string') length += item.length
    else if (typeof item === 'object' && 'fieldText' in item) length += item.fieldText.length
  }
  return length
}

function evaluateOperation(evaluation: Evaluation, object: EvaluationObject, { first, rest }: Operation): Value {
  let value = evaluateExpression(evaluation, object, first)
  for (const { operator, offset, operand } of rest) {
    const right = evaluateExpression(evaluation, object, operand)
    evaluation.offset = offset
    value = combine(evaluation, [orEmpty(value), orEmpty(right)], ([a = '', b = '']) => {
      const result = operate(operator, a, b)
      spend(evaluation, 1, typeof result === 'string' ? result.length : 0)
      return result
    })
  }
  return value
}

/** "No value" is an empty text beside an operator, as it is inside longer text. */
function orEmpty(value: Value): Value {
  return isList(value) && value.length === 0 ? '' : value
}
