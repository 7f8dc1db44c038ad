/** What an expression yields: one scalar; lists are arrays of these. */
export type Scalar = string | number | Decimal | boolean | DateTime | ObjectReference

/** A number that prints with at least one decimal (`4.0`), apart from integers, which are plain numbers. */
export interface Decimal {
  readonly decimal: number
}

/** An instant with the zone it is shown in; `UTC` unless `inTimeZone` changed it. */
export interface DateTime {
  readonly instant: Date
  readonly zone: string
}

/** A reference met as a value: prints as the target's id. */
export interface ObjectReference {
  readonly reference: EvaluationObject
}

/** A value of a field before evaluation. */
export type RawValue = { readonly text: string } | { readonly ref: string }

/** An object as expressions see it: an instance of a component, for one interval. */
export interface EvaluationObject {
  /** The instance's id, e.g. `@Load_2026-01-01T00:00:00`: what `#{id}` and `#{@id}` give. */
  readonly id: string
  /** The component's id: what `#{parent.@id}` gives. */
  readonly componentId: string
  readonly type: string
  /** User-set and inherited fields, raw; undefined when there is no such field. Defaults of the declaration count. */
  field(name: string): readonly RawValue[] | undefined
  /** Names of all fields, for "did you mean". */
  fieldNames(): Iterable<string>
  /** Runtime fields (`@scheduledStartTime`, `hostname`, `errorMessage` ...); undefined when there is none yet. Never scanned again. */
  runtime(name: string): Scalar | undefined
  /** Runtime fields of the component, which `parent.@latestRunTime` reads; absent when they are not at hand. */
  parentRuntime?(name: string): Scalar | undefined
  /** Whether `name` is a runtime field of the type at all: tells "not yet" from "unknown". */
  isRuntime(name: string): boolean
  /** Whether the field's declaration makes plain text in it a reference. */
  isReference(name: string): boolean
  /** The instances that a reference leads to, oldest first: one, or several with roll-ups. */
  follow(componentId: string): readonly EvaluationObject[]
}

/** Everything an evaluation may look at. No globals, no I/O, no clock. */
export interface EvaluationScope {
  readonly self: EvaluationObject
  /** The referrer, in preconditions and actions only. */
  readonly node?: EvaluationObject
  /** By bare id; `*myPassword` is looked up as `myPassword`. Undefined: no such parameter or no value. */
  parameter(id: string): readonly string[] | undefined
  /** Whether the parameter is declared although it has no value: then the expression is left out. */
  isDeclaredParameter(id: string): boolean
  /** Whether the parameter was declared, or given a value, with a star. By bare id. */
  isSecretParameter(id: string): boolean
  parameterNames(): Iterable<string>
  /** In actions a runtime field that does not exist yet is an empty string; elsewhere an error. */
  readonly lenientRuntime?: boolean
  /** Lets `input.database.@status` read a runtime field beyond the first reference, which AWS refuses. */
  readonly lenientTransitive?: boolean
}
