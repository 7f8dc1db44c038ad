import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { readSchedule } from '../schedule/read-schedule.ts'
import { boundaryFrom } from '../spec/boundaries.ts'
import { intervalAt, type Interval } from '../schedule/schedule.ts'
import type { Catalog } from '../spec/catalog.ts'
import type { PlannedInstance } from '../lifecycle/planned.ts'
import { planInterval, type IntervalPlan, type Rhythm } from './interval-plan.ts'
import { rhythmsOf } from './rhythms.ts'

/** Of how many skipped intervals, the latest, a record is kept.
 *  @see spec/behaviour.md 2.5 */
const kept = 100

interface Skipping {
  readonly definition: CompiledDefinition
  readonly catalog: Catalog
  readonly rhythm: Rhythm
  readonly firstActivation: Date
}

/** A plan that says SKIPPED for every activity and data node of the intervals from number `from` up to `to`, not included; of the latest 100. */
export function planSkipped(skipping: Skipping, from: number, to: number): IntervalPlan {
  const rows: PlannedInstance[] = []
  for (let index = Math.max(from, to - kept); index < to; index++) {
    const interval = intervalAt(skipping.rhythm.schedule, index)
    if (interval) rows.push(...skippedRows(wholePlan(skipping, interval)))
  }
  return { rows, edges: [], limits: {} }
}

/** A plan for an interval that starts before `from` and ends after it, when something that starts at `from` or later needs it: what is
 *  needed runs, the rest is SKIPPED. Undefined when nothing is needed. */
export function planStraddling(skipping: Skipping, interval: Interval, from: Date): IntervalPlan | undefined {
  if (interval.start >= from || interval.end <= from) return undefined
  const wanted = neededFrom(skipping, interval, from)
  if (wanted.size === 0) return undefined
  const plan = wholePlan(skipping, interval)
  const stays = closure(plan, wanted)
  const numbers = new Map([...stays].toSorted((one, other) => one - other).map((old, number) => [old, number]))
  return {
    rows: [
      ...[...numbers.keys()].map((old) => {
        const row = plan.rows[old]!
        return { ...row, resource: row.resource === null ? null : (numbers.get(row.resource) ?? null) }
      }),
      ...skippedRows({ ...plan, rows: plan.rows.filter((_, number) => !stays.has(number)) }),
    ],
    edges: plan.edges.flatMap(({ producer, consumer, kind }) => {
      const [before, after] = [numbers.get(producer), numbers.get(consumer)]
      return before === undefined || after === undefined ? [] : [{ producer: before, consumer: after, kind }]
    }),
    limits: Object.fromEntries(
      Object.entries(plan.limits).filter(([id]) => [...numbers.keys()].some((old) => plan.rows[old]?.component === id)),
    ),
  }
}

/** Components of which the interval is needed by instances of shorter schedules that start at `from` or later. */
function neededFrom({ definition, catalog, rhythm, firstActivation }: Skipping, interval: Interval, from: Date): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { scheduleId, type } of rhythmsOf(catalog, definition)) {
    const component = definition.components[scheduleId]
    if (scheduleId === rhythm.schedule.id || !component) continue
    const schedule = readSchedule(definition, component, firstActivation)
    const first = intervalAt(schedule, boundaryFrom(schedule, from))
    if (!first || first.start >= interval.end) continue
    for (const row of planInterval(definition, catalog, { schedule, type }, first, firstActivation).rows) {
      if (row.status === 'SCHEDULED' && row.start.getTime() === interval.start.getTime()) found.add(row.component)
    }
  }
  return found
}

/** Numbers of the rows of these components and of everything that they wait for or run on. */
function closure({ rows, edges }: IntervalPlan, components: ReadonlySet<string>): ReadonlySet<number> {
  const stays = new Set(rows.flatMap(({ component }, number) => (components.has(component) ? [number] : [])))
  for (const number of stays) {
    for (const { producer, consumer } of edges) if (consumer === number) stays.add(producer)
    const resource = rows[number]?.resource
    if (resource !== null && resource !== undefined) stays.add(resource)
  }
  return stays
}

function wholePlan({ definition, catalog, rhythm, firstActivation }: Skipping, interval: Interval): IntervalPlan {
  return planInterval(definition, catalog, rhythm, interval, firstActivation)
}

/** A resource is not skipped: what runs on it makes it when it needs it. */
function skippedRows({ rows }: IntervalPlan): readonly PlannedInstance[] {
  return rows
    .filter(({ status, family }) => status === 'WAITING_ON_DEPENDENCIES' && (family === 'activity' || family === 'datanode'))
    .map((row) => ({ ...row, status: 'SKIPPED' as const, resource: null }))
}
