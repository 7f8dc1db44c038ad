import type { Family } from '../spec/declarations.ts'
import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { parentOf } from './inherit.ts'
import { doubt } from './problem.ts'
import type { ResolvedObject, ResolvedObjects } from './resolve-objects.ts'

/** Families whose objects do nothing unless another object refers to them. */
const serving: ReadonlySet<Family> = new Set([
  'database',
  'dataformat',
  'schedule',
  'precondition',
  'resource',
  'action',
  'utility',
] satisfies Family[])

/** One warning for each object that nothing reaches, and one for a definition in which there is nothing to run. Only of use where nothing
 *  else is wrong: a mistyped reference leaves an object behind that nothing reaches. */
export function checkUnused({ objects }: CheckContext): Diagnostic[] {
  const reached = reachedIds(objects)
  const unused = [...objects.values()].filter((object) => !reached.has(object.id) && isIdle(object))
  return [...unused.map(describe), ...checkSomethingRuns(objects)]
}

function describe({ id, type, object }: ResolvedObject): Diagnostic {
  const message = `${id} is a ${type} that nothing refers to: it has no effect.`
  return doubt('UNUSED_OBJECT', object.range, message, 'Refer to it, or remove it.')
}

/** A data node that waits for something, or is waited for, is of use without an activity. */
function isIdle({ declaration, fields }: ResolvedObject): boolean {
  if (!declaration) return false
  if (declaration.family === 'datanode') return !fields.has('precondition') && !fields.has('dependsOn')
  return serving.has(declaration.family)
}

/** Ids that a field of another object names, its parent included. */
function reachedIds(objects: ResolvedObjects): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const { id, object, fields } of objects.values()) {
    const parent = parentOf(object)
    for (const values of parent ? [[parent]] : []) for (const value of values) ids.add('ref' in value ? value.ref : value.text)
    for (const { values } of fields.values()) {
      for (const value of values) if ('ref' in value && value.ref !== id) ids.add(value.ref)
    }
  }
  return ids
}

function checkSomethingRuns(objects: ResolvedObjects): Diagnostic[] {
  const runs = [...objects.values()].some(
    ({ type, declaration }) =>
      (type !== undefined && !declaration) || declaration?.family === 'activity' || declaration?.family === 'datanode',
  )
  if (runs || [...objects.keys()].every((id) => id === 'Default')) return []
  return [
    doubt('NOTHING_TO_RUN', undefined, 'The definition has no activity: there is nothing to run.', 'Add one, such as a CopyActivity.'),
  ]
}
