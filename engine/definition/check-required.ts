import type { TypeDeclaration } from '../spec/declarations.ts'
import type { FieldDeclaration } from '../spec/field.ts'
import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { ResolvedObject } from './resolve-objects.ts'

/** One diagnostic for each field or choice of fields that a type asks for and an object, its ancestors included, does not keep to. */
export function checkRequired({ objects, catalog }: CheckContext): Diagnostic[] {
  const required = new Map([...catalog.types.values()].map((declaration) => [declaration.type, requiredFields(declaration)]))
  return [...objects.values()].flatMap((object) => {
    const { declaration } = object
    if (!declaration) return []
    return [...missing(object, required.get(declaration.type) ?? []), ...choices(object, declaration), ...needs(object, declaration)]
  })
}

function requiredFields({ fields }: TypeDeclaration): readonly (readonly [string, FieldDeclaration])[] {
  return Object.entries(fields).filter(([name, { required, runtime, forbidden }]) => required && !runtime && !forbidden && name !== 'id')
}

/** A field whose parameter has no value is absent. */
function has({ fields }: ResolvedObject, name: string): boolean {
  return (fields.get(name)?.given.length ?? 0) > 0
}

function missing(object: ResolvedObject, required: readonly (readonly [string, FieldDeclaration])[]): Diagnostic[] {
  return required.flatMap(([name, { summary }]) => {
    if (has(object, name)) return []
    const message = `${object.id} has no ${name}, which ${object.type} requires.`
    return [mistake('MISSING_FIELD', object.object.range, message, `${name}: ${summary}`)]
  })
}

function choices(object: ResolvedObject, { type, exactlyOneOf, atLeastOneOf, atMostOneOf }: TypeDeclaration): Diagnostic[] {
  const none = [...exactlyOneOf, ...atLeastOneOf].filter((group) => !group.some((name) => has(object, name)))
  const several = [...exactlyOneOf, ...atMostOneOf].filter((group) => group.filter((name) => has(object, name)).length > 1)
  return [
    ...none.map((group) => {
      const message = `${object.id} has none of ${group.join(', ')}, of which ${type} requires one.`
      return mistake('MISSING_ONE_OF', object.object.range, message, `Set ${group.join(' or ')}.`)
    }),
    ...several.map((group) => {
      const set = group.filter((name) => has(object, name))
      const message = `${object.id} has both ${set.join(' and ')}, but ${type} takes only one of them.`
      return mistake('TOO_MANY_OF', placeOf(object, set.at(-1) ?? ''), message, `Keep ${set.join(' or ')}.`)
    }),
  ]
}

function needs(object: ResolvedObject, declaration: TypeDeclaration): Diagnostic[] {
  return Object.entries(declaration.needs).flatMap(([name, others]) => {
    const absent = others.filter((other) => Object.hasOwn(declaration.fields, other) && !has(object, other))
    if (absent.length === 0 || !has(object, name)) return []
    const message = `${object.id}.${name} has no effect without ${absent.join(' and ')}.`
    return [mistake('NEEDS_FIELD', placeOf(object, name), message, `Set ${absent.join(' and ')} too.`)]
  })
}

/** Where the field's name stands, on the object or on the ancestor it comes from. */
function placeOf({ fields, object }: ResolvedObject, name: string): Diagnostic['range'] {
  return fields.get(name)?.owner.keyRanges.get(name) ?? object.range
}
