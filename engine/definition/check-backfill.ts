import { parseDateTime } from '../spec/date-time.ts'
import type { CheckContext } from './check-context.ts'
import { literal } from './check-schedules.ts'
import type { Diagnostic } from './diagnostic.ts'
import { doubt } from './problem.ts'
import { scheduleOf } from './schedule-of.ts'

/** One warning for each schedule that begins in the past while a failure cascades to what runs on machines of its own: a bad backfill makes
 *  and drops machines in quick succession.
 *  @see spec/behaviour.md 2.4 */
export function checkBackfill({ objects, onDemand, now }: CheckContext): Diagnostic[] {
  if (onDemand || !now) return []
  const told = new Set<string>()
  return [...objects.values()].flatMap((object) => {
    const schedule = object.fields.has('runsOn') ? scheduleOf(object, objects) : undefined
    const start = schedule && literal(schedule, 'startDateTime')
    const startTime = start && parseDateTime(start.text)
    if (!schedule || !startTime || startTime >= now || told.has(schedule.id)) return []
    if (literal(object, 'failureAndRerunMode')?.text.toLowerCase() !== 'cascade') return []
    told.add(schedule.id)
    const message = `${object.id} cascades failures and its schedule began at ${start.text}: a failing backfill makes and drops its machines in quick succession.`
    return [doubt('CASCADE_BACKFILL', start.range, message, 'Begin in the future, or activate from a later time.')]
  })
}
