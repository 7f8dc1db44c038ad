import { bareName } from './definition-draft.ts'
import type { Diagnostic } from './diagnostic.ts'
import { didYouMean } from './did-you-mean.ts'
import type { Parameter, PipelineDefinition } from './pipeline-definition.ts'
import { doubt, mistake } from './problem.ts'
import type { Purpose } from './purpose.ts'

/** The values in force. */
export interface BoundParameters {
  /** By bare id. A declared parameter without a value has an empty list. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** Bare ids whose values are secret. */
  readonly secrets: ReadonlySet<string>
  readonly diagnostics: readonly Diagnostic[]
}

/** The value of each parameter: `given` from outside, else the definition's `values`, else the parameter's default. Empty texts count as no
 *  value. `used` are the names in expressions: a value for one of them is welcome although no parameter object declares it.
 *  @see spec/expressions.md 5.3 */
export function bindParameters(
  definition: PipelineDefinition,
  given: Readonly<Record<string, readonly string[]>>,
  { used, purpose }: { readonly used: ReadonlySet<string>; readonly purpose: Purpose },
): BoundParameters {
  const { parameters } = definition
  const values = new Map<string, readonly string[]>()
  const secrets = new Set(definition.secretValues)
  for (const parameter of parameters.values()) {
    values.set(parameter.id, present(parameter.default ?? []))
    if (parameter.secret) secrets.add(parameter.id)
  }
  const overlays = [...definition.values, ...Object.entries(given)]
  for (const [name, texts] of overlays) {
    const { id, secret } = bareName(name)
    if (present(texts).length > 0) values.set(id, present(texts))
    if (secret) secrets.add(id)
  }
  const diagnostics = [
    ...checkNames(definition, Object.keys(given), used),
    ...[...parameters.values()].flatMap((parameter) => checkParameter(parameter, values.get(parameter.id) ?? [], { secrets, purpose })),
  ]
  return { values, secrets, diagnostics }
}

const mostParameters = 50

function checkNames({ parameters, values }: PipelineDefinition, given: readonly string[], used: ReadonlySet<string>): Diagnostic[] {
  const known = new Set([...parameters.keys(), ...values.keys(), ...used])
  const unknown = given.map((name) => bareName(name).id).filter((id) => !known.has(id))
  const diagnostics = unknown.map((id) => {
    const hint = didYouMean(id, parameters.size > 0 ? parameters.keys() : known) ?? listed(parameters.keys())
    return mistake('UNKNOWN_PARAMETER', undefined, `A value is given for "${id}", but the definition has no such parameter.`, hint)
  })
  if (parameters.size <= mostParameters) return diagnostics
  const [surplus] = parameters.values().drop(mostParameters)
  return [...diagnostics, mistake('TOO_MANY_PARAMETERS', surplus?.range, `The definition has more than ${mostParameters} parameters.`)]
}

function listed(names: Iterable<string>): string {
  const list = [...names].join(', ')
  return list ? `Its parameters are ${list}.` : 'It has none.'
}

interface Binding {
  readonly secrets: ReadonlySet<string>
  readonly purpose: Purpose
}

function checkParameter(parameter: Parameter, values: readonly string[], { secrets, purpose }: Binding): Diagnostic[] {
  const { id, optional, isArray, range } = parameter
  if (values.length === 0 && !optional) {
    const hint = `Give one with --param ${id}=..., under values, or as its default; or write optional: true.`
    const report = purpose === 'activation' ? mistake : doubt
    return [report('MISSING_PARAMETER', range, `The parameter ${id} has no value.`, hint)]
  }
  if (values.length > 1 && !isArray) {
    const message = `The parameter ${id} takes one value, but ${values.length} are given.`
    return [mistake('TOO_MANY_PARAMETER_VALUES', range, message, 'Give one value, or declare isArray: true.')]
  }
  return values.flatMap((value) => checkValue(parameter, value, secrets.has(id)))
}

function checkValue({ id, type, allowedValues = [], range }: Parameter, value: string, secret: boolean): Diagnostic[] {
  if (value.includes('#{')) return [] // evaluated where it is used
  const shown = secret ? 'its value' : `"${value}"`
  if (allowedValues.length > 0 && !allowedValues.includes(value)) {
    const hint = (secret ? undefined : didYouMean(value, allowedValues)) ?? `Allowed are ${allowedValues.join(', ')}.`
    return [mistake('VALUE_NOT_ALLOWED', range, `The parameter ${id} does not allow ${shown}.`, hint)]
  }
  if (patterns[type].test(value)) return []
  if (type === 'AWS::S3::ObjectKey') {
    return [doubt('NOT_AN_S3_URI', range, `The parameter ${id} is of type ${type}, but ${shown} does not begin with s3://.`)]
  }
  const message = `The parameter ${id} is of type ${type}, but ${shown} is not.`
  return [mistake('BAD_PARAMETER_VALUE', range, message, type === 'Integer' ? 'Give a whole number.' : 'Give a number such as 0.5.')]
}

const patterns = {
  String: /^/,
  Integer: /^\s*-?\d+\s*$/,
  Double: /^\s*-?(\d+(\.\d+)?|\.\d+)\s*$/,
  'AWS::S3::ObjectKey': /^(s3[an]?:\/\/|file:)/i,
} as const

function present(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => text !== '')
}
