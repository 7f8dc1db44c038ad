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
  const lengths = periodLengths(objects)
  if (new Set(lengths.values()).size < 2) return []
  const lengthOf = (object: ResolvedObject): number => lengths.get(scheduleOf(object, objects)?.id ?? '') ?? 0
  return [...objects.values()].flatMap((object) => ['dependsOn', 'input'].flatMap((name) => checkField(object, name, objects, lengthOf)))
}

type LengthOf = (object: ResolvedObject) => number

function checkField(object: ResolvedObject, name: string, objects: ResolvedObjects, lengthOf: LengthOf): Diagnostic[] {
  return (object.fields.get(name)?.values ?? []).flatMap((value) => {
    const target = 'ref' in value ? objects.get(value.ref) : undefined
    const [ownMs, theirs] = [lengthOf(object), target ? lengthOf(target) : 0]
    if (!target || ownMs === 0 || theirs === 0) return []
    const instances = Math.ceil(ownMs / theirs)
    if (instances <= mostRollUps) return []
    const message = `${object.id}.${name}: one interval of ${object.id} takes in ${instances} of ${target.id}, but may take in ${mostRollUps}.`
    return [mistake('TOO_MANY_ROLL_UPS', value.range, message, 'Put an activity of a period between the two.')]
  })
}

/** In milliseconds, by the id of the schedule; of those whose period is known. */
function periodLengths(objects: ResolvedObjects): ReadonlyMap<string, number> {
  const schedules = [...objects.values()].filter(({ declaration }) => declaration?.family === 'schedule')
  return new Map(
    schedules.flatMap((schedule): [string, number][] => {
      const period = parsePeriod(literal(schedule, 'period')?.text ?? '')
      return period ? [[schedule.id, periodMs(period)]] : []
    }),
  )
}
