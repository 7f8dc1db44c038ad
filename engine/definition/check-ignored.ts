import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { doubt } from './problem.ts'

/** One warning for each activity that names both a machine and a worker group: the machine wins.
 *  @see spec/behaviour.md 3.2 */
export function checkIgnored({ objects }: CheckContext): Diagnostic[] {
  return [...objects.values()].flatMap(({ id, object, fields, declaration }) => {
    if (!declaration || !fields.has('runsOn') || !object.fields.has('workerGroup')) return []
    const message = `${id}.workerGroup has no effect, since ${id} has runsOn.`
    return [doubt('IGNORED_FIELD', object.keyRanges.get('workerGroup'), message, 'Keep one of the two.')]
  })
}
