import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { linkedIntervals } from '../schedule/linked-intervals.ts'
import { readSchedule, timingOf } from '../schedule/read-schedule.ts'
import type { Schedule } from '../schedule/schedule.ts'
import { sameInterval, type IntervalsFor } from './evaluate/interval.ts'

/** Which intervals of one component a run of another sees, by the schedules of a definition.
 *  `firstActivation` is where schedules begin that begin at activation; without it nothing is known of them but that they are the same as themselves. */
export function linkedIntervalsOf(definition: CompiledDefinition, firstActivation = new Date(0)): IntervalsFor {
  if (definition.onDemand) return sameInterval
  const schedules = new Map<string, Schedule | undefined>()
  const scheduleOf = (componentId: string): Schedule | undefined => {
    if (!schedules.has(componentId)) schedules.set(componentId, readOwn(definition, componentId, firstActivation))
    return schedules.get(componentId)
  }
  return (from, to, interval) => linkedIntervals(scheduleOf(from), interval, scheduleOf(to))
}

function readOwn(definition: CompiledDefinition, componentId: string, firstActivation: Date): Schedule | undefined {
  const component = definition.components[componentId]
  const { scheduleId } = component ? timingOf(definition, component) : {}
  const schedule = scheduleId === undefined ? undefined : definition.components[scheduleId]
  return schedule && readSchedule(definition, schedule, firstActivation)
}
