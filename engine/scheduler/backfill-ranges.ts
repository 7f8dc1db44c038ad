import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { dueWithin } from '../schedule/due-within.ts'
import { readSchedule, timingOf } from '../schedule/read-schedule.ts'
import { boundaryFrom } from '../spec/boundaries.ts'
import type { Catalog } from '../spec/catalog.ts'
import { rhythmsOf } from './rhythms.ts'

/** The intervals of one schedule that a backfill is for, by their numbers, both included, and the activities that follow it. */
export interface Range {
  readonly scheduleId: string
  readonly scheduleType: 'cron' | 'timeseries'
  readonly first: number
  readonly last: number
  readonly activities: readonly string[]
}

export interface BackfillWindow {
  readonly from: Date
  readonly to: Date
  readonly now: Date
  readonly firstActivation: Date
}

/** What a backfill of `from <= start < to` covers: of each schedule the intervals that start in it and are due at `now`; those of which there
 *  are none are left out. Takes the same time however many there are. */
export function backfillRanges(definition: CompiledDefinition, catalog: Catalog, window: BackfillWindow): readonly Range[] {
  return rhythmsOf(catalog, definition).flatMap(({ scheduleId, type }): Range[] => {
    const component = definition.components[scheduleId]
    if (!component) return []
    const schedule = readSchedule(definition, component, window.firstActivation)
    const due = dueWithin(schedule, type, new Date(-8.64e15), new Date(window.now.getTime() + 1))
    const first = boundaryFrom(schedule, window.from)
    const last = Math.min(boundaryFrom(schedule, window.to) - 1, due?.last ?? -1)
    if (last < first) return []
    const own = Object.values(definition.components).filter((other) => {
      const timing = timingOf(definition, other)
      return timing.scheduleId === scheduleId && timing.scheduleType === type
    })
    const activities = own.filter((other) => catalog.get(other.type)?.family === 'activity')
    // Resources are made by what runs on them.
    if (!own.some((other) => ['activity', 'datanode'].includes(catalog.get(other.type)?.family ?? ''))) return []
    return [{ scheduleId, scheduleType: type, first, last, activities: activities.map(({ id }) => id) }]
  })
}
