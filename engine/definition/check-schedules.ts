import { parseDateTime } from '../spec/date-time.ts'
import { addPeriod, parsePeriod, periodMs } from '../spec/period.ts'
import type { CheckContext } from './check-context.ts'
import { notSupportedYet } from './check-types.ts'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { ResolvedObject } from './resolve-objects.ts'
import type { SourceRange } from './source-range.ts'

/** What Schedule objects may not say beyond what their declaration checks.
 *  @see spec/behaviour.md 2 */
export function checkSchedules(context: CheckContext): Diagnostic[] {
  if (context.onDemand) return [] // no schedule counts
  return [...context.objects.values()]
    .filter(({ declaration }) => declaration?.family === 'schedule')
    .flatMap((schedule) => [
      ...checkPeriod(schedule),
      ...checkEnd(schedule),
      ...checkOccurrences(schedule),
      ...checkCron(schedule, context),
    ])
}

interface Literal {
  readonly text: string
  readonly range?: SourceRange
}

/** The one text of a field, without blanks around it, when it is known before evaluation. */
export function literal({ fields }: ResolvedObject, name: string): Literal | undefined {
  const [value] = fields.get(name)?.given ?? []
  return value && 'text' in value && !value.text.includes('#{') ? { text: value.text.trim(), range: value.range } : undefined
}

const longest = { count: 3, unit: 'year' } as const

function checkPeriod(schedule: ResolvedObject): Diagnostic[] {
  const written = literal(schedule, 'period')
  if (!written) return []
  if (written.text.toUpperCase() === 'ONDEMAND_PERIOD') {
    const message = `${schedule.id}.period is ONDEMAND_PERIOD, but the pipeline does not run on demand.`
    return [mistake('NOT_ON_DEMAND', written.range, message, 'Set scheduleType: ondemand on Default, or give a period such as 1 day.')]
  }
  const period = parsePeriod(written.text)
  if (!period || (period.count > 0 && periodMs(period) <= periodMs(longest))) return []
  const message = `${schedule.id}.period is "${written.text}", but must be between 1 second and 3 years.`
  return [mistake('PERIOD_OUT_OF_BOUNDS', written.range, message, 'A pipeline that runs once has occurrences: 1.')]
}

function checkEnd(schedule: ResolvedObject): Diagnostic[] {
  const start = literal(schedule, 'startDateTime')
  const end = literal(schedule, 'endDateTime')
  const startTime = start && parseDateTime(start.text)
  const endTime = end && parseDateTime(end.text)
  if (!startTime || !endTime) return []
  if (endTime <= startTime) {
    const message = `${schedule.id}.endDateTime is "${end.text}", which is not after its start, ${start.text}.`
    return [mistake('END_BEFORE_START', end.range, message, 'Move the end past the start by at least one period.')]
  }
  return checkRoom(schedule, { startTime, endTime, end })
}

/** Only whole intervals run. */
function checkRoom(schedule: ResolvedObject, { startTime, endTime, end }: { startTime: Date; endTime: Date; end: Literal }): Diagnostic[] {
  const period = parsePeriod(literal(schedule, 'period')?.text ?? '')
  if (!period || period.count === 0 || addPeriod(startTime, period) <= endTime) return []
  const message = `${schedule.id} never runs: not one whole period lies between its start and its end, ${end.text}.`
  return [mistake('NO_INTERVAL', end.range, message, 'Move the end past the start by at least one period.')]
}

function checkOccurrences(schedule: ResolvedObject): Diagnostic[] {
  const written = literal(schedule, 'occurrences')
  if (!written || !/^\s*(-\d+|0+)\s*$/.test(written.text)) return []
  const message = `${schedule.id}.occurrences is "${written.text}", but must be at least 1.`
  return [mistake('BAD_OCCURRENCES', written.range, message, 'Leave it out for a schedule without end.')]
}

/** Declared, so that an editor knows what is coming; nothing follows them yet. */
function checkCron(schedule: ResolvedObject, context: CheckContext): Diagnostic[] {
  return ['cron', 'timeZone'].flatMap((field) => {
    const [value] = schedule.fields.get(field)?.given ?? []
    if (!value) return []
    const message = `${schedule.id}.${field} is not supported yet.`
    return [notSupportedYet(context, value.range, message, 'Give the schedule a period, such as 1 day, and a startDateTime in UTC.')]
  })
}
