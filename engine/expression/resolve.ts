import { didYouMean } from './did-you-mean.ts'
import { spend } from './evaluation.ts'
import { ExpressionFault, quoted } from './expression-error.ts'
import { fromItems, fromScalar, isList, toItems } from './value.ts'
import type { Evaluation } from './evaluation.ts'
import type { EvaluationObject, RawValue } from './scope.ts'
import type { Name, Path } from './syntax.ts'
import type { Item, Value } from './value.ts'

/** Evaluates the raw values of a field or a parameter in the context of an object. Given by `evaluate`, which these rules stand below. */
export type EvaluateRaw = (evaluation: Evaluation, source: RawSource) => Value

export interface RawSource {
  readonly object: EvaluationObject
  readonly field: string
  readonly values: readonly RawValue[]
  readonly secret: boolean
}

/** The value of a path inside an object: `node`, `parent`, own field, runtime field, parameter, then own field in any letter case.
 *  @throws ExpressionFault
 *  @see spec/expressions.md 4 */
export function readPath(evaluation: Evaluation, object: EvaluationObject, { names }: Path, evaluateRaw: EvaluateRaw): Value {
  const [first, ...rest] = names
  evaluation.offset = first.offset
  return readNames(evaluation, readFirst(evaluation, object, first.name, evaluateRaw), rest, evaluateRaw, first.name)
}

/** Reads the names one after the other, each from what the one before led to. `before` is what gave `start`, if it has a name. */
export function readNames(evaluation: Evaluation, start: Value, names: readonly Name[], evaluateRaw: EvaluateRaw, before?: string): Value {
  let value = start
  let step: { readonly name?: string; readonly references: number } = { name: before, references: 0 }
  for (const { name, offset } of names) {
    const next = { name, before: step.name, references: step.references + 1 }
    const read = (item: Item) => {
      spend(evaluation, 1)
      evaluation.offset = offset
      return readThrough(evaluation, item, next, evaluateRaw)
    }
    value = isList(value) ? fromItems(value.flatMap((item) => toItems(read(item)))) : read(value)
    step = next
  }
  return value
}

function readFirst(evaluation: Evaluation, object: EvaluationObject, name: string, evaluateRaw: EvaluateRaw): Value {
  const { scope } = evaluation
  if (name === 'parent') return { component: object }
  if (name === 'node') return { reference: nodeOf(evaluation, object) }
  const value =
    readOwn(evaluation, object, name, evaluateRaw) ??
    readParameter(evaluation, object, name, evaluateRaw) ??
    readAnyCase(evaluation, object, name, evaluateRaw)
  if (value !== undefined) return value
  throw new ExpressionFault(`${quoted(name)} is neither a set field of ${object.componentId} nor a parameter.`, {
    hint: didYouMean(name, [...object.fieldNames(), ...scope.parameterNames()]),
  })
}

/** The referrer, which only the object that is evaluated has: not the objects that its references lead to. */
function nodeOf({ scope }: Evaluation, object: EvaluationObject): EvaluationObject {
  if (scope.node && object === scope.self) return scope.node
  throw new ExpressionFault('"node" has a meaning only in the fields of preconditions and actions.')
}

interface Step {
  readonly name: string
  readonly before?: string
  /** How many references have been followed to reach the object: a runtime field may be read through one. */
  readonly references: number
}

function readThrough(evaluation: Evaluation, item: Item, { name, before, references }: Step, evaluateRaw: EvaluateRaw): Value {
  if (typeof item === 'object' && 'component' in item) return readComponent(evaluation, item.component, name, evaluateRaw)
  if (typeof item !== 'object' || !('reference' in item))
    throw new ExpressionFault(`${before ? quoted(before) : 'This value'} leads to no object, so ${quoted(name)} cannot be read from it.`)
  const target = item.reference
  if (name === 'parent') return { component: target }
  if (references > 1) refuseRuntime(evaluation, target, name)
  const value = readOwn(evaluation, target, name, evaluateRaw) ?? readAnyCase(evaluation, target, name, evaluateRaw, references)
  if (value !== undefined) return value
  throw new ExpressionFault(`${quoted(name)} is not a set field of ${target.componentId}.`, { hint: didYouMean(name, target.fieldNames()) })
}

