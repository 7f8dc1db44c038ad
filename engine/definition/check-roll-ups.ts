import type { Pace } from '../spec/boundaries.ts'
import { parseDateTime } from '../spec/date-time.ts'
import { mostRollUps } from '../spec/roll-ups.ts'
import type { CheckContext } from './check-context.ts'
import { literal, paceOf } from './check-schedules.ts'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { ResolvedObject, ResolvedObjects } from './resolve-objects.ts'
import { scheduleOf } from './schedule-of.ts'

/** How many instances of a shorter period one instance may wait for.
 *  @see spec/behaviour.md 3.3, 15 */
const most = 32

/** One diagnostic for each dependency on an object of so short a period that too many of its instances fall into one interval. */
export function checkRollUps({ objects, onDemand }: CheckContext): Diagnostic[] {
  if (onDemand) return []
  const count = counting(objects)
  return [...objects.values()].flatMap((object) => ['dependsOn', 'input'].flatMap((name) => checkField(object, name, objects, count)))
}

type Count = (own: ResolvedObject, target: ResolvedObject) => number

function checkField(object: ResolvedObject, name: string, objects: ResolvedObjects, count: Count): Diagnostic[] {
  return (object.fields.get(name)?.values ?? []).flatMap((value) => {
    const target = 'ref' in value ? objects.get(value.ref) : undefined
    const instances = target ? count(object, target) : 0
    if (!target || instances <= most) return []
    const message = `${object.id}.${name}: one interval of ${object.id} takes in ${instances} of ${target.id}, but may take in ${most}.`
    return [mistake('TOO_MANY_ROLL_UPS', value.range, message, 'Put an activity of a period between the two.')]
  })
}

/** Counts once for each two schedules; none where one is not known. */
function counting(objects: ResolvedObjects): Count {
  const paces = knownPaces(objects)
  const counts = new Map<string, number>()
  return (own, target) => {
    const [ownId, neededId] = [scheduleOf(own, objects)?.id ?? '', scheduleOf(target, objects)?.id ?? '']
    const [ownPace, needed] = [paces.get(ownId), paces.get(neededId)]
    if (ownId === neededId || !ownPace || !needed) return 0
    const key = JSON.stringify([ownId, neededId])
    const known = counts.get(key) ?? mostRollUps(ownPace, needed)
    counts.set(key, known)
    return known
  }
}

/** By the id of the schedule; of those that are known. Where a schedule begins makes no odds to what falls into its intervals. */
function knownPaces(objects: ResolvedObjects): ReadonlyMap<string, Pace> {
  const schedules = [...objects.values()].filter(({ declaration }) => declaration?.family === 'schedule')
  return new Map(
    schedules.flatMap((schedule): [string, Pace][] => {
      const start = literal(schedule, 'startDateTime')
      const pace = paceOf(schedule, (start && parseDateTime(start.text)) ?? anyStart)
      return pace ? [[schedule.id, pace]] : []
    }),
  )
}

const anyStart = new Date('2026-01-01T00:00:00Z')
