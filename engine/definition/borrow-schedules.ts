import { declarationOf, type ResolvedField, type ResolvedObject, type ResolvedObjects } from './resolve-objects.ts'
import { scheduleOf } from './schedule-of.ts'

/** The same objects, where a resource without a schedule has the one of the first object that runs on it: AWS's own examples leave a
 *  resource without one.
 *  @see spec/objects.json, quirk schedule-required-not-really */
export function borrowSchedules(objects: ResolvedObjects): ResolvedObjects {
  const lenders = new Map<string, ResolvedField>()
  for (const { fields } of objects.values()) {
    const [machine] = fields.get('runsOn')?.values ?? []
    const schedule = fields.get('schedule')
    if (schedule && machine && 'ref' in machine && !lenders.has(machine.ref)) lenders.set(machine.ref, schedule)
  }
  return new Map([...objects].map(([id, object]) => [id, borrow(object, lenders.get(id))]))
}

function borrow(object: ResolvedObject, schedule: ResolvedField | undefined): ResolvedObject {
  const { declaration, fields } = object
  if (!schedule || declaration?.family !== 'resource' || fields.has('schedule')) return object
  const own = declarationOf(declaration, 'schedule')
  return own ? { ...object, fields: new Map([...fields, ['schedule', { ...schedule, declaration: own }]]) } : object
}

/** The same objects, where those that follow a Schedule have its `maxActiveInstances`, unless they or an ancestor other than Default say
 *  another: what stands on the Schedule is meant for all that follows it, and more closely than what stands on Default. */
export function borrowLimits(objects: ResolvedObjects): ResolvedObjects {
  return new Map([...objects].map(([id, object]) => [id, withLimitOf(object, scheduleOf(object, objects)?.fields.get(limit))]))
}

const limit = 'maxActiveInstances'

function withLimitOf(object: ResolvedObject, ofSchedule: ResolvedField | undefined): ResolvedObject {
  const { declaration, fields } = object
  const own = declarationOf(declaration, limit)
  if (!own || !ofSchedule || (fields.get(limit)?.owner.id ?? 'Default') !== 'Default') return object
  return { ...object, fields: new Map([...fields, [limit, { ...ofSchedule, declaration: own }]]) }
}
