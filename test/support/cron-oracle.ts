/** Ticks by definition: what a clock on the wall shows is asked for again and again, and compared with the text. Knows `*`, `L` alone, numbers,
 *  lists, ranges and steps. Shares nothing with the product but `Intl`, and that it asks for other things: for what the clock shows, not how
 *  far it is ahead of UTC. */
export class ClockReadings {
  readonly #all: readonly Reading[]
  /** Those that have not been shown before, and for each time that is jumped over the moment of the jump. */
  readonly #onceADate: readonly Reading[]

  /** All readings from one instant to another, a step apart; the clocks may turn only at instants that are read. */
  constructor(clock: WallClock, from: number, to: number, stepMs = 60_000) {
    this.#all = Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, step) => {
      const instant = from + step * stepMs
      return { instant, local: clock(instant) }
    })
    this.#onceADate = onceADate(this.#all, stepMs)
  }

  /** Ticks by the rule of docs/guide/schedules.md. */
  ticks(pattern: string): number[] {
    const fields = pattern.split(' ')
    const six = fields.length === 5 ? ['0', ...fields] : fields
    const names = namesOf(six)
    const readings = /[*/]/.test(six.slice(0, 3).join()) ? this.#all : this.#onceADate
    const ticks = readings.filter(({ local }) => names(local)).map(({ instant }) => instant)
    return [...new Set(ticks)].toSorted((a, b) => a - b)
  }
}

interface Reading {
  readonly instant: number
  readonly local: number
}

function onceADate(readings: readonly Reading[], stepMs: number): Reading[] {
  const dates = new Set(readings.map(({ local }) => dateOf(local)))
  const seen = new Set<number>()
  return readings.flatMap(({ instant, local }, at) => {
    const fresh: Reading[] = []
    for (let missing = (readings[at - 1]?.local ?? local) + stepMs; missing < local; missing += stepMs) {
      if (dates.has(dateOf(missing)) && !seen.has(missing)) fresh.push({ instant, local: missing })
    }
    if (!seen.has(local)) fresh.push({ instant, local })
    seen.add(local)
    return fresh
  })
}

/** What the clocks show at an instant, as the instant at which those of UTC show it; both in milliseconds. */
export type WallClock = (instant: number) => number

export function wallClock(timeZone: string): WallClock {
  const digits = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', ...digits, hourCycle: 'h23' })
  return (instant) => {
    const text = format.format(instant) // 29/03/2026, 03:00:00
    const part = (from: number, to: number): number => Number(text.slice(from, to))
    return Date.UTC(part(6, 10), part(3, 5) - 1, part(0, 2), part(12, 14), part(15, 17), part(18, 20))
  }
}

const dayMs = 86_400_000

function dateOf(local: number): number {
  return Math.floor(local / dayMs)
}

const bounds: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
]

function namesOf(fields: readonly string[]): (local: number) => boolean {
  const [seconds, minutes, hours, days, months, weekdays] = fields.map((field, at) => named(field, bounds[at]!)) as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ]
  if (weekdays.has(7)) weekdays.add(0)
  const [anyDay, anyWeekday, last] = [fields[3] === '*', fields[5] === '*', fields[3] === 'L']
  return (local) => {
    const second = Math.floor(local / 1000)
    if (!seconds.has(second % 60) || !minutes.has(Math.floor(second / 60) % 60) || !hours.has(Math.floor(second / 3600) % 24)) return false
    const date = new Date(local)
    if (!months.has(date.getUTCMonth() + 1)) return false
    const byDay = last ? new Date(local + dayMs).getUTCDate() === 1 : days.has(date.getUTCDate())
    const byWeekday = weekdays.has(date.getUTCDay())
    return anyDay || anyWeekday ? byDay && byWeekday : byDay || byWeekday
  }
}

function named(field: string, [first, last]: readonly [number, number]): Set<number> {
  if (field === 'L') return new Set()
  const values = field.split(',').flatMap((part) => {
    const [range = '', step = '1'] = part.split('/')
    const [from, to] = range === '*' ? [first, last] : [Number(range.split('-')[0]), Number(range.split('-').at(-1))]
    return Array.from({ length: Math.floor((to - from) / Number(step)) + 1 }, (_, at) => from + at * Number(step))
  })
  return new Set(values)
}
