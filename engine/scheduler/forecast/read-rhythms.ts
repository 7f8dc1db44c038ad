import type { CompiledDefinition, Component } from '../../definition/pipeline-definition.ts'
import { SluiceError } from '../../errors.ts'
import { literal, readSchedule } from '../../schedule/read-schedule.ts'
import type { Catalog } from '../../spec/catalog.ts'
import type { Rhythm } from '../interval-plan.ts'
import { rhythmsOf } from '../rhythms.ts'

/** A rhythm of a definition that nobody has activated. */
export interface ExpectedRhythm extends Rhythm {
  /** Its first interval begins whenever it is activated. */
  readonly beginsAtActivation: boolean
  readonly resourcesOnly: boolean
}

/** The rhythms of a definition, as they are when it is first activated at `firstActivation`. Throws a SluiceError for a schedule that is not
 *  known: definitions that are only looked at may lack values and name what is not supported yet. */
export function readRhythms(definition: CompiledDefinition, catalog: Catalog, firstActivation: Date): readonly ExpectedRhythm[] {
  for (const component of Object.values(definition.components)) refuseUnknown(component, 'scheduleType')
  return rhythmsOf(catalog, definition).flatMap(({ scheduleId, type, resourcesOnly }) => {
    const component = definition.components[scheduleId]
    if (!component) return []
    const schedule = readKnownSchedule(definition, component, firstActivation)
    return [{ schedule, type, resourcesOnly, beginsAtActivation: literal(definition, component, 'startDateTime') === undefined }]
  })
}

/** Throws a SluiceError when the schedule is not known. */
export function readKnownSchedule(definition: CompiledDefinition, component: Component, firstActivation: Date): Rhythm['schedule'] {
  for (const field of ['period', 'cron', 'timeZone', 'startDateTime', 'endDateTime', 'occurrences']) refuseUnknown(component, field)
  return readSchedule(definition, component, firstActivation)
}

function refuseUnknown({ id, fields }: Component, field: string): void {
  const [value] = fields[field] ?? []
  if (!value || 'ref' in value || !value.text.includes('#{')) return
  const [, parameter] = /#\{\s*\*?(\w+)/.exec(value.text) ?? []
  throw new SluiceError(`Nothing can be planned: ${id}.${field} is ${value.text}, which has no value.`, {
    exitCode: 2,
    hint: parameter && `Give it one: --param ${parameter}=...`,
  })
}
