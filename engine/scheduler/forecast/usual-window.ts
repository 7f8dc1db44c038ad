import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import { dueTime } from '../../schedule/due-time.ts'
import { firstDueFrom } from '../../schedule/due-within.ts'
import { intervalAt } from '../../schedule/schedule.ts'
import { lastIndex } from '../../schedule/window.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { readRhythms, type ExpectedRhythm } from './read-rhythms.ts'

/** A stretch of time that a person asks about: half-open, in UTC. `from` is also the first activation. */
export interface TimeWindow {
  readonly from: Date
  readonly to: Date
}

export interface AskedWindow {
  readonly from?: Date
  readonly to?: Date
  readonly now: Date
}

/** The window that is meant when its ends are not given. A schedule with a fixed start and an end is shown whole; of all others, what is due
 *  within one period from now. `notes` are sentences about the ends that were chosen. */
export function usualWindow(
  definition: CompiledDefinition,
  catalog: Catalog,
  asked: AskedWindow,
): TimeWindow & { readonly notes: readonly string[] } {
  const now = new Date(Math.floor(asked.now.getTime() / 1000) * 1000)
  const begin = asked.from ? { from: asked.from, note: undefined } : usualFrom(readRhythms(definition, catalog, now), now)
  const end = asked.to ? { to: asked.to, note: undefined } : usualTo(definition, catalog, begin.from)
  return { from: begin.from, to: end.to, notes: [begin.note, end.note].filter((note) => note !== undefined) }
}

function usualFrom(rhythms: readonly ExpectedRhythm[], now: Date): { from: Date; note: string } {
  const starts = rhythms.map(({ beginsAtActivation, schedule }) => (beginsAtActivation ? now : schedule.anchor)).toSorted(byTime)
  const first = starts[0] ?? now
  if (rhythms.length > 0 && rhythms.every(isFixed)) return { from: first, note: 'No --from is given: it begins with the schedule.' }
  if (first > now) return { from: first, note: 'No --from is given: it begins with the schedule, which has not begun yet.' }
  return { from: now, note: 'No --from is given: it begins now.' }
}

function isFixed({ beginsAtActivation, schedule }: ExpectedRhythm): boolean {
  return !beginsAtActivation && hasEnd({ schedule })
}

function hasEnd({ schedule }: Pick<ExpectedRhythm, 'schedule'>): boolean {
  return lastIndex(schedule) !== undefined
}

/** The end is not part of the window, so it lies behind the last due time that is. */
function usualTo(definition: CompiledDefinition, catalog: Catalog, from: Date): { to: Date; note: string | undefined } {
  if (definition.onDemand) return { to: new Date(from.getTime() + 1000), note: undefined }
  const rhythms = readRhythms(definition, catalog, from)
  const whole = rhythms.every(hasEnd)
  const ends = rhythms.flatMap((rhythm) => endOf(definition, rhythm, from, whole)).toSorted(byTime)
  const note = whole ? 'No --to is given: it goes to the end of the schedule.' : 'No --to is given: it ends after one period.'
  return { to: ends.at(-1) ?? new Date(from.getTime() + 1000), note }
}

function endOf(definition: CompiledDefinition, { schedule, type }: ExpectedRhythm, from: Date, whole: boolean): Date[] {
  const next = firstDueFrom(schedule, type, from)
  if (next === undefined) return []
  const due = (index: number): Date | undefined => {
    const interval = intervalAt(schedule, index)
    return interval && dueTime(definition, type, interval, from)
  }
  const second = whole ? undefined : due(next + 1)
  const last = due(whole ? (lastIndex(schedule) ?? next) : next) ?? from
  return [second ?? new Date(last.getTime() + 1000)]
}

function byTime(a: Date, b: Date): number {
  return a.getTime() - b.getTime()
}
