import { isTerminal } from '../../engine/lifecycle/statuses.ts'
import { reasonOf } from '../../engine/lifecycle/world/reason.ts'
import type { WorldInstance, WorldPipeline } from '../../engine/lifecycle/world/state.ts'

/** Why a pipeline that has come to rest should not have: undefined when it is over, stopped, or waits for what a person must mend: a failed
 *  dependency in mode `none`, and whatever stands behind that. */
export function explainStuck(pipeline: WorldPipeline): string | undefined {
  const { id, state, instances, watermarks } = pipeline
  const open = instances.filter(({ status }) => !isTerminal(status))
  if (state === 'FINISHED') return open.length > 0 ? `${id} is FINISHED, and ${open[0]!.key} is ${open[0]!.status}` : undefined
  if (state === 'PENDING') return undefined
  const waiting = open.filter(({ status, hold }) => status !== 'SCHEDULED' || hold !== undefined)
  const isStopped = state === 'INACTIVE' || state === 'DEACTIVATING'
  const excused = new Set<WorldInstance>()
  const lost = waiting.find((instance) => !isExcused(instance, excused, new Set(), isStopped))
  if (lost) return `${lost.key} is ${lost.status} though nothing goes wrong any more: ${reasonText(lost)}`
  if (isStopped) return undefined
  // An interval that is not planned waits for room behind what is stuck.
  const unplanned = watermarks.find(({ nextDue }) => nextDue !== undefined)
  if (unplanned && waiting.every(({ family }) => family === 'resource'))
    return `${id} never plans interval ${unplanned.nextIndex} of ${unplanned.scheduleId}, due ${new Date(unplanned.nextDue!).toISOString()}`
  if (waiting.length === 0) return open[0] ? `${open[0].key} is a place that nobody fills` : `${id} is ${state}, and has nothing left to do`
  return undefined
}

function reasonText(instance: WorldInstance): string {
  const { code, on } = reasonOf(instance, () => true)
  return on ? `${code} ${on.key}, which is ${on.status}${on.hold ? ` on hold (${on.hold})` : ''}` : code
}

/** Whether it waits, in the end, for something that failed and that nobody ran again. */
function isExcused(instance: WorldInstance, excused: Set<WorldInstance>, asking: Set<WorldInstance>, isStopped: boolean): boolean {
  if (excused.has(instance)) return true
  if (asking.has(instance)) return false
  asking.add(instance)
  const answer = waitsForAFailure(instance, excused, asking, isStopped)
  if (answer) excused.add(instance)
  return answer
}

/** Whether an interval that would use the resource is still to be planned. */
function isStillUsed({ pipeline, usedBy, stop }: WorldInstance): boolean {
  return pipeline.watermarks.some(
    ({ scheduleId, scheduleType, nextDue, nextStart }) =>
      nextDue !== undefined && (nextStart ?? -Infinity) < stop && usedBy.includes(`${scheduleId} ${scheduleType}`),
  )
}

function waitsForAFailure(instance: WorldInstance, excused: Set<WorldInstance>, asking: Set<WorldInstance>, isStopped: boolean): boolean {
  // A place whose interval waits for room behind what is stuck; when every interval is planned, nobody would fill it any more.
  // On hold, behind what is active of its component.
  if (instance.hold !== undefined)
    return (
      isStopped ||
      // What guards something that is on hold begins with it.
      instance.pipeline.instances.some(
        (guarded) =>
          guarded.component === instance.referrer &&
          guarded.start === instance.start &&
          guarded.hold !== undefined &&
          isExcused(guarded, excused, asking, isStopped),
      ) ||
      instance.pipeline.instances.some(
        (other) =>
          other.component === instance.component &&
          other.hold === undefined &&
          !isTerminal(other.status) &&
          isExcused(other, excused, asking, isStopped),
      )
    )
  if (instance.status === 'SCHEDULED') return isStopped || instance.pipeline.watermarks.some(({ nextDue }) => nextDue !== undefined)
  const { resource } = instance
  // Its machine is on hold: until the pipeline is activated again, or behind what is stuck itself.
  if (instance.status === 'WAITING_FOR_RUNNER' && resource?.status === 'SCHEDULED')
    return isStopped || isExcused(resource, excused, asking, isStopped)
  if (instance.family === 'resource' && (instance.status === 'RUNNING' || instance.status === 'WAITING_ON_DEPENDENCIES'))
    return isStillUsed(instance) || instance.housed.some((user) => !isTerminal(user.status) && isExcused(user, excused, asking, isStopped))
  if (instance.status !== 'WAITING_ON_DEPENDENCIES') return false
  return instance.producers.some(({ producer }) => {
    if (producer.status === 'FINISHED' || producer.status === 'SKIPPED') return false
    return isTerminal(producer.status) || isExcused(producer, excused, asking, isStopped)
  })
}
