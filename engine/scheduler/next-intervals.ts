import type { Catalog } from '../spec/catalog.ts'
import { readSchedule } from '../schedule/read-schedule.ts'
import { intervalAt } from '../schedule/schedule.ts'
import type { Store } from '../store/open-store.ts'
import { compiledDefinition } from '../store/pipelines.ts'
import { activeRuns, nextWatermarks } from '../store/next-watermarks.ts'
import { planInterval } from './interval-plan.ts'

/** A component that has as many active runs as it may. */
export interface FullComponent {
  readonly componentId: string
  readonly active: number
  /** Its `maxActiveInstances`. */
  readonly limit: number
}

/** The interval of a schedule that is planned next. */
export interface NextInterval {
  readonly scheduleId: string
  readonly scheduleType: 'cron' | 'timeseries'
  /** Its start; undefined when the definition in force has none left. */
  readonly start: Date | undefined
  readonly dueTime: Date
  /** Why it is not planned yet: it is not DUE, all its components are PAUSED, or one of them is FULL; PLANNED_NEXT when nothing is in its way. */
  readonly state: 'NOT_DUE' | 'PAUSED' | 'FULL' | 'PLANNED_NEXT'
  /** Of FULL: which components. */
  readonly full: readonly FullComponent[]
}

/** What a pipeline plans next, a line for each of its schedules that are not over; nothing for a pipeline that is not active. It judges as
 *  `plan_intervals` does. */
export async function nextIntervals(
  { db, pool }: Pick<Store, 'db' | 'pool'>,
  catalog: Catalog,
  pipelineId: string,
): Promise<NextInterval[]> {
  const watermarks = await nextWatermarks(pool, pipelineId)
  const [first] = watermarks
  if (!first) return []
  const [definition, runs] = await Promise.all([compiledDefinition(db, pipelineId, first.version), activeRuns(pool, pipelineId)])
  return watermarks.map((watermark) => {
    const { scheduleId, scheduleType, anchor, firstActivation, nextIndex, nextDue } = watermark
    const component = definition.components[scheduleId]
    const schedule = component && { ...readSchedule(definition, component, firstActivation), anchor }
    const interval = schedule && intervalAt(schedule, nextIndex)
    const next = { scheduleId, scheduleType, start: interval?.start, dueTime: nextDue, full: [] }
    if (!watermark.isDue) return { ...next, state: 'NOT_DUE' }
    if (!schedule || !interval) return { ...next, state: 'PLANNED_NEXT' }
    const { limits } = planInterval(definition, catalog, { schedule, type: scheduleType }, interval, firstActivation)
    return { ...next, ...judge(limits, runs) }
  })
}

function judge(
  limits: Readonly<Record<string, number>>,
  runs: Awaited<ReturnType<typeof activeRuns>>,
): Pick<NextInterval, 'state' | 'full'> {
  const own = Object.entries(limits)
  if (own.length > 0 && own.every(([id]) => runs.paused.has(id))) return { state: 'PAUSED', full: [] }
  const full = own
    .map(([componentId, limit]) => ({ componentId, active: runs.active.get(componentId) ?? 0, limit }))
    .filter(({ componentId, active, limit }) => active >= limit && !runs.paused.has(componentId) && !runs.holding.has(componentId))
  return { state: full.length > 0 ? 'FULL' : 'PLANNED_NEXT', full }
}
