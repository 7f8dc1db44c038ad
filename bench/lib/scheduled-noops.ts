import type { CompiledDefinition, Component } from '../../engine/definition/pipeline-definition.ts'
import { activatePipeline } from '../../engine/scheduler/activate-pipeline.ts'
import type { Catalog } from '../../engine/spec/catalog.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { createPipeline, putDefinition } from '../../engine/store/pipelines.ts'

export interface ScheduledNoops {
  readonly name: string
  /** A chain of so many activities that do nothing. */
  readonly tasks: number
  /** Fields of the schedule; absent: on demand. */
  readonly schedule?: Readonly<Record<string, string>>
  /** Fields of every activity. */
  readonly defaults?: Readonly<Record<string, string>>
}

/** A definition whose chain of activities runs for each interval of one schedule, or on demand. */
export function scheduledNoops({ name, tasks, schedule, defaults = {} }: ScheduledNoops): CompiledDefinition {
  const texts = (fields: Readonly<Record<string, string>>): Component['fields'] =>
    Object.fromEntries(Object.entries(fields).map(([field, text]) => [field, [{ text }]]))
  const components: Component[] = [
    ...(schedule ? [{ id: 'every', name: 'every', type: 'Schedule', fields: texts(schedule) }] : []),
    ...Array.from({ length: tasks }, (_, at) => ({
      id: `task${at}`,
      name: `task${at}`,
      type: 'NoopActivity',
      fields: {
        ...texts(defaults),
        ...(schedule ? { schedule: [{ ref: 'every' }] } : {}),
        ...(at > 0 ? { dependsOn: [{ ref: `task${at - 1}` }] } : {}),
      },
    })),
  ]
  return {
    name,
    components: Object.fromEntries(components.map((component) => [component.id, component])),
    parameters: {},
    secretParameters: [],
    onDemand: schedule === undefined,
  }
}

/** Stores and activates it. Returns the pipeline's id. */
export async function activateNoops(store: Store, catalog: Catalog, definition: CompiledDefinition): Promise<string> {
  const pipelineId = await createPipeline(store.db, definition.name)
  const version = await putDefinition(store.db, pipelineId, '', definition, (type) => catalog.get(type)?.family)
  await activatePipeline(store, catalog, { pipelineId, version, definition, mayBackfill: true })
  return pipelineId
}
