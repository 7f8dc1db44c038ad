import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import type { ExpectedInstance } from '../../scheduler/forecast/collect-instances.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { activityFields, dataNodeFields, preconditionFields, resourceFields } from '../../spec/common-fields.ts'
import type { FieldDeclarations } from '../../spec/field.ts'
import { InstanceObjects, type InstanceObject } from '../../worker/evaluate/instance-object.ts'
import { KnownFields, type KnownField } from '../../worker/evaluate/known-fields.ts'
import { linkedIntervalsOf } from '../../worker/linked-intervals-of.ts'
import type { DataView, FieldView, InstanceView } from './plan-view.ts'

/** How the instances of a plan are described. Each is evaluated by itself, as its attempt will be. */
export function instanceDescriber(
  definition: CompiledDefinition,
  catalog: Catalog,
  firstActivation: Date,
  lacks: (parameter: string) => boolean,
): (instance: ExpectedInstance) => InstanceView {
  const intervalsFor = linkedIntervalsOf(definition, firstActivation)
  return ({ row }) => {
    const objects = new InstanceObjects(definition, catalog, intervalsFor)
    const interval = { start: row.start, end: row.stop }
    const self = objects.get(row.component, interval, row.key)
    if (!self) throw new Error(`The plan has an instance of ${row.component}, which the definition has not.`)
    const node = row.referrer ? objects.get(row.referrer, interval) : undefined
    return new Description(new KnownFields(objects, lacks)).of(self, node)
  }
}

class Description {
  readonly #known: KnownFields
  readonly #unresolved = new Set<string>()
  readonly #refused = new Set<string>()

  constructor(known: KnownFields) {
    this.#known = known
  }

  of(self: InstanceObject, node: InstanceObject | undefined): InstanceView {
    const fields = this.#fields(self, node)
    const isActivity = self.declaration?.family === 'activity'
    const reads = isActivity ? this.#data(self, 'input') : []
    const writes = isActivity ? this.#data(self, 'output') : []
    return { fields, reads, writes, unresolved: [...this.#unresolved], refused: [...this.#refused] }
  }

  #fields(object: InstanceObject, node?: InstanceObject): readonly FieldView[] {
    const common = commonFields[object.declaration?.family ?? ''] ?? {}
    return Object.keys(object.component.fields).flatMap((name) => {
      const { values } = this.#noting(this.#known.shown(object, name, node))
      return values.length === 0 ? [] : [{ name, values, isOwn: !Object.hasOwn(common, name), isReference: object.isReference(name) }]
    })
  }

  #data(activity: InstanceObject, field: string): readonly DataView[] {
    const targets = (activity.field(field) ?? []).flatMap((value) => ('ref' in value ? activity.follow(value.ref) : []))
    return targets.map((target) => ({
      node: target.componentId,
      instance: target.id,
      type: target.type,
      fields: this.#fields(target).filter(({ isOwn }) => isOwn),
    }))
  }

  #noting(field: KnownField): KnownField {
    if (field.unresolved !== undefined) this.#unresolved.add(field.unresolved)
    if (field.refused !== undefined) this.#refused.add(field.refused)
    return field
  }
}

/** Fields that all types of a family have. */
const commonFields: Readonly<Record<string, FieldDeclarations>> = {
  activity: activityFields,
  datanode: dataNodeFields,
  precondition: preconditionFields,
  resource: resourceFields,
}
