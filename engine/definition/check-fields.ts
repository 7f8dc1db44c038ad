import type { TypeDeclaration } from '../spec/declarations.ts'
import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { didYouMean } from './did-you-mean.ts'
import { doubt, mistake } from './problem.ts'
import { declarationOf, isUserField, type ResolvedObject } from './resolve-objects.ts'

/** One diagnostic for each field that the object's own author should not have written there: unknown, forbidden or the engine's. */
export function checkFieldNames({ objects, catalog }: CheckContext): Diagnostic[] {
  const everyField = new Set([...catalog.types.values()].flatMap(({ fields }) => Object.keys(fields)))
  return [...objects.values()].flatMap((resolved) => {
    if (resolved.declaration) return checkTyped(resolved, resolved.declaration)
    return resolved.type === undefined ? checkUntyped(resolved, everyField) : []
  })
}

function checkTyped({ id, object }: ResolvedObject, declaration: TypeDeclaration): Diagnostic[] {
  return [...object.fields.keys()].flatMap((name) => {
    if (isUserField(name) || name === 'parent') return []
    const field = declarationOf(declaration, name)
    const range = object.keyRanges.get(name)
    if (!field) {
      const settable = Object.entries(declaration.fields).flatMap(([known, { runtime, forbidden }]) =>
        runtime || forbidden ? [] : [known],
      )
      const hint = didYouMean(name, settable) ?? 'A field of your own has a name that begins with "my", such as myComment.'
      return [mistake('UNKNOWN_FIELD', range, `${id}.${name}: ${declaration.type} has no field "${name}".`, hint)]
    }
    if (field.forbidden) return [mistake('FORBIDDEN_FIELD', range, `${id}.${name} may not be set on ${declaration.type}.`, field.summary)]
    if (!field.runtime) return []
    return [doubt('RUNTIME_FIELD', range, `${id}.${name} is written by the engine; the value given here is ignored.`, 'Remove it.')]
  })
}

/** Fields that AWS's definitions set on Default for types that may not be declared. */
const rolesOfDefault = ['role', 'resourceRole', 'region', 'preActivityTaskConfig', 'postActivityTaskConfig']

/** Default and other parents may carry any field of any type. */
function checkUntyped({ id, object }: ResolvedObject, everyField: ReadonlySet<string>): Diagnostic[] {
  return [...object.fields.keys()].flatMap((name) => {
    if (isUserField(name) || name === 'parent' || everyField.has(name) || rolesOfDefault.includes(name)) return []
    const hint = didYouMean(name, everyField) ?? 'A field of your own has a name that begins with "my", such as myComment.'
    return [mistake('UNKNOWN_FIELD', object.keyRanges.get(name), `${id}.${name}: no type has a field "${name}".`, hint)]
  })
}
