import { formatDateTime } from '../../spec/date-time.ts'

/** A stretch of time on so many columns. */
export interface TimeScale {
  /** Milliseconds since the epoch. */
  readonly begin: number
  readonly end: number
  readonly width: number
}

/** How far two times of an axis stand apart: `ms`, exactly or, where whole months count, about. */
interface Step {
  readonly ms: number
  readonly months?: number
}

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

const steps: readonly Step[] = [
  ...[1, 5, 15, 30].map((count) => ({ ms: count * 1000 })),
  ...[1, 5, 15, 30].map((count) => ({ ms: count * minute })),
  ...[1, 3, 6, 12].map((count) => ({ ms: count * hour })),
  ...[1, 2, 7, 14].map((count) => ({ ms: count * day })),
  ...[1, 3, 6, 12, 60, 120, 600].map((months) => ({ ms: months * 28 * day, months })),
]

/** Round times over the columns where they lie, as many as have room. UTC. */
export function timeAxis({ begin, end, width }: TimeScale): string {
  const perColumn = (end - begin) / (width - 1)
  const step = steps.find((each) => each.ms / perColumn >= label(begin, each).length + 2) ?? steps.at(-1)!
  let axis = ''
  for (const time of roundTimes(begin, end, step)) {
    const column = Math.floor((time - begin) / perColumn)
    const text = label(time, step)
    if (column >= axis.length && column + text.length <= width) axis = axis.padEnd(column) + text
  }
  return axis
}

function* roundTimes(begin: number, end: number, { ms, months }: Step): Generator<number> {
  if (months === undefined) {
    for (let time = Math.ceil(begin / ms) * ms; time <= end; time += ms) yield time
    return
  }
  const january = new Date(begin).getUTCFullYear() * 12
  for (let month = Math.floor(january / months) * months; ; month += months) {
    const time = new Date(0).setUTCFullYear(0, month, 1)
    if (time > end) return
    if (time >= begin) yield time
  }
}

function label(time: number, { ms, months }: Step): string {
  const [date = '', clock = ''] = formatDateTime(new Date(time)).split('T')
  if (months !== undefined) return date.slice(0, 7)
  if (ms >= day || (ms >= minute && clock === '00:00:00')) return date.slice(5)
  return ms >= minute ? clock.slice(0, 5) : clock
}
