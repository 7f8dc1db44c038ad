import { SluiceError } from '../../engine/errors.ts'
import type { Hint } from '../../engine/queue/claims.ts'
import type { Task } from '../../engine/queue/task.ts'
import { Refused } from '../../engine/scheduler/simulation/world-ground.ts'
import type { ResourceInstance } from '../../engine/store/resources.ts'

/** Looks that mostly find nothing. When the world finds nothing, the store is asked only once in a while: what it finds then, it would have
 *  found before. */
export const idle: ReadonlySet<string> = new Set([
  'look',
  'finish pipelines',
  'begin held',
  'sweep',
  'reoffer',
  'take actions',
  'take wanted',
  'take finished',
  'take hints',
])
export const idleEvery = 8

export function isEmpty(answer: unknown): boolean {
  if (typeof answer === 'object' && answer !== null && 'due' in answer) return Array.isArray(answer.due) && answer.due.length === 0
  return !Array.isArray(answer) || answer.length === 0
}

export async function settled<T>(work: () => Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}

export function isRefusal(error: unknown): boolean {
  return error instanceof Refused || (error instanceof SluiceError && error.exitCode === 2)
}

export function keysOf(resources: readonly ResourceInstance[]): unknown {
  return resources.map(({ pipelineId, key }) => `${pipelineId} ${key}`).toSorted()
}

export function tasksOf(tasks: readonly Task[]): unknown {
  const told = tasks.map(
    ({
      pipelineId,
      version,
      instanceKey,
      componentId,
      referrer,
      attemptNumber,
      rerun: again,
      scheduledStartTime,
      scheduledEndTime,
      checks,
    }) => [
      pipelineId,
      version,
      instanceKey,
      componentId,
      referrer?.componentId,
      attemptNumber,
      again,
      Date.parse(scheduledStartTime),
      Date.parse(scheduledEndTime),
      checks?.count,
      checks && Date.parse(checks.since),
    ],
  )
  return told.map((each) => JSON.stringify(each)).toSorted()
}

export function groupsOf(hints: readonly Hint[]): unknown {
  return hints.map(({ group, lane, attemptIds }) => `${group} ${lane} ${attemptIds.length}`).toSorted()
}

/** The store's arithmetic leaves a trace behind the point. */
export function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms)
}

export function sortedDue({ due, nextInMs }: { readonly due: readonly object[]; readonly nextInMs: number | undefined }): unknown {
  return [due.map((each) => JSON.stringify(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted(), rounded(nextInMs)]
}