function refuseRuntime({ scope }: Evaluation, object: EvaluationObject, name: string): void {
  if (!scope.lenientTransitive && isRuntimeName(object, name))
    throw new ExpressionFault(`${quoted(name)} is a runtime field, which can be read through one reference only.`)
}

function isRuntimeName(object: EvaluationObject, name: string): boolean {
  return name.startsWith('@') || (object.field(name) === undefined && object.isRuntime(name))
}

function readComponent(evaluation: Evaluation, object: EvaluationObject, name: string, evaluateRaw: EvaluateRaw): Value {
  if (name === '@id' || name === 'id') return { fieldText: object.componentId }
  if (name === 'name') return { fieldText: writtenName(object) }
  const runtime = object.parentRuntime?.(name)
  if (runtime !== undefined) return fromScalar(runtime)
  const value = isRuntimeName(object, name) ? undefined : readOwn(evaluation, object, name, evaluateRaw)
  if (value !== undefined) return value
  throw new ExpressionFault(`The component ${object.componentId} has no field ${quoted(name)}.`, {
    hint: didYouMean(name, object.fieldNames()),
  })
}

function writtenName(object: EvaluationObject): string {
  const [name] = object.field('name') ?? []
  return name && 'text' in name ? name.text : object.componentId
}

function readOwn(evaluation: Evaluation, object: EvaluationObject, name: string, evaluateRaw: EvaluateRaw): Value | undefined {
  if (name === 'id' || name === '@id' || name === 'name') return { fieldText: object.id }
  const values = object.field(name)
  if (values) return evaluateRaw(evaluation, { object, field: name, values, secret: name.startsWith('*') })
  const value = name.startsWith('@') ? undefined : readSecret(evaluation, object, name, evaluateRaw)
  if (value !== undefined) return value
  if (name === 'type') return { fieldText: object.type }
  return readRuntime(evaluation, object, name)
}

/** The same field with a star more, or with one less: either makes it a secret. */
function readSecret(evaluation: Evaluation, object: EvaluationObject, name: string, evaluateRaw: EvaluateRaw): Value | undefined {
  const field = name.startsWith('*') ? name.slice(1) : `*${name}`
  const values = object.field(field)
  return values && evaluateRaw(evaluation, { object, field, values, secret: true })
}

function readRuntime(evaluation: Evaluation, object: EvaluationObject, name: string): Value | undefined {
  const scalar = object.runtime(name)
  if (scalar !== undefined) return fromScalar(scalar)
  if (!object.isRuntime(name)) return undefined
  if (evaluation.scope.lenientRuntime) return ''
  throw new ExpressionFault(`"${name}" of ${object.componentId} has no value yet.`)
}

/** A declared parameter without a value is "no value", an empty list; empty values count as none. */
function readParameter(evaluation: Evaluation, object: EvaluationObject, name: string, evaluateRaw: EvaluateRaw): Value | undefined {
  const { scope } = evaluation
  const id = withoutStar(name)
  const given = scope.parameter(id)
  const values = given?.filter((text) => text !== '').map((text) => ({ text })) ?? []
  if (values.length === 0) return given || scope.isDeclaredParameter(id) ? [] : undefined
  return evaluateRaw(evaluation, { object, field: id, values, secret: name !== id || scope.isSecretParameter(id) })
}

function readAnyCase(
  evaluation: Evaluation,
  object: EvaluationObject,
  name: string,
  evaluateRaw: EvaluateRaw,
  references = 0,
): Value | undefined {
  const field = fieldInAnyCase(evaluation, object, name)
  if (field === undefined) return undefined
  if (references > 1) refuseRuntime(evaluation, object, field)
  return readOwn(evaluation, object, field, evaluateRaw)
}

function fieldInAnyCase(evaluation: Evaluation, object: EvaluationObject, name: string): string | undefined {
  const wanted = withoutStar(name).toLowerCase()
  for (const field of object.fieldNames()) {
    spend(evaluation, 1)
    if (field !== name && withoutStar(field).toLowerCase() === wanted) return field
  }
  return undefined
}

function withoutStar(name: string): string {
  return name.startsWith('*') ? name.slice(1) : name
}
