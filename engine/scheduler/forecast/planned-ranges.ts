import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import { dueTime } from '../../schedule/due-time.ts'
import { dueWithin } from '../../schedule/due-within.ts'
import { intervalAt, type Interval, type Schedule } from '../../schedule/schedule.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { planInterval, type IntervalPlan } from '../interval-plan.ts'
import { readRhythms, type ExpectedRhythm } from './read-rhythms.ts'
import type { TimeWindow } from './usual-window.ts'

/** The intervals of one rhythm that become due in a window, by their numbers, both included. An execution on demand is interval 0. */
export interface PlannedRange {
  /** Undefined on demand. */
  readonly rhythm: ExpectedRhythm | undefined
  readonly first: number
  readonly last: number
  interval(index: number): Interval
  due(index: number): Date
  /** What the scheduler would make of the interval. */
  plan(index: number): IntervalPlan
}

/** What becomes due in the window, rhythm by rhythm; rhythms of which nothing does are left out. */
export function plannedRanges(definition: CompiledDefinition, catalog: Catalog, { from, to }: TimeWindow): readonly PlannedRange[] {
  if (definition.onDemand) return [onDemand(definition, catalog, from)]
  return readRhythms(definition, catalog, from).flatMap((rhythm) => {
    const window = dueWithin(rhythm.schedule, rhythm.type, from, to)
    if (!window) return []
    const interval = (index: number): Interval => known(rhythm.schedule, index)
    const range: PlannedRange = {
      rhythm,
      ...window,
      interval,
      due: (index) => dueTime(definition, rhythm.type, interval(index), from),
      plan: (index) => planInterval(definition, catalog, rhythm, interval(index), from),
    }
    return [range]
  })
}

function onDemand(definition: CompiledDefinition, catalog: Catalog, at: Date): PlannedRange {
  const interval = { start: at, end: at }
  const plan = (): IntervalPlan => planInterval(definition, catalog, undefined, interval, at)
  return { rhythm: undefined, first: 0, last: 0, interval: () => interval, due: () => at, plan }
}

function known(schedule: Schedule, index: number): Interval {
  const interval = intervalAt(schedule, index)
  if (!interval) throw new Error(`${schedule.id} has no interval ${index}.`)
  return interval
}
