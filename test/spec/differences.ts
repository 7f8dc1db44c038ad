import type { TypeDeclaration } from '../../engine/spec/declarations.ts'
import type { FieldDeclaration } from '../../engine/spec/field.ts'
import { reference, referenceFields, type ReferenceField } from './reference.ts'

/** One fact that a declaration states otherwise than AWS's sources. */
export interface Difference {
  readonly type: string
  readonly field: string
  readonly fact: string
  readonly aws: unknown
  readonly here: unknown
}

/** Every fact in which the declaration differs from the reference. Fields that say they are beyond AWS are not compared. */
export function differences(declaration: TypeDeclaration): Difference[] {
  const { type } = declaration
  const known = reference.types[type]
  if (!known) return []
  const expected = referenceFields(known)
  const found: Difference[] = []
  const compare = (field: string, fact: string, aws: unknown, here: unknown) => {
    if (JSON.stringify(aws) !== JSON.stringify(here)) found.push({ type, field, fact, aws, here })
  }
  compare('', 'family', known.family, declaration.family)
  if (declaration.family === 'precondition') compare('', 'managedBy', known.managedBy, declaration.managedBy)
  for (const pair of known.mutuallyExclusive) compare(pair.join(), 'exclusive', true, excludeEachOther(declaration, pair))
  for (const [name, field] of Object.entries(expected)) {
    const declared = declaration.fields[name]
    compare(name, 'declared', true, declared !== undefined)
    if (!declared) continue
    const [aws, here] = [awsFacts(name, field), ourFacts(name, declared, declaration)]
    for (const fact of Object.keys(aws)) compare(name, fact, aws[fact], here[fact])
  }
  for (const [name, field] of Object.entries(declaration.fields))
    compare(name, 'named by AWS', true, name in expected || field.beyondAws !== undefined)
  return found
}

type Facts = Record<string, unknown>

function awsFacts(name: string, field: ReferenceField): Facts {
  const list = field.kind.startsWith('list-of-')
  return {
    kind: list ? field.kind.slice('list-of-'.length) : field.kind,
    list,
    required: field.required === 'always',
    oneOfGroup: field.required.startsWith('one-of:'),
    refTypes: field.refTypes?.toSorted(),
    values: field.values?.toSorted(),
    open: field.open ?? false,
    runtime: field.runtime,
    secret: field.secret,
    default: field.default,
    forbidden: field.forbidden ?? false,
    deprecated: field.deprecated ?? false,
    needed: name === 'lateAfterTimeout' && field.required.startsWith('conditional:'),
  }
}

function ourFacts(name: string, field: FieldDeclaration, { exactlyOneOf, atLeastOneOf, needs }: TypeDeclaration): Facts {
  return {
    kind: field.kind,
    list: field.list,
    required: field.required,
    oneOfGroup: [...exactlyOneOf, ...atLeastOneOf].some((group) => group.includes(name)),
    refTypes: field.refTypes?.toSorted(),
    values: field.values?.toSorted(),
    open: field.open ?? false,
    runtime: field.runtime,
    secret: name.startsWith('*'),
    default: field.defaultText,
    forbidden: field.forbidden ?? false,
    deprecated: field.deprecated ?? false,
    needed: name === 'lateAfterTimeout' && (needs['onLateAction'] ?? []).includes(name),
  }
}

function excludeEachOther({ exactlyOneOf, atMostOneOf }: TypeDeclaration, pair: readonly string[]): boolean {
  return [...exactlyOneOf, ...atMostOneOf].some((group) => pair.every((field) => group.includes(field)))
}
