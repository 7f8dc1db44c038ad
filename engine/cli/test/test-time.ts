import type { CompiledDefinition, Component } from '../../definition/pipeline-definition.ts'
import { SluiceError } from '../../errors.ts'
import { timingOf } from '../../schedule/read-schedule.ts'
import { indexAt, intervalAt, type Interval } from '../../schedule/schedule.ts'
import { readKnownSchedule } from '../../scheduler/forecast/read-rhythms.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { formatDateTime } from '../../spec/date-time.ts'

/** When a pipeline is activated in a test that does not say `at`. */
const usualActivation = new Date('2026-01-01T00:00:00Z')

/** In which interval a test looks at its objects. */
export class TestTime {
  readonly activation: Date
  readonly #definition: CompiledDefinition
  readonly #catalog: Catalog
  readonly #at: Date | undefined

  constructor(definition: CompiledDefinition, catalog: Catalog, at: Date | undefined) {
    this.activation = at ?? usualActivation
    this.#definition = definition
    this.#catalog = catalog
    this.#at = at
  }

  /** The interval of a component: of its own schedule, else of the first that leads to it. Of a schedule with a start, the interval that
   *  holds `at`, or the first one; of others the one that begins at activation. Throws a SluiceError when there is none. */
  intervalOf(id: string): Interval {
    const component = this.#definition.components[id]
    const scheduleId = this.#definition.onDemand || !component ? undefined : this.#scheduleOf(component, new Set())
    const schedule = scheduleId === undefined ? undefined : this.#definition.components[scheduleId]
    if (!schedule) return { start: this.activation, end: this.activation }
    const read = readKnownSchedule(this.#definition, schedule, this.activation)
    const hasStart = schedule.fields['startDateTime'] !== undefined
    const index = this.#at && hasStart ? indexAt(read, this.#at) : 0
    const interval = index === undefined ? undefined : intervalAt(read, index)
    if (interval) return interval
    const when = this.#at ? ` that holds ${formatDateTime(this.#at)}` : ''
    throw new SluiceError(`The schedule ${schedule.id} has no interval${when}.`, { exitCode: 2 })
  }

  /** What `node` means in the fields of a precondition or an action: the first object that names it. */
  nodeOf(id: string): string | undefined {
    const component = this.#definition.components[id]
    const family = component && this.#catalog.get(component.type)?.family
    return family === 'precondition' || family === 'action' ? this.#referrers(id)[0]?.id : undefined
  }

  #scheduleOf(component: Component, seen: Set<string>): string | undefined {
    if (this.#catalog.get(component.type)?.family === 'schedule') return component.id
    const own = timingOf(this.#definition, component).scheduleId
    if (own !== undefined || seen.has(component.id)) return own
    seen.add(component.id)
    for (const referrer of this.#referrers(component.id)) {
      const found = this.#scheduleOf(referrer, seen)
      if (found !== undefined) return found
    }
    return undefined
  }

  #referrers(id: string): readonly Component[] {
    return Object.values(this.#definition.components).filter(({ fields }) =>
      Object.values(fields).some((values) => values.some((value) => 'ref' in value && value.ref === id)),
    )
  }
}
