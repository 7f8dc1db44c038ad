import type { EvaluationObject, EvaluationScope, RawValue, Scalar } from '../../engine/expression/index.ts'

/** How a test writes an object: a string is one value, an array several; `{ ref }` a reference. */
interface ObjectSketch {
  readonly id?: string
  readonly componentId?: string
  readonly type?: string
  readonly fields?: Readonly<Record<string, Sketched | readonly Sketched[]>>
  readonly runtime?: Readonly<Record<string, Scalar>>
  /** Runtime fields of the type that have no value yet. */
  readonly notYet?: readonly string[]
  /** What references lead to, by component id. */
  readonly targets?: Readonly<Record<string, EvaluationObject | readonly EvaluationObject[]>>
  readonly referenceFields?: readonly string[]
  readonly component?: Readonly<Record<string, Scalar>>
}

type Sketched = string | { readonly ref: string }

interface ScopeSketch extends ObjectSketch {
  readonly node?: EvaluationObject
  readonly parameters?: Readonly<Record<string, string | readonly string[]>>
  readonly declared?: readonly string[]
  readonly secrets?: readonly string[]
  readonly lenientRuntime?: boolean
  readonly lenientTransitive?: boolean
}

/** An object for expressions, all in memory. */
export function evaluationObject(sketch: ObjectSketch): EvaluationObject {
  const componentId = sketch.componentId ?? sketch.id ?? 'Load'
  const fields = new Map(Object.entries(sketch.fields ?? {}).map(([name, values]) => [name, asList(values).map(rawValue)]))
  const runtime = new Map(Object.entries(sketch.runtime ?? {}))
  const component = new Map(Object.entries(sketch.component ?? {}))
  const targets = new Map(Object.entries(sketch.targets ?? {}).map(([id, objects]) => [id, asList(objects)]))
  return {
    id: sketch.id ?? componentId,
    componentId,
    type: sketch.type ?? 'ShellCommandActivity',
    field: (name) => fields.get(name),
    fieldNames: () => fields.keys(),
    runtime: (name) => runtime.get(name),
    parentRuntime: (name) => component.get(name),
    isRuntime: (name) => runtime.has(name) || (sketch.notYet ?? []).includes(name),
    isReference: (name) => (sketch.referenceFields ?? []).includes(name),
    follow: (id) => targets.get(id) ?? [],
  }
}

/** A scope whose `self` is sketched together with the parameters. Secret parameters are named in `secrets`. */
export function evaluationScope(sketch: ScopeSketch = {}): EvaluationScope {
  const parameters = new Map(Object.entries(sketch.parameters ?? {}).map(([id, values]) => [id, asList(values)]))
  return {
    self: evaluationObject(sketch),
    node: sketch.node,
    parameter: (id) => parameters.get(id),
    isDeclaredParameter: (id) => parameters.has(id) || (sketch.declared ?? []).includes(id),
    isSecretParameter: (id) => (sketch.secrets ?? []).includes(id),
    parameterNames: () => parameters.keys(),
    lenientRuntime: sketch.lenientRuntime,
    lenientTransitive: sketch.lenientTransitive,
  }
}

/** A date-time as runtime fields have it. */
export function utc(text: string): Scalar {
  return { instant: new Date(`${text}Z`), zone: 'UTC' }
}

function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T]
}

function rawValue(value: Sketched): RawValue {
  return typeof value === 'string' ? { text: value } : value
}
