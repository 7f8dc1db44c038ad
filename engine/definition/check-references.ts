import type { Catalog } from '../spec/catalog.ts'
import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { didYouMeanId } from './did-you-mean.ts'
import { mistake } from './problem.ts'
import type { SourceRange } from './source-range.ts'
import type { ResolvedField, ResolvedObjects } from './resolve-objects.ts'

/** One diagnostic for each reference to no object or to the wrong kind of object, and for each reference where text is wanted. */
export function checkReferences({ objects, catalog }: CheckContext): Diagnostic[] {
  const scene: Scene = { objects, catalog, fitting: idsByRefTypes(objects, catalog) }
  return [...objects.values()].flatMap((object) => {
    const typed = object.type === undefined || object.declaration !== undefined
    return typed ? [...object.fields.values()].flatMap((field) => checkField(field, scene)) : []
  })
}

const anyType = ['*']

interface Scene {
  readonly objects: ResolvedObjects
  readonly catalog: Catalog
  /** Ids of the objects that a field of these types may refer to. */
  fitting(refTypes: readonly string[]): ReadonlySet<string>
}

function checkField(field: ResolvedField, scene: Scene): Diagnostic[] {
  return field.values.flatMap((value) => ('ref' in value ? checkReference(field, value.ref, value.range, scene) : []))
}

function checkReference(
  { name, owner, declaration }: ResolvedField,
  to: string,
  range: SourceRange | undefined,
  { objects, catalog, fitting }: Scene,
): Diagnostic[] {
  const from = `${owner.id}.${name}`
  if (declaration && declaration.kind !== 'reference') {
    return [mistake('NOT_A_REFERENCE', range, `${from} takes text, but a reference to "${to}" is given.`, `Write ${name}: ${to}.`)]
  }
  const target = objects.get(to)
  if (!target) {
    const hint = to.includes('#{')
      ? 'Expressions are not evaluated in references: name an object.'
      : didYouMeanId(to, fitting(declaration?.refTypes ?? anyType))
    return [mistake('UNKNOWN_REFERENCE', range, `${from} refers to "${to}", but no object has that id.`, hint)]
  }
  const wanted = declaration?.refTypes
  if (!wanted?.length || !target.declaration || catalog.accepts(wanted, target.declaration.type)) return []
  const message = `${from} refers to "${to}", a ${target.declaration.type}, but takes ${wanted.join(' or ')}.`
  return [mistake('WRONG_KIND', range, message, `Refer to an object of type ${wanted.join(' or ')}.`)]
}

function idsByRefTypes(objects: ResolvedObjects, catalog: Catalog): Scene['fitting'] {
  const known = new Map<readonly string[], ReadonlySet<string>>()
  return (refTypes) => {
    const fitting = objects.values().filter(({ declaration }) => !declaration || catalog.accepts(refTypes, declaration.type))
    const ids = known.get(refTypes) ?? new Set(fitting.map(({ id }) => id))
    known.set(refTypes, ids)
    return ids
  }
}
