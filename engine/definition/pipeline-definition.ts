import type { SourceRange } from './source-range.ts'

/** One value of a field: text (which may hold expressions) or a reference to an object by id. */
export type FieldValue = { readonly text: string; readonly range?: SourceRange } | { readonly ref: string; readonly range?: SourceRange }

/** One object as its author wrote it, before inheritance. */
export interface PipelineObject {
  readonly id: string
  readonly name: string
  readonly type?: string
  /** Every field but id, name and type, `parent` included; several values in their order. */
  readonly fields: ReadonlyMap<string, readonly FieldValue[]>
  /** Where the object stands in its file. */
  readonly range?: SourceRange
  /** Where each field's name stands, for diagnostics about the name. */
  readonly keyRanges: ReadonlyMap<string, SourceRange>
}

/** A parameter object. The star of a secret's name is not part of `id`. */
export interface Parameter {
  readonly id: string
  readonly secret: boolean
  readonly type: 'String' | 'Integer' | 'Double' | 'AWS::S3::ObjectKey'
  readonly description?: string
  readonly optional: boolean
  readonly isArray: boolean
  readonly default?: readonly string[]
  readonly allowedValues?: readonly string[]
  /** Every attribute as written, kept for a round trip. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
  readonly range?: SourceRange
}

/** The YAML form, or one of AWS's JSON shapes. */
export type DefinitionForm = 'yaml' | 'json'

/** A definition as read: objects by id in file order, parameters, and the values given with it. */
export interface PipelineDefinition {
  /** From the YAML form's `name`, else the file's name. */
  readonly name?: string
  /** From the YAML form's `description`. */
  readonly description?: string
  readonly objects: ReadonlyMap<string, PipelineObject>
  readonly parameters: ReadonlyMap<string, Parameter>
  /** By bare parameter id. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** Bare ids of the values that were given with a star: secret although no parameter object says so. */
  readonly secretValues?: ReadonlySet<string>
}

/** An object after inheritance, as it is stored and run: plain JSON. */
export interface Component {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly fields: Readonly<Record<string, readonly StoredValue[]>>
}

export type StoredValue = { readonly text: string } | { readonly ref: string }

/** What activation pins: components of every declared type, and the parameter values in force. */
export interface CompiledDefinition {
  readonly name: string
  readonly components: Readonly<Record<string, Component>>
  /** By bare parameter id; an optional parameter without a value is absent. */
  readonly parameters: Readonly<Record<string, readonly string[]>>
  /** Bare ids of parameters whose values are secret. */
  readonly secretParameters: readonly string[]
  /** `ondemand` when Default says so; then no schedule counts. */
  readonly onDemand: boolean
  /** Set by `sluice run`: intervals are due at activation, whatever the clock says. */
  readonly dueAtOnce?: boolean
  /** Folder that relative `file:` paths start from, absolute; absent when the definition came over the wire. */
  readonly directory?: string
}
