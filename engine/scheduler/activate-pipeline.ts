import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { SluiceError } from '../errors.ts'
import { dueTime } from '../schedule/due-time.ts'
import { readSchedule } from '../schedule/read-schedule.ts'
import { intervalAt } from '../schedule/schedule.ts'
import { runWindow } from '../schedule/window.ts'
import type { Catalog } from '../spec/catalog.ts'
import { formatDateTime } from '../spec/date-time.ts'
import { activate, freeSecond, type ActivatedSchedule, type ActivationTimes } from '../store/activation.ts'
import type { Store } from '../store/open-store.ts'
import { storePlan } from '../store/planning.ts'
import { planInterval } from './interval-plan.ts'
import { rhythmsOf } from './rhythms.ts'

export interface ActivationRequest {
  readonly pipelineId: string
  readonly version: number
  readonly definition: CompiledDefinition
  /** Only the intervals of one `sluice run`, at an instant or the newest; absent: the schedules as they stand. */
  readonly run?: { readonly at?: Date }
}

/** Activates a stored version: its schedules are followed from their start (or the watermark they have), and an on-demand pipeline gets one
 *  execution. Rejects with a SluiceError when `run.at` lies in no interval. */
export async function activatePipeline(store: Store, catalog: Catalog, request: ActivationRequest): Promise<void> {
  const { definition, pipelineId, version } = request
  await activate(store.pool, {
    pipelineId,
    version,
    schedules: (times) => (definition.onDemand ? [] : schedulesOf(catalog, request, times)),
    async execute(client, { firstActivation }) {
      if (!definition.onDemand) return
      const instant = request.run?.at ?? (await freeSecond(client, pipelineId))
      const plan = planInterval(definition, catalog, undefined, { start: instant, end: instant }, firstActivation)
      const answer = await storePlan(client, { pipelineId, version, due: firstActivation }, plan)
      if (answer !== 'PLANNED') throw notNow(pipelineId)
    },
  })
  store.signals.emit('activated')
}

/** The schedules that an activation follows, from the first interval that it asks for. */
export function schedulesOf(
  catalog: Catalog,
  { definition, run }: ActivationRequest,
  times: ActivationTimes,
): readonly ActivatedSchedule[] {
  return rhythmsOf(catalog, definition).flatMap(({ scheduleId, type }): ActivatedSchedule[] => {
    const component = definition.components[scheduleId]
    if (!component) return []
    const schedule = readSchedule(definition, component, times.firstActivation)
    const window = run ? runWindow(schedule, type, times.now, run.at) : { first: 0, last: undefined }
    if (!window && run?.at) throw nothingAt(scheduleId, run.at)
    const interval = window && intervalAt(schedule, window.first)
    const firstDue = interval && dueTime(definition, type, interval, times.firstActivation)
    return [{ schedule, type, firstIndex: window?.first ?? 0, lastIndex: window?.last, firstDue }]
  })
}

/** Refused rather than cancelling what runs: no work is lost.
 *  @see spec/behaviour.md 2.3 */
function notNow(pipelineId: string): SluiceError {
  return new SluiceError(`Pipeline ${pipelineId} already runs as many executions at once as it may.`, {
    exitCode: 2,
    hint: 'Wait until one has ended, or raise maxActiveInstances in defaults.',
  })
}

function nothingAt(scheduleId: string, at: Date): SluiceError {
  return new SluiceError(`The schedule ${scheduleId} has no interval at ${formatDateTime(at)}.`, {
    exitCode: 2,
    hint: 'Give --at an instant between its start and its end.',
  })
}
