import { InvalidArgumentError } from 'commander'
import { parseDateTime } from '../../spec/date-time.ts'
import { parsePeriod, periodMs } from '../../spec/period.ts'

/** When Sluice is down: each day between two times of the day, in minutes, or once. */
export type Outage =
  | { readonly every: 'day'; readonly fromMinute: number; readonly toMinute: number }
  | { readonly every?: undefined; readonly from: Date; readonly to: Date }

/** A task whose tries fail; of one interval when it is named. */
export interface Failure {
  readonly task: string
  readonly interval?: Date
}

/** Milliseconds by task. */
export type Durations = ReadonlyMap<string, number>

/** For a repeatable `--outage`. */
export function collectOutage(text: string, before: readonly Outage[] = []): readonly Outage[] {
  const outage = readOutage(text)
  if (!outage) throw new InvalidArgumentError('It must be HH:MM/HH:MM, or two instants such as 2026-01-31T02:00:00/2026-01-31T05:00:00.')
  return [...before, outage]
}

function readOutage(text: string): Outage | undefined {
  const daily = /^(\d{1,2}):(\d{2})\/(\d{1,2}):(\d{2})$/.exec(text)
  if (daily) {
    const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = daily.slice(1).map(Number)
    if (fromHour > 23 || toHour > 24 || fromMinute > 59 || toMinute > 59) return undefined
    const [begin, end] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute]
    // 22:00/02:00 goes over midnight.
    return begin === end ? undefined : { every: 'day', fromMinute: begin, toMinute: end > begin ? end : end + 1440 }
  }
  const [from, to, more] = text.split('/').map(parseDateTime)
  return from && to && !more && to > from ? { from, to } : undefined
}

/** For a repeatable `--fail`. */
export function collectFailure(text: string, before: readonly Failure[] = []): readonly Failure[] {
  const [task = '', start, more] = text.split('@')
  const interval = start === undefined ? undefined : parseDateTime(start)
  if (task === '' || more !== undefined || (start !== undefined && !interval))
    throw new InvalidArgumentError('It must be a task, or TASK@INTERVAL such as load@2026-01-31.')
  return [...before, { task, interval }]
}

const short = /^(\d+)\s*(s|m|h|d)$/
const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** For a repeatable `--duration`. */
export function collectDuration(text: string, before: Durations = new Map()): Durations {
  const [, task = '', written = ''] = /^([^=\s]+)=(.*)$/.exec(text) ?? []
  const match = short.exec(written.trim())
  const period = parsePeriod(written)
  const ms = match ? Number(match[1]) * (unitMs[match[2] ?? ''] ?? 0) : period && periodMs(period)
  if (task === '' || ms === undefined) throw new InvalidArgumentError('It must be TASK=TIME, for example load=5m or load=2 hours.')
  return new Map([...before, [task, ms]])
}

/** The stretches of time between two instants in which Sluice is down, in their order. */
export function outagesBetween(
  outages: readonly Outage[],
  from: Date,
  to: Date,
): readonly { readonly from: number; readonly to: number }[] {
  const dayMs = 86_400_000
  const found = outages.flatMap((outage) => {
    if (outage.every === undefined) return [{ from: outage.from.getTime(), to: outage.to.getTime() }]
    const days = []
    for (let day = Math.floor(from.getTime() / dayMs) - 1; day * dayMs < to.getTime(); day++)
      days.push({ from: day * dayMs + outage.fromMinute * 60_000, to: day * dayMs + outage.toMinute * 60_000 })
    return days
  })
  return found.filter((each) => each.to > from.getTime() && each.from < to.getTime()).toSorted((a, b) => a.from - b.from)
}
