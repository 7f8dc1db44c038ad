import { ExpressionFault } from './expression-error.ts'
import type { DateTime } from './scope.ts'

/** A Date whose UTC fields are what a clock in the value's zone shows. Only for reading fields: it is another instant. */
export function wallClock({ instant, zone }: DateTime): Date {
  return zone === 'UTC' ? instant : new Date(instant.getTime() + offsetMs(zone, instant.getTime()))
}

/** The instant at which a clock in `zone` shows `wall`. Where it shows it twice, the one with the offset of `near`, else the earlier;
 *  where it never shows it, as much later as the gap is long: as Joda-Time does. */
export function fromWallClock(wall: Date, zone: string, near: Date): Date {
  if (zone === 'UTC') return wall
  const local = wall.getTime()
  const before = offsetMs(zone, local - dayMs)
  const candidates = [offsetMs(zone, near.getTime()), before, offsetMs(zone, local + dayMs)]
  const offset = candidates.find((candidate) => offsetMs(zone, local - candidate) === candidate) ?? before
  return new Date(local - offset)
}

/** How far the zone's clock is ahead of UTC at an instant, in milliseconds. */
export function offsetMs(zone: string, instantMs: number): number {
  if (zone === 'UTC') return 0
  const wholeSecond = Math.floor(instantMs / 1000) * 1000
  const parts: Record<string, number> = {}
  for (const { type, value } of formats(zone).fields.formatToParts(wholeSecond)) parts[type] = Number(value)
  const { year = 0, month = 0, day, hour = 0, minute, second } = parts
  const wall = new Date(0)
  wall.setUTCFullYear(year, month - 1, day)
  return wall.setUTCHours(hour, minute, second) - wholeSecond
}

/** `UTC`, `PDT`; `Coordinated Universal Time`, `Pacific Daylight Time`. English. */
export function zoneName({ instant, zone }: DateTime, style: 'short' | 'long'): string {
  if (zone === 'UTC') return style === 'short' ? 'UTC' : 'Coordinated Universal Time'
  const names = formats(zone)[style].map(
    (format) => format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? zone,
  )
  return names.find((name) => !/^GMT[+-]/.test(name)) ?? names[0] ?? zone
}

/** The zone's id as it will be kept: `UTC` for all ways to write UTC, else as given.
 *  @throws ExpressionFault when there is no such zone */
export function knownZone(id: string): string {
  if (utcNames.has(id)) return 'UTC'
  if (id.length > 64) throw new ExpressionFault('No time zone has so long a name.')
  formats(id)
  return id
}

const utcNames = new Set(['UTC', 'Etc/UTC', 'UCT', 'Etc/UCT', 'Zulu', 'Universal', 'Z'])
const dayMs = 86_400_000

/** Regions whose English has short names for zones that American English writes as `GMT+1`. */
const locales = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA']

interface ZoneFormats {
  readonly fields: Intl.DateTimeFormat
  readonly short: readonly Intl.DateTimeFormat[]
  readonly long: readonly Intl.DateTimeFormat[]
}

const maximumZones = 100
const cache = new Map<string, ZoneFormats>()

/** Making a formatter costs some fifty times its use. */
function formats(zone: string): ZoneFormats {
  const known = cache.get(zone)
  if (known) return known
  const made = makeFormats(zone)
  if (cache.size >= maximumZones) cache.clear()
  cache.set(zone, made)
  return made
}

function makeFormats(timeZone: string): ZoneFormats {
  try {
    return {
      fields: new Intl.DateTimeFormat('en-US', {
        timeZone,
        calendar: 'gregory',
        numberingSystem: 'latn',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      }),
      short: locales.map((locale) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })),
      long: [new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'long' })],
    }
  } catch {
    throw new ExpressionFault('There is no such time zone', {
      value: timeZone,
      hint: 'Zones are written as in America/Los_Angeles or UTC.',
    })
  }
}
