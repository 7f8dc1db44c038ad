import type { CompiledDefinition, StoredValue } from '../../engine/definition/pipeline-definition.ts'

/** One object of a random pipeline. */
export interface ObjectSpec {
  readonly id: string
  readonly section: 'schedules' | 'activities' | 'dataNodes' | 'preconditions' | 'resources' | 'actions'
  readonly type: string
  /** Texts, and references as lists of ids. */
  readonly fields: Readonly<Record<string, string | readonly string[]>>
}

export interface PipelineSpec {
  readonly id: string
  readonly onDemand: boolean
  readonly objects: readonly ObjectSpec[]
}

/** What compiling the pipeline's YAML gives, without the way through the text. */
export function compiledSpec({ id, onDemand, objects }: PipelineSpec): CompiledDefinition {
  const components = objects.map(({ id: name, section, type, fields }) => {
    const isTimed = section === 'activities' || section === 'dataNodes' || section === 'resources'
    const inherited: ObjectSpec['fields'] = onDemand && isTimed ? { scheduleType: 'ondemand' } : {}
    const stored = Object.entries({ ...fields, ...inherited }).map(([field, value]): [string, readonly StoredValue[]] => [
      field,
      typeof value === 'string' ? [{ text: value }] : value.map((ref) => ({ ref })),
    ])
    return [name, { id: name, name, type, fields: Object.fromEntries(stored) }] as const
  })
  return { name: id, components: Object.fromEntries(components), parameters: {}, secretParameters: [], onDemand }
}

/** The pipeline as a person would write it. */
export function yamlOfSpec({ id, onDemand, objects }: PipelineSpec): string {
  const sections = [...new Set(objects.map(({ section }) => section))]
  const lines = sections.flatMap((section) => [`${section}:`, ...objects.filter((object) => object.section === section).map(lineOf)])
  return ['sluice: 1', `name: ${id}`, ...(onDemand ? ['defaults: { scheduleType: ondemand }'] : []), ...lines].join('\n')
}

function lineOf({ id, section, type, fields }: ObjectSpec): string {
  const own = section === 'schedules' ? [] : [`type: ${type}`]
  const others = Object.entries(fields).map(([field, value]) => `${field}: ${typeof value === 'string' ? quoted(value) : listOf(value)}`)
  return `  ${id}: { ${[...own, ...others].join(', ')} }`
}

function quoted(text: string): string {
  return /^[\w:@ -]+$/.test(text) && !/^\d|: /.test(text) ? text : JSON.stringify(text)
}

function listOf(ids: readonly string[]): string {
  return ids.length === 1 ? ids[0]! : `[${ids.join(', ')}]`
}

/** The pipeline without one object and what refers to it; undefined when that cannot be. */
export function withoutObject(pipeline: PipelineSpec, id: string): PipelineSpec | undefined {
  const schedules = new Set(pipeline.objects.filter(({ section }) => section === 'schedules').map((object) => object.id))
  if (schedules.has(id)) return undefined
  const objects = pipeline.objects
    .filter((object) => object.id !== id)
    .map((object) => ({
      ...object,
      fields: Object.fromEntries(
        Object.entries(object.fields)
          .map(([field, value]) => [field, typeof value === 'string' ? value : value.filter((ref) => ref !== id)] as const)
          .filter(([, value]) => value.length > 0),
      ),
    }))
  return objects.some(({ section }) => section === 'activities' || section === 'dataNodes') ? { ...pipeline, objects } : undefined
}
