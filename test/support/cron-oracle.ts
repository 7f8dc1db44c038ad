/** Ticks by definition: what a clock on the wall shows is asked for every single minute. Knows `*`, numbers, lists, ranges and steps, for
 *  minute and hour only: the calendar is croner's. Shares nothing with the product but `Intl`. */
export class ClockReadings {
  readonly #shown: readonly { readonly instant: number; readonly local: number }[]

  /** All minutes of `days` days from `from` on, both in milliseconds. */
  constructor(timeZone: string, from: number, days: number) {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    this.#shown = Array.from({ length: days * 1440 }, (_, minute) => {
      const instant = from + minute * 60_000
      const [day, month, year, hour, minutes] = format.format(instant).match(/\d+/g)!.map(Number) as [
        number,
        number,
        number,
        number,
        number,
      ]
      return { instant, local: Date.UTC(year, month - 1, day, hour, minutes) }
    })
  }

  /** Ticks of `minute hour * * *`, by the rule of docs/guide/schedules.md. */
  ticks(pattern: string): number[] {
    const [minutes, hours] = pattern.split(' ').map((field, at) => named(field, at === 0 ? 59 : 23)) as [Set<number>, Set<number>]
    const names = (local: number): boolean => minutes.has(new Date(local).getUTCMinutes()) && hours.has(new Date(local).getUTCHours())
    if (/[*/]/.test(pattern.split(' ').slice(0, 2).join()))
      return this.#shown.filter(({ local }) => names(local)).map(({ instant }) => instant)
    return this.#onceADate(names)
  }

  #onceADate(names: (local: number) => boolean): number[] {
    const dates = new Set(this.#shown.map(({ local }) => dateOf(local)))
    const [seen, ticks] = [new Set<number>(), new Set<number>()]
    for (const [at, { instant, local }] of this.#shown.entries()) {
      const before = this.#shown[at - 1]?.local ?? local
      for (let missing = before + 60_000; missing < local; missing += 60_000) {
        if (names(missing) && dates.has(dateOf(missing)) && !seen.has(missing)) ticks.add(instant)
      }
      if (names(local) && !seen.has(local)) ticks.add(instant)
      seen.add(local)
    }
    return [...ticks].toSorted((a, b) => a - b)
  }
}

function dateOf(local: number): number {
  return Math.floor(local / 86_400_000)
}

function named(field: string, last: number): Set<number> {
  const values = field.split(',').flatMap((part) => {
    const [range = '', step = '1'] = part.split('/')
    const [from, to] = range === '*' ? [0, last] : [Number(range.split('-')[0]), Number(range.split('-').at(-1))]
    return Array.from({ length: Math.floor((to - from) / Number(step)) + 1 }, (_, at) => from + at * Number(step))
  })
  return new Set(values)
}
