import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { doubt } from './problem.ts'
import { declarationOf } from './resolve-objects.ts'

/** One warning for each machine that nothing ends when its work hangs.
 *  @see spec/wire-api.md 7 */
export function checkUnbounded({ objects }: CheckContext): Diagnostic[] {
  return [...objects.values()].flatMap(({ id, object, declaration, fields }) => {
    if (declaration?.family !== 'resource' || !declarationOf(declaration, 'terminateAfter') || fields.has('terminateAfter')) return []
    const message = `${id} has no terminateAfter: if its work hangs, it stays and costs.`
    return [doubt('NO_TERMINATE_AFTER', object.range, message, 'Set it, such as terminateAfter: 2 hours.')]
  })
}
