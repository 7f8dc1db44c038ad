import { parsePeriod, periodMs } from '../spec/period.ts'
import type { CheckContext } from './check-context.ts'
import { literal } from './check-schedules.ts'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { ResolvedObject, ResolvedObjects } from './resolve-objects.ts'
import { scheduleOf } from './schedule-of.ts'

/** How many instances of a shorter period one instance may wait for.
 *  @see spec/behaviour.md 3.3, 15 */
const mostRollUps = 32

/** One diagnostic for each dependency on an object of so short a period that too many of its instances fall into one interval. */
export function checkRollUps({ objects, onDemand }: CheckContext): Diagnostic[] {
  if (onDemand) return []
  return [...objects.values()].flatMap((object) => {
    const own = periodOf(object, objects)
    if (own === undefined) return []
    return ['dependsOn', 'input'].flatMap((name) => checkField(object, name, own, objects))
  })
}

function checkField(object: ResolvedObject, name: string, ownMs: number, objects: ResolvedObjects): Diagnostic[] {
  return (object.fields.get(name)?.values ?? []).flatMap((value) => {
    const target = 'ref' in value ? objects.get(value.ref) : undefined
    const theirs = target && periodOf(target, objects)
    if (!target || theirs === undefined || theirs <= 0) return []
    const instances = Math.ceil(ownMs / theirs)
    if (instances <= mostRollUps) return []
    const message = `${object.id}.${name}: one interval of ${object.id} takes in ${instances} of ${target.id}, but may take in ${mostRollUps}.`
    return [mistake('TOO_MANY_ROLL_UPS', value.range, message, 'Put an activity of a period between the two.')]
  })
}

function periodOf(object: ResolvedObject, objects: ResolvedObjects): number | undefined {
  const schedule = scheduleOf(object, objects)
  const text = schedule && literal(schedule, 'period')?.text
  const period = text === undefined ? undefined : parsePeriod(text)
  return period && periodMs(period)
}
