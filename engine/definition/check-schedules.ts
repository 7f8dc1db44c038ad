import { boundary, type Pace } from '../spec/boundaries.ts'
import { isCron, readCron, type Cron, type CronProblem } from '../spec/cron.ts'
import { formatDateTime, parseDateTime } from '../spec/date-time.ts'
import { parsePeriod, periodMs } from '../spec/period.ts'
import type { CheckContext } from './check-context.ts'
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
      ...checkStart(schedule),
      ...checkEnd(schedule),
      ...checkOccurrences(schedule),
      ...checkCron(schedule),
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

/** Years have four digits. */
function checkStart(schedule: ResolvedObject): Diagnostic[] {
  const start = literal(schedule, 'startDateTime')
  const startTime = start && parseDateTime(start.text)
  const pace = startTime && paceOf(schedule, startTime)
  if (!pace || 'cron' in pace || boundary(pace, 1)) return []
  const message = `${schedule.id} never runs: its first period would end after the year 9999.`
  return [mistake('NO_INTERVAL', start.range, message, 'Begin earlier.')]
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
  const pace = paceOf(schedule, startTime)
  const first = pace && boundary(pace, 1)
  if (!first || first <= endTime) return []
  const ticks = 'cron' in pace
  const message = `${schedule.id} never runs: not one whole ${ticks ? 'interval' : 'period'} lies between its start and its end, ${end.text}.`
  const hint = ticks
    ? `Intervals run from tick to tick: the first would end at ${formatDateTime(first)}.`
    : 'Move the end past the start by at least one period.'
  return [mistake('NO_INTERVAL', end.range, message, hint)]
}

function checkOccurrences(schedule: ResolvedObject): Diagnostic[] {
  const written = literal(schedule, 'occurrences')
  if (!written || !/^\s*(-\d+|0+)\s*$/.test(written.text)) return []
  const message = `${schedule.id}.occurrences is "${written.text}", but must be at least 1.`
  return [mistake('BAD_OCCURRENCES', written.range, message, 'Leave it out for a schedule without end.')]
}

/** What the boundaries of a schedule are counted by, as far as it is known before evaluation. */
export function paceOf(schedule: ResolvedObject, anchor: Date): Pace | undefined {
  const period = parsePeriod(literal(schedule, 'period')?.text ?? '')
  if (period) return period.count > 0 ? { anchor, period } : undefined
  const cron = cronOf(schedule)
  return cron && isCron(cron) ? { anchor, cron } : undefined
}

function cronOf(schedule: ResolvedObject): Cron | CronProblem | undefined {
  const written = literal(schedule, 'cron')
  const zone = literal(schedule, 'timeZone')
  return written && (zone !== undefined || !schedule.fields.has('timeZone')) ? readCron(written.text, zone?.text) : undefined
}

function checkCron(schedule: ResolvedObject): Diagnostic[] {
  const written = literal(schedule, 'cron')
  const cron = cronOf(schedule)
  if (!written || !cron) return []
  if (!isCron(cron)) {
    const { what, message, hint } = cron
    return [
      mistake(what === 'cron' ? 'BAD_CRON' : 'BAD_TIME_ZONE', literal(schedule, what)?.range, `${schedule.id}.${what} ${message}`, hint),
    ]
  }
  const start = literal(schedule, 'startDateTime')
  const startTime = start && parseDateTime(start.text)
  const from = startTime ?? new Date(0)
  if (boundary({ anchor: from, cron }, 1)) return []
  const isDated = startTime && !cron.calendar.isEmpty
  const message = isDated
    ? `${schedule.id} never runs: "${written.text}" does not tick twice between its start, ${start.text}, and the year 3000.`
    : `${schedule.id} never runs: "${written.text}" names no date that there is.`
  const hint = isDated ? 'Begin earlier.' : 'Name a date that the calendar has, such as 28-29 2 for the end of February.'
  return [mistake('CRON_NEVER_FIRES', written.range, message, hint)]
}
