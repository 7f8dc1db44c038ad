import type { TypeDeclaration } from '../spec/declarations.ts'
import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { didYouMean } from './did-you-mean.ts'
import { doubt, mistake } from './problem.ts'
import { declarationOf, isUserField, type ResolvedObject } from './resolve-objects.ts'

/** One diagnostic for each field that the object's own author should not have written there: unknown, forbidden or the engine's. */
export function checkFieldNames({ objects, catalog, form }: CheckContext): Diagnostic[] {
  const unknownField = form === 'yaml' ? mistake : ignored
  const everyField = new Set([...catalog.types.values()].flatMap(({ fields }) => Object.keys(fields)))
  return [...objects.values()].flatMap((resolved) => {
    if (resolved.declaration) return checkTyped(resolved, resolved.declaration, unknownField)
    return resolved.type === undefined ? checkUntyped(resolved, everyField, unknownField) : []
  })
}

/** AWS's own samples carry stray fields, which AWS ignored.
 *  @see spec/wire-api.md 7 */
const ignored: typeof mistake = (code, range, message, hint) => doubt(code, range, `${message.slice(0, -1)} and ignores it.`, hint)

function checkTyped({ id, object }: ResolvedObject, declaration: TypeDeclaration, unknownField: typeof mistake): Diagnostic[] {
  return [...object.fields.keys()].flatMap((name) => {
    if (isUserField(name) || name === 'parent') return []
    const field = declarationOf(declaration, name)
    const range = object.keyRanges.get(name)
    if (!field) {
      const settable = Object.entries(declaration.fields).flatMap(([known, { runtime, forbidden }]) =>
        runtime || forbidden ? [] : [known],
      )
      const hint = didYouMean(name, settable) ?? 'A field of your own has a name that begins with "my", such as myComment.'
      return [unknownField('UNKNOWN_FIELD', range, `${id}.${name}: ${declaration.type} has no field "${name}".`, hint)]
    }
    if (field.deprecated) return [doubt('DEPRECATED_FIELD', range, `${id}.${name} is no longer in use: ${field.summary}`, 'Remove it.')]
    if (field.forbidden) return [mistake('FORBIDDEN_FIELD', range, `${id}.${name} may not be set on ${declaration.type}.`, field.summary)]
    if (!field.runtime) return []
    return [doubt('RUNTIME_FIELD', range, `${id}.${name} is written by the engine; the value given here is ignored.`, 'Remove it.')]
  })
}

/** Fields that AWS's definitions set on Default for types that may not be declared. */
const rolesOfDefault = ['role', 'resourceRole', 'region', 'preActivityTaskConfig', 'postActivityTaskConfig']

/** Default and other parents may carry any field of any type. */
function checkUntyped({ id, object }: ResolvedObject, everyField: ReadonlySet<string>, unknownField: typeof mistake): Diagnostic[] {
  return [...object.fields.keys()].flatMap((name) => {
    if (isUserField(name) || name === 'parent' || everyField.has(name) || rolesOfDefault.includes(name)) return []
    const hint = didYouMean(name, everyField) ?? 'A field of your own has a name that begins with "my", such as myComment.'
    return [unknownField('UNKNOWN_FIELD', object.keyRanges.get(name), `${id}.${name}: no type has a field "${name}".`, hint)]
  })
}
