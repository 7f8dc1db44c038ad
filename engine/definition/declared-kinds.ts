import type { Catalog } from '../spec/catalog.ts'
import type { FieldKind } from '../spec/field.ts'
import { inherit } from './inherit.ts'
import type { FieldValue, PipelineDefinition, PipelineObject } from './pipeline-definition.ts'
import { declarationOf } from './resolve-objects.ts'

/** The kind that a field of an object is declared with; undefined where nobody declares it. */
export type KindOf = (object: PipelineObject, field: string) => FieldKind | undefined

/** An untyped object, Default above all, hands its fields to objects of any type: there a field has the kind that all types agree on. */
export function declaredKinds(definition: PipelineDefinition, catalog: Catalog): KindOf {
  const { heirs } = inherit(definition)
  const agreed = agreedKinds(catalog)
  return ({ id }, field) => {
    const type = heirs.get(id)?.type
    return type === undefined || type === 'Default' ? agreed.get(field) : declarationOf(catalog.get(type), field)?.kind
  }
}

function agreedKinds({ types }: Catalog): ReadonlyMap<string, FieldKind | undefined> {
  const agreed = new Map<string, FieldKind | undefined>()
  for (const { fields } of types.values()) {
    for (const [name, { kind }] of Object.entries(fields))
      agreed.set(name, agreed.has(name) && agreed.get(name) !== kind ? undefined : kind)
  }
  return agreed
}

/** The id that the value refers to; undefined for text. Plain text is a reference where the declaration says so. */
export function referenceIn(value: FieldValue, kind: FieldKind | undefined): string | undefined {
  if ('ref' in value) return value.ref
  return kind === 'reference' ? value.text : undefined
}
