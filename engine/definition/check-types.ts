import type { Catalog } from '../spec/catalog.ts'
import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { didYouMean } from './did-you-mean.ts'
import { parentOf } from './inherit.ts'
import { doubt, mistake } from './problem.ts'
import type { ResolvedObject } from './resolve-objects.ts'
import type { SourceRange } from './source-range.ts'

/** One diagnostic for each type that nobody declared or that cannot run yet, and for each object without a type that is no parent. */
export function checkTypes(context: CheckContext): Diagnostic[] {
  const { objects } = context
  const parents = new Set([...objects.values()].map(parentId))
  return [...objects.values()].flatMap((resolved) => {
    if (resolved.type !== undefined) return checkType(resolved, resolved.type, context)
    if (resolved.id === 'Default' || parents.has(resolved.id)) return []
    return [missingType(resolved, context)]
  })
}

/** AWS took such an object for a parent that has no children yet. */
function missingType({ id, object }: ResolvedObject, { catalog, form }: CheckContext): Diagnostic {
  const hint = `Give it one, such as type: ${catalog.types.keys().next().value}.`
  if (form === 'yaml') return mistake('MISSING_TYPE', object.range, `${id} has no type.`, hint)
  return doubt('MISSING_TYPE', object.range, `${id} has no type and is nobody's parent: it does nothing.`, hint)
}

function parentId({ object }: ResolvedObject): string | undefined {
  const parent = parentOf(object)
  return parent && ('ref' in parent ? parent.ref : parent.text)
}

function checkType({ id, object, declaration }: ResolvedObject, type: string, context: CheckContext): Diagnostic[] {
  const range = object.keyRanges.get('type') ?? object.range
  if (!declaration)
    return [mistake('UNKNOWN_TYPE', range, `${id}.type is "${type}", but there is no such type.`, typeHint(type, context.catalog))]
  if (!declaration.unsupported) return []
  return [notSupportedYet(context, range, `${id} is of type ${type}, which is not supported yet: ${declaration.unsupported}`)]
}

/** Nothing is wrong with the definition, so that reading it is no error; running it is. */
function notSupportedYet({ purpose, strict }: CheckContext, range: SourceRange | undefined, message: string, hint?: string): Diagnostic {
  if (purpose === 'activation' || strict) return mistake('NOT_SUPPORTED_YET', range, message, hint)
  return doubt('NOT_SUPPORTED_YET', range, message, hint ?? 'It is read and checked, but its activation is refused.')
}

function typeHint(type: string, { types }: Catalog): string {
  return didYouMean(type, types.keys()) ?? `The types are ${[...types.keys()].toSorted().join(', ')}.`
}
