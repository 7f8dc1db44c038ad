import type { AwsField } from '../../clients/data-pipeline.ts'
import type { Catalog } from '../../spec/catalog.ts'
import type { TypeDeclaration } from '../../spec/declarations.ts'
import type { FieldKind } from '../../spec/field.ts'
import { didYouMean } from '../did-you-mean.ts'
import { declarationOf, isUserField } from '../resolve-objects.ts'
import { changed, kept, notSupported, type Judgement } from './fate.ts'

/** What is known of the object that carries a field. */
export interface Carrier {
  /** Its own type or its parent's; absent for a mere parent such as Default. */
  readonly type?: string
  /** How the field is declared, if the type or, for a mere parent, all types agree. */
  readonly kind?: FieldKind
}

/** What a field that is written as AWS sent it means in Sluice. */
export function judgeField(key: string, values: readonly AwsField[], { type, kind }: Carrier, catalog: Catalog): Judgement {
  if (key === 'type') return judgeType(values, catalog)
  if (isUserField(key) || key === 'name') return kept
  const declaration = type === undefined ? undefined : catalog.get(type)
  if (key.startsWith('@')) return ignored
  if (declaration) return judgeDeclared(key, values, declaration)
  if (type === undefined && !isKnown(key, catalog))
    return changed('No type has such a field: it stays in the file, and only expressions read it.')
  return judgeReference(values, kind)
}

const ignored = changed('The engine writes it at run time: it stays in the file and is ignored.')

function judgeType(values: readonly AwsField[], catalog: Catalog): Judgement {
  const type = values[0]?.stringValue ?? ''
  const declaration = catalog.get(type)
  if (!declaration) return notSupported(['Sluice has no such type.', didYouMean(type, catalog.types.keys())].filter(Boolean).join(' '))
  return declaration.unsupported ? notSupported(`${type} is not supported yet: ${declaration.unsupported}`) : kept
}

function judgeDeclared(key: string, values: readonly AwsField[], declaration: TypeDeclaration): Judgement {
  const field = declarationOf(declaration, key)
  if (!field) return changed(`${declaration.type} has no such field: it stays in the file, and only expressions read it.`)
  if (field.forbidden) return notSupported(field.summary)
  return field.runtime ? ignored : judgeReference(values, field.kind)
}

function judgeReference(values: readonly AwsField[], kind: FieldKind | undefined): Judgement {
  const isText = kind === 'reference' && values.some(({ stringValue }) => stringValue !== undefined)
  return isText ? changed('Text to AWS; here it refers to the object of that id.') : kept
}

function isKnown(key: string, { types }: Catalog): boolean {
  return key === 'parent' || [...types.values()].some(({ fields }) => Object.hasOwn(fields, key))
}
