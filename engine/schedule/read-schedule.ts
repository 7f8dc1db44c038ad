import type { Component, CompiledDefinition, StoredValue } from '../definition/pipeline-definition.ts'
import { parseDateTime } from '../spec/date-time.ts'
import { isCron, readCron } from '../spec/cron.ts'
import { parsePeriod } from '../spec/period.ts'
import type { Pace } from '../spec/boundaries.ts'
import type { CatchUp, Schedule } from './schedule.ts'

/** What a component's own and inherited fields say about when it runs. */
export interface Timing {
  readonly scheduleType: 'cron' | 'timeseries' | 'ondemand'
  /** Id of its Schedule object; undefined on demand. */
  readonly scheduleId?: string
}

/** Text of a field's only value, parameters substituted; undefined when the field is absent. Validation has refused anything but literals here. */
export function literal(definition: CompiledDefinition, component: Component, field: string): string | undefined {
  const value: StoredValue | undefined = component.fields[field]?.[0]
  if (value === undefined || 'ref' in value) return undefined
  return value.text.replace(/#\{\s*\*?(my\w*)\s*\}/g, (_, id: string) => definition.parameters[id]?.[0] ?? '').trim() || undefined
}

/** When a component runs. An absent scheduleType means timeseries.
 *  @see spec/behaviour.md 2 */
export function timingOf(definition: CompiledDefinition, component: Component): Timing {
  if (definition.onDemand) return { scheduleType: 'ondemand' }
  const reference = component.fields['schedule']?.[0]
  const scheduleId = reference && 'ref' in reference ? reference.ref : undefined
  const type = literal(definition, component, 'scheduleType')?.toLowerCase()
  return { scheduleType: type === 'cron' ? 'cron' : 'timeseries', scheduleId }
}

/** The schedule of a Schedule component. `firstActivation` is the anchor of schedules that start at activation. */
export function readSchedule(definition: CompiledDefinition, component: Component, firstActivation: Date): Schedule {
  const text = (field: string): string | undefined => literal(definition, component, field)
  const start = text('startDateTime')
  const end = text('endDateTime')
  const occurrences = text('occurrences')
  return {
    id: component.id,
    ...paceOf(component.id, text, (start && parseDateTime(start)) || firstActivation),
    end: end ? parseDateTime(end) : undefined,
    occurrences: occurrences ? Number(occurrences) : undefined,
    catchUp: catchUpOf(text('catchUp')),
  }
}

function catchUpOf(written: string | undefined): CatchUp {
  const word = written?.toLowerCase()
  return word === 'latest' || word === 'none' ? word : 'all'
}

function paceOf(id: string, text: (field: string) => string | undefined, anchor: Date): Pace {
  const written = text('cron')
  if (written !== undefined) {
    const cron = readCron(written, text('timeZone'))
    if (!isCron(cron)) throw new Error(`${id}.${cron.what} was not checked before it was stored.`)
    return { anchor, cron }
  }
  const period = parsePeriod(text('period') ?? '')
  if (!period) throw new Error(`${id}.period was not checked before it was stored.`)
  return { anchor, period }
}
