import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'

/** In strict mode, one diagnostic for each activity that says neither where it runs nor who runs it: AWS left such tasks waiting for
 *  ever. Otherwise the worker group `default` runs them. */
export function checkRunners({ objects, strict }: CheckContext): Diagnostic[] {
  if (!strict) return []
  return [...objects.values()].flatMap(({ id, object, declaration, fields }) => {
    if (declaration?.family !== 'activity' || fields.has('runsOn') || fields.has('workerGroup')) return []
    const message = `${id} has neither runsOn nor workerGroup.`
    return [mistake('MISSING_RUNNER', object.range, message, 'Set runsOn to a resource, or workerGroup to a group of workers.')]
  })
}
