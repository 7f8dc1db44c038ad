/** What the clocks of one zone show. */
export interface ZoneClock {
  /** How far the clocks are ahead of UTC at an instant, in milliseconds. */
  offsetMs(instantMs: number): number
  /** `PDT` or `Pacific Daylight Time`, in English. */
  name(instantMs: number, style: NameStyle): string
}

export type NameStyle = 'short' | 'long'

export const utcClock: ZoneClock = {
  offsetMs: () => 0,
  name: (_, style) => (style === 'short' ? 'UTC' : 'Coordinated Universal Time'),
}

/** Clocks that are always the same time ahead: `+05:30`, which is also their name, as in Joda-Time. */
export function fixedClock(id: string): ZoneClock {
  const minutes = Number(id.slice(1, 3)) * 60 + Number(id.slice(4))
  const offsetMs = (id.startsWith('-') ? -minutes : minutes) * 60_000
  return { offsetMs: () => offsetMs, name: () => id }
}

const regions = new Map<string, ZoneClock>()

/** The clocks of a zone of the time zone database, in any letter case, the same object each time; undefined when it has no such zone. */
export function regionClock(timeZone: string): ZoneClock | undefined {
  const key = timeZone.toLowerCase()
  const clock = regions.get(key) ?? makeRegionClock(timeZone)
  if (clock) regions.set(key, clock)
  return clock
}

function makeRegionClock(timeZone: string): ZoneClock | undefined {
  const format = offsetFormat(timeZone)
  if (!format) return undefined
  const names = { short: nameReader(timeZone, 'short', shortNameLocales), long: nameReader(timeZone, 'long', ['en-US']) }
  return { offsetMs: byDay((instantMs) => readOffset(format.format(instantMs))), name: (instantMs, style) => names[style](instantMs) }
}

function offsetFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}

const dayMs = 86_400_000
const maximumDays = 2_000

/** Asking `Intl` takes microseconds, so what it says is kept by days of UTC. No zone has ever turned its clocks twice within a day (the
 *  nearest two turns are a week apart): where a day begins and ends with the same offset, it has it throughout; a day of a turn is NaN. */
function byDay(read: (instantMs: number) => number): (instantMs: number) => number {
  const days = new Map<number, number>()
  const learn = (day: number): number => {
    const offset = read(day * dayMs)
    const steady = offset === read((day + 1) * dayMs) ? offset : Number.NaN
    if (days.size >= maximumDays) days.clear()
    days.set(day, steady)
    return steady
  }
  return (instantMs) => {
    const day = Math.floor(instantMs / dayMs)
    const offset = days.get(day) ?? learn(day)
    return Number.isNaN(offset) ? read(instantMs) : offset
  }
}

/** From `3/13/2011, GMT-07:52:58`; zero is written `GMT`. */
function readOffset(text: string): number {
  const [, sign, hours = 0, minutes = 0, seconds = 0] = /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(text) ?? []
  const size = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000
  return sign === '-' ? -size : size
}

/** Regions whose English has short names for zones that American English writes as `GMT+1`. */
const shortNameLocales = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA']

/** Reads names as the first locale has them that has one. The last answer is kept: a pattern may ask for it many times. */
function nameReader(timeZone: string, style: NameStyle, locales: readonly string[]): (instantMs: number) => string {
  let formats: readonly Intl.DateTimeFormat[] | undefined
  let last: { readonly instantMs: number; readonly name: string } | undefined
  return (instantMs) => {
    if (last?.instantMs === instantMs) return last.name
    formats ??= locales.map((locale) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: style }))
    const names = formats.map((format) => format.formatToParts(instantMs).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone)
    const name = names.find((each) => !/^GMT[+-]/.test(each)) ?? names[0] ?? timeZone
    last = { instantMs, name }
    return name
  }
}
