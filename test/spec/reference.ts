import { readFileSync } from 'node:fs'

/** One field as AWS's sources state it. */
export interface ReferenceField {
  readonly kind: string
  readonly refTypes?: readonly string[]
  readonly values?: readonly string[]
  readonly open?: boolean
  readonly required: string
  readonly default?: string
  readonly runtime: boolean
  readonly secret: boolean
  readonly forbidden?: boolean
  readonly deprecated?: boolean
}

interface ReferenceType {
  readonly family: string
  readonly inheritedCommonFields: boolean
  readonly universalFieldsApply?: boolean
  readonly managedBy?: 'system' | 'user'
  /** Written in a definition but not an object of a type: Default, Parameter. */
  readonly pseudo?: boolean
  readonly mutuallyExclusive: readonly (readonly string[])[]
  readonly fields: Readonly<Record<string, ReferenceField>>
}

interface Reference {
  readonly universalFields: Readonly<Record<string, ReferenceField>>
  readonly commonRuntimeFields: Readonly<Record<string, ReferenceField & { readonly appliesTo: readonly string[] }>>
  readonly types: Readonly<Record<string, ReferenceType>>
}

/** AWS's types and fields, as gathered from its guide, service model and samples. */
export const reference = JSON.parse(readFileSync(new URL('../fixtures/spec/objects.json', import.meta.url), 'utf8')) as Reference

/** All fields of a type, its family's common ones and the universal ones included; the type's own win. */
export function referenceFields(type: ReferenceType): Record<string, ReferenceField> {
  const common = Object.entries(reference.commonRuntimeFields).filter(([, field]) => field.appliesTo.includes(type.family))
  return {
    ...(type.universalFieldsApply === false ? {} : reference.universalFields),
    ...(type.inheritedCommonFields ? Object.fromEntries(common) : {}),
    ...type.fields,
  }
}
