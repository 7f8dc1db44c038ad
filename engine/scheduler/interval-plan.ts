import type { CompiledDefinition, Component } from '../definition/pipeline-definition.ts'
import { dueTime } from '../schedule/due-time.ts'
import { linkedIntervals } from '../schedule/linked-intervals.ts'
import { literal, readSchedule, timingOf, type Timing } from '../schedule/read-schedule.ts'
import { indexAt, type Interval, type Schedule } from '../schedule/schedule.ts'
import type { Catalog } from '../spec/catalog.ts'
import { formatDateTime } from '../spec/date-time.ts'
import type { Family } from '../spec/declarations.ts'
import { parsePeriod, periodMs } from '../spec/period.ts'
import type { PlannedEdge, PlannedInstance, PlannedInterval } from '../lifecycle/planned.ts'
import { resourceRulesOf } from './resource-rules.ts'
import { rhythmOf, userRhythms } from './rhythms.ts'

/** Everything that one interval of one schedule needs: its instances, the places of other intervals that they wait for, and the edges. */
export type IntervalPlan = PlannedInterval

/** Runs preconditions that the service checks itself; every process that schedules also listens to it. */
export const systemGroup = '@system'

/** The group of activities that name neither a resource nor a group. */
const defaultGroup = 'default'

/** Which components an interval is planned for: those of one type on one schedule, since the types are due at different times. */
export interface Rhythm {
  readonly schedule: Schedule
  readonly type: 'cron' | 'timeseries'
}

/** Plans `interval` of the components that follow `rhythm` (of all when it is undefined: an on-demand execution). Pure.
 *  `firstActivation` anchors schedules that begin at activation.
 *  @see spec/behaviour.md 2.2, 3 */
export function planInterval(
  definition: CompiledDefinition,
  catalog: Catalog,
  rhythm: Rhythm | undefined,
  interval: Interval,
  firstActivation: Date,
): IntervalPlan {
  return intervalPlanner(definition, catalog, rhythm, firstActivation)(interval)
}

/** `planInterval` of one rhythm for many intervals: what the definition says is read once. */
export function intervalPlanner(
  definition: CompiledDefinition,
  catalog: Catalog,
  rhythm: Rhythm | undefined,
  firstActivation: Date,
): (interval: Interval) => IntervalPlan {
  const planner = new Planner(definition, catalog, rhythm, firstActivation)
  return (interval) => planner.plan(interval)
}

/** What is the same of all instances of a component; of a precondition, of those that guard the same. */
interface Unchanging extends Pick<
  PlannedInstance,
  | 'component'
  | 'referrer'
  | 'type'
  | 'family'
  | 'grp'
  | 'lane'
  | 'pool'
  | 'priority'
  | 'cascades'
  | 'fires'
  | 'retries'
  | 'used_by'
  | 'rules'
> {}

interface ComponentFacts {
  readonly row: Unchanging
  /** Before the interval in the instance's key. */
  readonly name: string
  /** What it runs on; undefined when on nothing. */
  readonly runsOn: string | undefined
  readonly lateMs: number | undefined
  /** By whose timing it is due. */
  readonly dueType: Timing['scheduleType']
}

class Planner {
  readonly #definition: CompiledDefinition
  readonly #catalog: Catalog
  readonly #schedule: Schedule | undefined
  readonly #type: Rhythm['type'] | undefined
  readonly #firstActivation: Date
  readonly #writers: ReadonlyMap<string, readonly Component[]>
  readonly #readers: ReadonlyMap<string, readonly Component[]>
  readonly #guards: ReadonlyMap<string, number>
  readonly #own: readonly Component[]
  readonly #limits: IntervalPlan['limits']
  readonly #facts = new Map<string, ComponentFacts>()
  readonly #schedules = new Map<string, Schedule | undefined>()
  #interval: Interval = { start: new Date(0), end: new Date(0) }
  #startText: string | undefined
  #rows: PlannedInstance[] = []
  #edges: PlannedEdge[] = []
  #numbers = new Map<string, number>()

