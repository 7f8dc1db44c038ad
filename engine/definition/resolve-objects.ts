import type { Catalog } from '../spec/catalog.ts'
import type { TypeDeclaration } from '../spec/declarations.ts'
import type { FieldDeclaration } from '../spec/field.ts'
import type { Heir, Heirs } from './inherit.ts'
import type { FieldValue, PipelineObject } from './pipeline-definition.ts'
import { findParameters, type Substitute } from './substitute-parameters.ts'

/** An object as its type sees it: what the checks look at and what is compiled. */
export interface ResolvedObject {
  readonly id: string
  readonly name: string
  readonly type?: string
  /** Absent for an untyped object and for a type that nobody declared. */
  readonly declaration?: TypeDeclaration
  /** What the author wrote. */
  readonly object: PipelineObject
  readonly fields: ReadonlyMap<string, ResolvedField>
}

export interface ResolvedField {
  readonly name: string
  /** Absent for fields of the author's own, and where the type is unknown. */
  readonly declaration?: FieldDeclaration
  /** At least one. Plain text where the declaration says reference has become one. */
  readonly values: readonly FieldValue[]
  /** The same with parameters in place of `#{myName}`; no text where an optional parameter has no value. */
  readonly given: readonly FieldValue[]
  /** The object that the values are written on: this one or an ancestor. */
  readonly owner: PipelineObject
}

export type ResolvedObjects = ReadonlyMap<string, ResolvedObject>

/** Names that an author may give to fields of his own.
 *  @see spec/expressions.md 5.1 */
export function isUserField(name: string): boolean {
  return /^\*?my[A-Z_]/.test(name)
}

/** Every heir with its declaration. Inherited fields that its type does not have are dropped, and `schedule` everywhere in a pipeline
 *  that runs on demand, since then no schedule counts. */
export function resolveObjects(heirs: Heirs, catalog: Catalog, substitute: Substitute, onDemand: boolean): ResolvedObjects {
  const resolved = new Map<string, ResolvedObject>()
  const known: KnownFields = new Map()
  for (const heir of heirs.values()) {
    const { object, type } = heir
    const declaration = type === undefined ? undefined : catalog.get(type)
    const fields = resolveFields(heir, declaration, { substitute, onDemand, known })
    resolved.set(object.id, { id: object.id, name: object.name, type, declaration, object, fields })
  }
  return resolved
}

/** Fields of ancestors, which all heirs of one type share when no parameter stands in them: thousands may inherit from Default. */
type KnownFields = Map<readonly FieldValue[], Map<FieldDeclaration | undefined, ResolvedField>>

interface Resolving {
  readonly substitute: Substitute
  readonly onDemand: boolean
  readonly known: KnownFields
}

function resolveFields(
  heir: Heir,
  type: TypeDeclaration | undefined,
  { substitute, onDemand, known }: Resolving,
): Map<string, ResolvedField> {
  const fields = new Map<string, ResolvedField>()
  for (const [name, { values, owner }] of heir.fields) {
    const declaration = declarationOf(type, name)
    const foreign = type && !declaration && !isUserField(name) && owner !== heir.object
    const idle = onDemand && name === 'schedule'
    if (values.length === 0 || foreign || idle || (declaration?.runtime && owner !== heir.object)) continue
    const shared = known.get(values)?.get(declaration)
    if (shared) {
      fields.set(name, shared)
      continue
    }
    const typed = declaration?.kind === 'reference' && values.some((value) => 'text' in value) ? values.map(asReference) : values
    const literal = typed.every((value) => 'ref' in value || !findParameters(value.text))
    const given = literal ? typed : typed.flatMap((value) => givenFor(value, heir, substitute))
    const field = { name, declaration, values: typed, given, owner }
    if (literal && owner !== heir.object) share(known, field, values)
    fields.set(name, field)
  }
  return fields
}

function share(known: KnownFields, field: ResolvedField, values: readonly FieldValue[]): void {
  const byDeclaration = known.get(values) ?? new Map<FieldDeclaration | undefined, ResolvedField>()
  known.set(values, byDeclaration.set(field.declaration, field))
}

/** The declaration of a field, `constructor` and its like being no field of any type. */
export function declarationOf(type: TypeDeclaration | undefined, name: string): FieldDeclaration | undefined {
  return type && Object.hasOwn(type.fields, name) ? type.fields[name] : undefined
}

function asReference(value: FieldValue): FieldValue {
  return 'ref' in value ? value : { ref: value.text, range: value.range }
}

/** A field of the object's own wins over a parameter of its name. */
function givenFor(value: FieldValue, { fields }: Heir, substitute: Substitute): FieldValue[] {
  if ('ref' in value || !findParameters(value.text)) return [value]
  return substitute(value.text, (name) => fields.has(name)).map((text) => ({ text, range: value.range }))
}
