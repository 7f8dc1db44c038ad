import { isTerminal, type InstanceStatus } from '../../lifecycle/statuses.ts'
import { reasonOf } from '../../lifecycle/world/reason.ts'
import type { World, WorldInstance } from '../../lifecycle/world/state.ts'
import type { Reason } from '../../store/reason.ts'
import { taskName } from '../../store/task-name.ts'
import { explain } from '../view/reason-sentence.ts'
import { formatDuration } from '../view/format-duration.ts'

/** One run of one task, as the simulation had it. */
export interface SimulatedRun {
  readonly task: string
  readonly interval: Date
  readonly due: Date
  readonly began: Date | undefined
  readonly ended: Date | undefined
  readonly status: InstanceStatus
  readonly attempts: number
  /** How long after it was due it began, when that is worth telling. */
  readonly lateMs: number | undefined
  /** Why it did not run, has not ended, or ended as it did. */
  readonly why: string | undefined
}

/** A run that begins later than this after it was due is called late. */
const lateAfterMs = 5 * 60_000

/** What became of every task, by interval: activities, preconditions that stand in the way, and resources that failed. */
export function simulatedRuns({ instances }: World, until: Date): readonly SimulatedRun[] {
  return instances
    .filter((instance) => isShown(instance) && (instance.status !== 'SCHEDULED' || instance.hold !== undefined))
    .map((instance) => toRun(instance, until))
    .toSorted((a, b) => a.due.getTime() - b.due.getTime() || (a.began ?? until).getTime() - (b.began ?? until).getTime())
}

function isShown({ family, status }: WorldInstance): boolean {
  if (family === 'activity') return true
  return family === 'precondition' ? status !== 'FINISHED' && status !== 'CANCELED' : family === 'resource' && status === 'FAILED'
}

function toRun(instance: WorldInstance, until: Date): SimulatedRun {
  const first = instance.attempts.find(({ startTime }) => startTime !== undefined)?.startTime
  const lateMs = first === undefined ? undefined : first - instance.due
  return {
    task: instance.referrer === '' ? instance.component : `${instance.component} for ${instance.referrer}`,
    interval: new Date(instance.start),
    due: new Date(instance.due),
    began: first === undefined ? undefined : new Date(first),
    ended: instance.actualEnd === undefined ? undefined : new Date(instance.actualEnd),
    status: instance.status,
    attempts: instance.attempts.length,
    lateMs: lateMs !== undefined && lateMs >= lateAfterMs ? lateMs : undefined,
    why: isTerminal(instance.status)
      ? (instance.errorMessage ?? instance.cancellationReason ?? skipped(instance))
      : stillOpen(instance, until),
  }
}

function skipped({ status }: WorldInstance): string | undefined {
  return status === 'SKIPPED' ? 'its interval was skipped' : undefined
}

/** What it waits for, down to where that began. */
function stillOpen(instance: WorldInstance, until: Date): string {
  const chain: [Reason, ...Reason[]] = [asReason(instance)]
  for (let on = reasonOf(instance, () => true).on; on && !isTerminal(on.status); on = reasonOf(on, () => true).on) chain.push(asReason(on))
  return explain(chain, 'df-SIMULATED', until).sentence
}

function asReason(instance: WorldInstance): Reason {
  const { code, on, nextTime } = reasonOf(instance, () => true)
  const attempt = instance.attempts.at(-1)
  const task = nameOf(instance)
  return {
    instanceId: String(instance.id),
    instanceKey: instance.key,
    task,
    interval: new Date(instance.start),
    family: instance.family,
    status: instance.status,
    code,
    object: on ? nameOf(on) : objectOf(code, instance),
    waitsFor: on && { instanceId: String(on.id), task: nameOf(on), interval: new Date(on.start), status: on.status },
    since: new Date(attempt?.startTime ?? instance.actualStart ?? instance.due),
    nextTime: nextTime === undefined ? undefined : new Date(nextTime),
    hostname: attempt?.hostname,
    detail: on?.status ?? attempt?.checkBecause ?? instance.errorMessage,
    served: [instance.group],
  }
}

function objectOf(code: Reason['code'], instance: WorldInstance): string {
  if (code === 'QUEUED') return instance.group
  if (code === 'POOL_FULL') return instance.pool ?? ''
  return code === 'PAUSED' || code === 'MAX_ACTIVE' ? instance.component : nameOf(instance)
}

function nameOf({ key, component: componentId, referrer: referrerId }: WorldInstance): string {
  return taskName({ key, componentId, referrerId })
}

/** Sentences about intervals that were due and did not become runs. */
export function unplanned({ pipelines }: World, until: Date): readonly string[] {
  return [...pipelines.values()].flatMap(({ watermarks }) =>
    watermarks
      .filter(({ nextDue }) => nextDue !== undefined && nextDue < until.getTime())
      .map(
        ({ scheduleId, scheduleType, nextDue }) =>
          `${scheduleId} (${scheduleType}) is ${formatDuration(until.getTime() - nextDue!)} behind: its next interval waits until a run has ended (maxActiveInstances).`,
      ),
  )
}
