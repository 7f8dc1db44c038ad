import type { CompiledDefinition, Component } from '../../definition/pipeline-definition.ts'
import type { EvaluationObject, RawValue, Scalar } from '../../expression/index.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { formatDateTime } from '../../spec/date-time.ts'
import { runnableFamilies, type TypeDeclaration } from '../../spec/declarations.ts'
import type { Interval, IntervalsFor } from './interval.ts'

/** The objects of one attempt, each made when first reached and then shared: references may go in circles. */
export class InstanceObjects {
  readonly definition: CompiledDefinition
  readonly catalog: Catalog
  readonly intervalsFor: IntervalsFor
  readonly #pipeline: Readonly<Record<string, Scalar>>
  readonly #objects = new Map<string, InstanceObject>()

  /** Without `pipeline` nothing is stored yet: `@pipelineId` and `@version` have no value. */
  constructor(
    definition: CompiledDefinition,
    catalog: Catalog,
    intervalsFor: IntervalsFor,
    pipeline?: { readonly pipelineId: string; readonly version: number },
  ) {
    this.definition = definition
    this.catalog = catalog
    this.intervalsFor = intervalsFor
    this.#pipeline = pipeline ? { '@pipelineId': pipeline.pipelineId, '@version': String(pipeline.version) } : {}
  }

  /** The object of a component in an interval; undefined when the definition has no such component. `more` are the runtime fields
   *  that only the attempt's own object has; they and `id` count when the object is first made. */
  get(componentId: string, interval: Interval, id?: string, more: Readonly<Record<string, Scalar>> = {}): InstanceObject | undefined {
    const component = Object.hasOwn(this.definition.components, componentId) ? this.definition.components[componentId] : undefined
    if (!component) return undefined
    const key = `${interval.start.getTime()} ${componentId}`
    const known = this.#objects.get(key)
    if (known) return known
    const made = new InstanceObject(this, component, interval, id, { ...this.#pipeline, ...more })
    this.#objects.set(key, made)
    return made
  }
}

/** A component in one interval, as expressions see it. */
export class InstanceObject implements EvaluationObject {
  readonly id: string
  readonly componentId: string
  readonly type: string
  readonly component: Component
  readonly interval: Interval
  readonly declaration: TypeDeclaration | undefined
  readonly #objects: InstanceObjects
  readonly #runtime: Readonly<Record<string, Scalar>>

  constructor(
    objects: InstanceObjects,
    component: Component,
    interval: Interval,
    id: string | undefined,
    runtime: Readonly<Record<string, Scalar>>,
  ) {
    this.#objects = objects
    this.component = component
    this.interval = interval
    this.componentId = component.id
    this.type = component.type
    this.declaration = objects.catalog.get(component.type)
    this.id = id ?? this.#usualId()
    this.#runtime = runtime
  }

  field(name: string): readonly RawValue[] | undefined {
    const set = this.#own(name)
    if (set) return set
    if (name === 'name') return [{ text: this.component.name }]
    if (name === 'type') return [{ text: this.type }]
    const defaultText = this.declaration?.fields[name]?.defaultText
    return defaultText === undefined ? undefined : [{ text: defaultText }]
  }

  *fieldNames(): Iterable<string> {
    yield* Object.keys(this.component.fields)
    for (const name of Object.keys(this.declaration?.fields ?? {})) if (!this.#own(name)) yield name
  }

  runtime(name: string): Scalar | undefined {
    switch (name) {
      case '@id':
      case 'id':
      case 'name':
        return this.id
      case '@sphere':
        return 'INSTANCE'
      case '@scheduledStartTime':
        return { instant: this.interval.start, zone: 'UTC' }
      case '@scheduledEndTime':
        return { instant: this.interval.end, zone: 'UTC' }
      default:
        return Object.hasOwn(this.#runtime, name) ? this.#runtime[name] : undefined
    }
  }

  isRuntime(name: string): boolean {
    return this.runtime(name) !== undefined || (this.declaration?.fields[name]?.runtime ?? false)
  }

  isReference(name: string): boolean {
    return this.declaration?.fields[name]?.kind === 'reference'
  }

  follow(componentId: string): readonly InstanceObject[] {
    return this.#objects
      .intervalsFor(this.componentId, componentId, this.interval)
      .flatMap((interval) => this.#objects.get(componentId, interval) ?? [])
  }

  #own(name: string): readonly RawValue[] | undefined {
    return Object.hasOwn(this.component.fields, name) ? this.component.fields[name] : undefined
  }

  /** Objects that never have instances (databases, formats, actions) go by their component's id. */
  #usualId(): string {
    const hasInstances = this.declaration !== undefined && runnableFamilies.includes(this.declaration.family)
    return hasInstances ? `@${this.componentId}_${formatDateTime(this.interval.start)}` : this.componentId
  }
}
