import { parseDateTime } from '../spec/date-time.ts'
import { boundaryUpTo } from '../spec/boundaries.ts'
import type { CheckContext } from './check-context.ts'
import { literal, paceOf } from './check-schedules.ts'
import type { Diagnostic } from './diagnostic.ts'
import { doubt } from './problem.ts'
import type { ResolvedObject } from './resolve-objects.ts'
import { scheduleOf } from './schedule-of.ts'

/** What an activation would catch up with. */
export function checkBackfill(context: CheckContext): Diagnostic[] {
  return context.onDemand || !context.now ? [] : [...checkCascades(context, context.now), ...checkAmount(context, context.now)]
}

/** One warning for each schedule that begins in the past while a failure cascades to what runs on machines of its own: a bad backfill makes
 *  and drops machines in quick succession.
 *  @see spec/behaviour.md 2.4 */
function checkCascades({ objects }: CheckContext, now: Date): Diagnostic[] {
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

/** Years of quarters of an hour are fewer. */
const most = 100_000

/** One warning for each schedule of which more intervals are due than anyone is likely to mean. They are counted, not gone through. */
function checkAmount({ objects }: CheckContext, now: Date): Diagnostic[] {
  return [...objects.values()].flatMap((schedule) => {
    const start = schedule.declaration?.family === 'schedule' ? literal(schedule, 'startDateTime') : undefined
    const due = start ? intervalsDue(schedule, parseDateTime(start.text), now) : 0
    if (!start || due <= most) return []
    const message = `${schedule.id} began at ${start.text}: ${due.toLocaleString('en-US')} of its intervals are due already.`
    return [
      doubt(
        'HUGE_BACKFILL',
        start.range,
        message,
        'Begin later, take a longer period, give it `catchUp: latest`, or activate from a later time.',
      ),
    ]
  })
}

function intervalsDue(schedule: ResolvedObject, start: Date | undefined, now: Date): number {
  const pace = start && start < now ? paceOf(schedule, start) : undefined
  if (!pace || /^(latest|none)$/i.test(literal(schedule, 'catchUp')?.text ?? '')) return 0 // those are skipped
  const end = parseDateTime(literal(schedule, 'endDateTime')?.text ?? '')
  const occurrences = literal(schedule, 'occurrences')?.text ?? ''
  const ended = boundaryUpTo(pace, end && end < now ? end : now)
  return Math.min(ended, /^\d+$/.test(occurrences) ? Number(occurrences) : Infinity)
}