  constructor(definition: CompiledDefinition, catalog: Catalog, rhythm: Rhythm | undefined, firstActivation: Date) {
    this.#definition = definition
    this.#catalog = catalog
    this.#schedule = rhythm?.schedule
    this.#type = rhythm?.type
    this.#firstActivation = firstActivation
    const components = Object.values(definition.components)
    this.#writers = groupByTarget(components, 'output')
    this.#readers = groupByTarget(components, 'input')
    this.#guards = new Map([...groupByTarget(components, 'precondition')].map(([id, referrers]) => [id, referrers.length]))
    this.#own = components.filter((component) => this.#isPlanned(component))
    const usual = this.#schedule ? 5 : 1
    this.#limits = Object.fromEntries(
      this.#own.map((component) => [component.id, wholeNumber(this.#text(component, 'maxActiveInstances'), usual)]),
    )
  }

  plan(interval: Interval): IntervalPlan {
    this.#interval = interval
    this.#startText = undefined
    this.#rows = []
    this.#edges = []
    this.#numbers = new Map()
    for (const component of this.#own) this.#number(component.id, interval, '', 'WAITING_ON_DEPENDENCIES')
    for (const component of this.#own) this.#connect(component)
    return { rows: this.#rows, edges: this.#edges, limits: this.#limits }
  }

  #isPlanned(component: Component): boolean {
    const family = this.#family(component)
    if (family !== 'activity' && family !== 'datanode' && family !== 'resource') return false
    if (this.#schedule === undefined) return true
    const rhythm = rhythmOf(this.#catalog, this.#definition, component)
    return rhythm?.scheduleId === this.#schedule.id && rhythm.type === this.#type
  }

  #connect(component: Component): void {
    const consumer = this.#number(component.id, this.#interval, '')
    const before: PlannedEdge[] = [
      ...references(component, 'dependsOn').flatMap((id) => this.#producers(id, consumer, 'dependsOn')),
      ...(this.#family(component) === 'activity'
        ? references(component, 'input').flatMap((id) => this.#producers(id, consumer, 'input'))
        : []),
      ...(this.#family(component) === 'datanode'
        ? (this.#writers.get(component.id) ?? []).flatMap(({ id }) => this.#producers(id, consumer, 'output'))
        : []),
    ]
    this.#edges.push(...before)
    for (const id of references(component, 'precondition')) {
      const guard = this.#add(this.#component(id), this.#interval, component.id, 'WAITING_ON_DEPENDENCIES')
      this.#edges.push({ producer: guard, consumer, kind: 'precondition' })
      // What guards a data node looks at it only once it has been written.
      if (this.#family(component) === 'datanode')
        this.#edges.push(...before.map(({ producer, kind }) => ({ producer, consumer: guard, kind })))
    }
  }

  /** Edges from every instance of `id` that this interval needs. */
  #producers(id: string, consumer: number, kind: PlannedEdge['kind']): PlannedEdge[] {
    const producer = this.#component(id)
    const needed = this.#scheduleOf(producer)
    return linkedIntervals(this.#schedule, this.#interval, needed).map((interval) => ({
      producer: this.#number(id, interval, ''),
      consumer,
      kind,
    }))
  }

  #scheduleOf(component: Component): Schedule | undefined {
    const known = this.#schedules.get(component.id)
    if (known || this.#schedules.has(component.id)) return known
    const schedule = this.#readScheduleOf(component)
    this.#schedules.set(component.id, schedule)
    return schedule
  }

  #readScheduleOf(component: Component): Schedule | undefined {
    if (!this.#schedule) return undefined
    const id = rhythmOf(this.#catalog, this.#definition, component)?.scheduleId
    if (id === undefined || id === this.#schedule.id) return this.#schedule
    return readSchedule(this.#definition, this.#component(id), this.#firstActivation)
  }

  /** The row of a component's instance for an interval; by default a place is made for one that is not part of this plan. */
  #number(id: string, interval: Interval, referrer: string, status: PlannedInstance['status'] = 'SCHEDULED'): number {
    return this.#numbers.get(key(id, interval, referrer)) ?? this.#add(this.#component(id), interval, referrer, status)
  }

  #add(component: Component, interval: Interval, referrer: string, status: PlannedInstance['status']): number {
    const { row, name, runsOn, lateMs, dueType } = this.#factsOf(component, referrer)
    const due = dueTime(this.#definition, dueType, interval, this.#firstActivation)
    const resource = runsOn !== undefined && status !== 'SCHEDULED' ? this.#resource(runsOn) : null
    const number = this.#rows.length
    this.#numbers.set(key(component.id, interval, referrer), number)
    this.#rows.push({
      ...row,
      key: `@${name}_${this.#timeText(interval.start)}`,
      start: interval.start,
      stop: interval.end,
      due,
      status,
      late: lateMs === undefined ? null : new Date(due.getTime() + lateMs),
      resource,
      ...(status === 'SCHEDULED' ? this.#place(component, interval) : {}),
    })
    return number
  }

  /** Most rows are of the interval that is planned. */
  #timeText(time: Date): string {
    if (time !== this.#interval.start) return formatDateTime(time)
    return (this.#startText ??= formatDateTime(time))
  }

  #factsOf(component: Component, referrer: string): ComponentFacts {
    const name = `${component.id}\n${referrer}`
    const known = this.#facts.get(name) ?? this.#readFacts(component, referrer)
    this.#facts.set(name, known)
    return known
  }

  #readFacts(component: Component, referrer: string): ComponentFacts {
    const family = this.#family(component)
    const host = this.#host(component, referrer)
    const runsOn = references(host, 'runsOn')[0]
    const late = parsePeriod(this.#text(component, 'lateAfterTimeout') ?? '')
    const isOn = family === 'activity' || (family === 'precondition' && !this.#isSystem(component))
    return {
      name: referrer && (this.#guards.get(component.id) ?? 0) > 1 ? `${component.id}_${referrer}` : component.id,
      runsOn: isOn ? runsOn : undefined,
      lateMs: late && !this.#definition.onDemand ? periodMs(late) : undefined,
      dueType: this.#dueType(family === 'precondition' ? this.#component(referrer) : component),
      row: {
        component: component.id,
        referrer,
        type: component.type,
        family,
        grp: this.#isSystem(component) ? systemGroup : this.#group(host, runsOn),
        lane: family === 'precondition' ? 'precondition' : 'activity',
        pool: family === 'activity' ? (this.#text(component, 'pool') ?? null) : null,
        priority: wholeNumber(this.#text(component, 'priority'), 0),
        cascades: this.#text(component, 'failureAndRerunMode')?.toLowerCase() === 'cascade',
        fires: ['onSuccess', 'onFail', 'onLateAction'].filter((event) => references(component, event).length > 0),
        retries: wholeNumber(this.#text(component, 'maximumRetries'), 2),
        ...(family === 'resource' ? this.#resourceParts(component) : {}),
      },
    }
  }

  /** Which interval of which schedule a place is kept for. */
  #place(component: Component, interval: Interval): Pick<PlannedInstance, 'schedule' | 'rhythm' | 'index'> {
    const schedule = this.#scheduleOf(component)
    const rhythm = rhythmOf(this.#catalog, this.#definition, component)
    if (!schedule || !rhythm) return {}
    return { schedule: schedule.id, rhythm: rhythm.type, index: indexAt(schedule, interval.start) ?? -1 }
  }

  #resource(id: string): number {
    const interval = linkedIntervals(this.#schedule, this.#interval, this.#scheduleOf(this.#component(id)))[0] ?? this.#interval
    return this.#number(id, interval, '', 'WAITING_ON_DEPENDENCIES')
  }

  #resourceParts(component: Component): Pick<PlannedInstance, 'used_by' | 'rules'> {
    return { used_by: userRhythms(this.#catalog, this.#definition, component.id), rules: resourceRulesOf(this.#definition, component) }
  }

  #dueType(component: Component): Timing['scheduleType'] {
    return this.#family(component) === 'resource' ? 'cron' : timingOf(this.#definition, component).scheduleType
  }

  /** Whose runsOn and workerGroup count: a precondition has those of what it guards; for a data node that says neither, those of the first
   *  activity that reads it.
   *  @see spec/behaviour.md 4 */
  #host(component: Component, referrer: string): Component {
    if (this.#family(component) !== 'precondition') return component
    const guarded = this.#component(referrer)
    if (this.#family(guarded) !== 'datanode' || guarded.fields['runsOn'] || guarded.fields['workerGroup']) return guarded
    return this.#readers.get(referrer)?.[0] ?? guarded
  }

  /** Whether the service itself checks it. */
  #isSystem({ type }: Component): boolean {
    const declaration = this.#catalog.get(type)
    return declaration?.family === 'precondition' && declaration.managedBy === 'system'
  }

  #group(host: Component, runsOn: string | undefined): string {
    return (runsOn === undefined ? this.#text(host, 'workerGroup') : undefined) ?? defaultGroup
  }

  #text(component: Component, field: string): string | undefined {
    return literal(this.#definition, component, field)
  }

  #component(id: string): Component {
    const component = this.#definition.components[id]
    if (!component) throw new Error(`The stored definition refers to ${id}, which it does not have.`)
    return component
  }

  #family(component: Component): Family | undefined {
    return this.#catalog.get(component.type)?.family
  }
}

function key(id: string, interval: Interval, referrer: string): string {
  return `${id}\n${interval.start.getTime()}\n${referrer}`
}

function references(component: Component, field: string): readonly string[] {
  return [...new Set((component.fields[field] ?? []).flatMap((value) => ('ref' in value ? [value.ref] : [])))]
}

function groupByTarget(components: readonly Component[], field: string): ReadonlyMap<string, readonly Component[]> {
  const groups = new Map<string, Component[]>()
  for (const component of components) {
    for (const id of references(component, field)) groups.set(id, [...(groups.get(id) ?? []), component])
  }
  return groups
}

function wholeNumber(text: string | undefined, absent: number): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : absent
}
