import type { Catalog } from '../spec/catalog.ts'
import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { didYouMean } from './did-you-mean.ts'
import { parentOf } from './inherit.ts'
import { mistake } from './problem.ts'
import type { ResolvedObject } from './resolve-objects.ts'

/** One diagnostic for each type that nobody declared or that cannot run yet, and for each object without a type that is no parent. */
export function checkTypes({ objects, catalog }: CheckContext): Diagnostic[] {
  const parents = new Set([...objects.values()].map(parentId))
  return [...objects.values()].flatMap((resolved) => {
    if (resolved.type !== undefined) return checkType(resolved, resolved.type, catalog)
    if (resolved.id === 'Default' || parents.has(resolved.id)) return []
    const hint = `Give it one, such as type: ${catalog.types.keys().next().value}.`
    return [mistake('MISSING_TYPE', resolved.object.range, `${resolved.id} has no type.`, hint)]
  })
}

function parentId({ object }: ResolvedObject): string | undefined {
  const parent = parentOf(object)
  return parent && ('ref' in parent ? parent.ref : parent.text)
}

function checkType({ id, object, declaration }: ResolvedObject, type: string, catalog: Catalog): Diagnostic[] {
  const range = object.keyRanges.get('type') ?? object.range
  if (!declaration) return [mistake('UNKNOWN_TYPE', range, `${id}.type is "${type}", but there is no such type.`, typeHint(type, catalog))]
  if (!declaration.unsupported) return []
  return [mistake('NOT_SUPPORTED_YET', range, `${id} is of type ${type}, which is not supported yet: ${declaration.unsupported}`)]
}

function typeHint(type: string, { types }: Catalog): string {
  return didYouMean(type, types.keys()) ?? `The types are ${[...types.keys()].toSorted().join(', ')}.`
}
