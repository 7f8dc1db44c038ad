import { createHash } from 'node:crypto'
import type { Task } from '../queue/task.ts'
import type { InstanceIdentity } from '../spec/context.ts'

/** Which run a task is, in the words that activities and data nodes use. */
export function identityOf(task: Task, pipelineName: string): InstanceIdentity {
  return {
    pipelineId: task.pipelineId,
    pipelineName,
    componentId: task.componentId,
    instanceId: task.instanceKey,
    attemptNumber: task.attemptNumber,
    attemptKey: attemptKey(task),
    publishKey: `${task.pipelineId}/${task.instanceKey}/${task.publication}`,
    scheduledStartTime: instant(task.scheduledStartTime),
    scheduledEndTime: instant(task.scheduledEndTime),
  }
}

/** Unique to the claim: the attempt and its fence, hashed where they would not fit a table's name. */
function attemptKey({ attemptId, fence }: Pick<Task, 'attemptId' | 'fence'>): string {
  const plain = `a${attemptId}_${fence}`
  return /^[a-z0-9_]{1,40}$/.test(plain) ? plain : `h${createHash('sha256').update(`${attemptId}\0${fence}`).digest('hex').slice(0, 39)}`
}

/** A time of a task: ISO in UTC, with or without the zone's letter. */
export function instant(text: string): Date {
  return new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
}
