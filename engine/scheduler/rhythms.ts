import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { timingOf } from '../schedule/read-schedule.ts'
import type { Catalog } from '../spec/catalog.ts'
import { runnableFamilies } from '../spec/declarations.ts'

/** A schedule as the components of one type follow it. */
export interface RhythmName {
  readonly scheduleId: string
  readonly type: 'cron' | 'timeseries'
}

/** Each schedule with each type that a component follows it in; none on demand. */
export function rhythmsOf(catalog: Catalog, definition: CompiledDefinition): readonly RhythmName[] {
  const found = new Map<string, RhythmName>()
  for (const component of Object.values(definition.components)) {
    const family = catalog.get(component.type)?.family
    const { scheduleId, scheduleType: type } = timingOf(definition, component)
    if (!family || !runnableFamilies.includes(family) || family === 'precondition' || scheduleId === undefined || type === 'ondemand')
      continue
    found.set(`${scheduleId} ${type}`, { scheduleId, type })
  }
  return [...found.values()]
}
