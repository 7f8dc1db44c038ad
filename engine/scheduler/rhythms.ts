import type { CompiledDefinition, Component } from '../definition/pipeline-definition.ts'
import { timingOf } from '../schedule/read-schedule.ts'
import type { Catalog } from '../spec/catalog.ts'
import { runnableFamilies } from '../spec/declarations.ts'

/** A schedule as the components of one type follow it. */
export interface RhythmName {
  readonly scheduleId: string
  readonly type: 'cron' | 'timeseries'
}

/** A rhythm that some component follows. */
export interface FollowedRhythm extends RhythmName {
  /** What has to be done follows others: it only says when resources begin to be there for it. */
  readonly resourcesOnly: boolean
}

/** Each schedule with each type that a component follows it in; none on demand. */
export function rhythmsOf(catalog: Catalog, definition: CompiledDefinition): readonly FollowedRhythm[] {
  const found = new Map<string, FollowedRhythm>()
  for (const component of Object.values(definition.components)) {
    const family = catalog.get(component.type)?.family
    const rhythm = rhythmOf(catalog, definition, component)
    if (!family || !runnableFamilies.includes(family) || family === 'precondition' || !rhythm) continue
    const known = found.get(rhythmKey(rhythm))?.resourcesOnly ?? true
    found.set(rhythmKey(rhythm), { ...rhythm, resourcesOnly: known && family === 'resource' })
  }
  return [...found.values()]
}

/** The rhythm that a component follows; undefined on demand and without a schedule. A resource follows its schedule as `cron` whatever its type
 *  says, since it is due at the start of its interval; without a schedule of its own it follows that of the first component that runs on
 *  it. In a `sluice run`, where all is due at once, it keeps to the intervals of that run.
 *  @see spec/behaviour.md 2.2 */
export function rhythmOf(catalog: Catalog, definition: CompiledDefinition, component: Component): RhythmName | undefined {
  const isResource = catalog.get(component.type)?.family === 'resource'
  const timing = timingOf(definition, component)
  if (timing.scheduleType === 'ondemand') return undefined
  const user = isResource && timing.scheduleId === undefined ? usersOf(definition, component.id)[0] : undefined
  const scheduleId = timing.scheduleId ?? (user && timingOf(definition, user).scheduleId)
  if (scheduleId === undefined) return undefined
  return { scheduleId, type: isResource && !definition.dueAtOnce ? 'cron' : timing.scheduleType }
}

/** The rhythms of what runs on a resource, as the store names them, each once. */
export function userRhythms(catalog: Catalog, definition: CompiledDefinition, resourceId: string): readonly string[] {
  const rhythms = usersOf(definition, resourceId).flatMap((user) => rhythmOf(catalog, definition, user) ?? [])
  return [...new Set(rhythms.map(rhythmKey))]
}

function usersOf(definition: CompiledDefinition, resourceId: string): readonly Component[] {
  return Object.values(definition.components).filter(({ fields }) =>
    (fields['runsOn'] ?? []).some((value) => 'ref' in value && value.ref === resourceId),
  )
}

function rhythmKey({ scheduleId, type }: RhythmName): string {
  return `${scheduleId} ${type}`
}
