import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import type { Timing } from './read-schedule.ts'
import type { Interval } from './schedule.ts'

/** When a run for `interval` is due: `cron` at its start, `timeseries` at its end, on demand at activation; at activation too when the
 *  definition was activated by `sluice run`.
 *  @see spec/behaviour.md 2.2 */
export function dueTime({ dueAtOnce }: CompiledDefinition, type: Timing['scheduleType'], interval: Interval, firstActivation: Date): Date {
  if (dueAtOnce) return firstActivation
  return type === 'timeseries' ? interval.end : interval.start
}
