import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import { boundary } from '../../spec/boundaries.ts'
import { readSchedule } from '../../schedule/read-schedule.ts'
import { indexAt, type Schedule } from '../../schedule/schedule.ts'
import type { Catalog } from '../../spec/catalog.ts'
import type { Family } from '../../spec/declarations.ts'
import type { PlannedInstance } from '../../lifecycle/planned.ts'
import { systemGroup } from '../interval-plan.ts'
import { rhythmOf } from '../rhythms.ts'
import type { PlannedRange } from './planned-ranges.ts'

/** All instances of one component in a window (of a precondition: those for one that waits for it): one an interval. */
export interface Track {
  /** The component's id; for a precondition with what waits for it: `arrived (for load)`. */
  readonly name: string
  readonly component: string
  readonly referrer: string
  readonly type: string
  readonly family: Family | undefined
  /** Whether a worker has to run it. */
  readonly isTask: boolean
  /** Undefined on demand. */
  readonly schedule: Schedule | undefined
  /** Its intervals, by number, both included. */
  readonly first: number
  readonly last: number
  readonly dueAt: 'start' | 'end'
}

/** The tracks of all ranges, and which names each must wait for. Looks at the first and the last interval of each range only, so that
 *  a year of seconds takes no longer than a day. */
export function countInstances(
  definition: CompiledDefinition,
  catalog: Catalog,
  ranges: readonly PlannedRange[],
  firstActivation: Date,
): { readonly tracks: ReadonlyMap<string, Track>; readonly before: ReadonlyMap<string, ReadonlySet<string>> } {
  const tracks = new Map<string, Track>()
  const before = new Map<string, Set<string>>()
  for (const range of ranges) {
    const [first, last] = [range.plan(range.first), range.plan(range.last)]
    for (const row of first.rows.filter(isMade)) {
      if (Object.hasOwn(first.limits, row.referrer || row.component)) extend(tracks, row, range.rhythm?.schedule, range)
    }
    for (const row of [...first.rows, ...last.rows].filter(isMade)) {
      if (!Object.hasOwn(first.limits, row.referrer || row.component)) extendTo(tracks, row, definition, catalog, firstActivation)
    }
    for (const { producer, consumer } of first.edges) note(before, first.rows[producer], first.rows[consumer])
    for (const row of first.rows) if (row.resource !== null) note(before, first.rows[row.resource], row)
  }
  return { tracks, before }
}

/** How many instances the window has of it. */
export function instancesOf({ first, last }: Track): number {
  return last - first + 1
}

/** When the instance of an interval is due; on demand at the activation. */
export function dueTimeOf({ schedule, dueAt }: Track, index: number, activation: Date): Date {
  return (schedule && boundary(schedule, dueAt === 'end' ? index + 1 : index)) ?? activation
}

/** As lists, the timeline and `sluice runs` name it. */
export function nameOf({ component, referrer, family }: Pick<PlannedInstance, 'component' | 'referrer' | 'family'>): string {
  return family === 'precondition' && referrer ? `${component} (for ${referrer})` : component
}

/** A row that the interval's plan makes, not a place that it keeps for another interval's. */
export function isMade({ status }: PlannedInstance): boolean {
  return status !== 'SCHEDULED'
}

interface Numbers {
  readonly first: number
  readonly last: number
}

function extend(tracks: Map<string, Track>, row: PlannedInstance, schedule: Schedule | undefined, { first, last }: Numbers): void {
  const name = nameOf(row)
  const known = tracks.get(name)
  if (known) {
    tracks.set(name, { ...known, first: Math.min(known.first, first), last: Math.max(known.last, last) })
    return
  }
  const { component, referrer, type, family, grp } = row
  const isTask = family === 'activity' || (family === 'precondition' && grp !== systemGroup)
  const dueAt = row.due.getTime() === row.start.getTime() ? 'start' : 'end'
  tracks.set(name, { name, component, referrer, type, family, isTask, schedule, first, last, dueAt })
}

/** A resource that an activity of another rhythm brings into being. */
function extendTo(
  tracks: Map<string, Track>,
  row: PlannedInstance,
  definition: CompiledDefinition,
  catalog: Catalog,
  firstActivation: Date,
): void {
  const component = definition.components[row.component]
  const rhythm = component && rhythmOf(catalog, definition, component)
  const written = rhythm && definition.components[rhythm.scheduleId]
  const schedule = written && readSchedule(definition, written, firstActivation)
  const index = schedule && indexAt(schedule, row.start)
  if (index !== undefined) extend(tracks, row, schedule, { first: index, last: index })
}

function note(before: Map<string, Set<string>>, producer: PlannedInstance | undefined, consumer: PlannedInstance | undefined): void {
  if (!producer || !consumer) return
  const name = nameOf(consumer)
  const names = before.get(name) ?? new Set<string>()
  if (!before.has(name)) before.set(name, names)
  names.add(nameOf(producer))
}
