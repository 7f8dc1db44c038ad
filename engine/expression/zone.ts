import { ExpressionFault } from './expression-error.ts'
import { fixedClock, regionClock, utcClock } from '../spec/zone-clock.ts'
import type { DateTime } from './scope.ts'
import type { NameStyle, ZoneClock } from '../spec/zone-clock.ts'

/** A Date whose UTC fields are what a clock in the value's zone shows. Only for reading fields: it is another instant. */
export function wallClock({ instant, zone }: DateTime): Date {
  return zone === 'UTC' ? instant : new Date(instant.getTime() + offsetMs(zone, instant.getTime()))
}

/** The instant at which a clock in `zone` shows `wall`. Where it shows it twice, the one with the offset of `near` if there is one, else
 *  the earlier; where it never shows it, as much later as the gap is long: as Joda-Time does. */
export function fromWallClock(wall: Date, zone: string, near?: Date): Date {
  if (zone === 'UTC') return wall
  const clock = clockOf(zone)
  const local = wall.getTime()
  const shows = (offset: number): boolean => clock.offsetMs(local - offset) === offset
  const before = clock.offsetMs(local - dayMs)
  const own = near ? clock.offsetMs(near.getTime()) : before
  if (shows(own)) return new Date(local - own)
  const after = clock.offsetMs(local + dayMs)
  return new Date(local - (!shows(before) && shows(after) ? after : before))
}

/** How far the zone's clock is ahead of UTC at an instant, in milliseconds. */
export function offsetMs(zone: string, instantMs: number): number {
  return zone === 'UTC' ? 0 : clockOf(zone).offsetMs(instantMs)
}

/** `UTC`, `PDT`; `Coordinated Universal Time`, `Pacific Daylight Time`; `+05:30` for a zone that is only an offset. English. */
export function zoneName({ instant, zone }: DateTime, style: NameStyle): string {
  return clockOf(zone).name(instant.getTime(), style)
}

/** The zone's id as it will be kept: `UTC` for all ways to write UTC, `+05:30` for offsets, else as given.
 *  @throws ExpressionFault when there is no such zone */
export function knownZone(id: string): string {
  if (clocks.has(id)) return id
  if (utcNames.has(id)) return 'UTC'
  const offset = id.replace(/^([+-]\d\d):?(\d\d)?$/, (_, hours: string, minutes = '00') => `${hours}:${minutes}`)
  if (offsetId.test(offset)) return offset.endsWith('00:00') ? 'UTC' : offset
  if (id.length > 64) throw new ExpressionFault('No time zone has so long a name.')
  clockOf(id)
  return id
}

const utcNames = new Set(['UTC', 'Etc/UTC', 'UCT', 'Etc/UCT', 'Zulu', 'Universal', 'Z'])
const dayMs = 86_400_000

const maximumIds = 1_000
const clocks = new Map<string, ZoneClock>()

/** By id in lower case, since `Intl` takes any case: never more than the time zone database has. */
const regions = new Map<string, ZoneClock>()

function clockOf(zone: string): ZoneClock {
  const known = clocks.get(zone)
  if (known) return known
  const made = makeClock(zone)
  if (clocks.size >= maximumIds) clocks.clear()
  clocks.set(zone, made)
  return made
}

function makeClock(zone: string): ZoneClock {
  if (zone === 'UTC') return utcClock
  if (offsetId.test(zone)) return fixedClock(zone)
  const key = zone.toLowerCase()
  const clock = regions.get(key) ?? (isAbbreviation(zone) ? undefined : regionClock(zone))
  if (clock) {
    regions.set(key, clock)
    return clock
  }
  throw new ExpressionFault('There is no such time zone', {
    value: zone,
    hint: 'Zones are written as in America/Los_Angeles or UTC.',
  })
}

const offsetId = /^[+-](?:[01]\d|2[0-3]):[0-5]\d$/

/** `PST`, and `BST`, which `Intl` takes for Bangladesh: not in the time zone database, and not known to Joda-Time either. */
function isAbbreviation(zone: string): boolean {
  return /^[a-z]{3}$/i.test(zone) && !shortIds.has(zone.toUpperCase())
}

const shortIds = new Set(['CET', 'EET', 'EST', 'GMT', 'HST', 'MET', 'MST', 'PRC', 'ROC', 'ROK', 'UCT', 'UTC', 'WET'])
