import type { Reason } from '../../store/reasons.ts'
import { formatDuration } from './format-duration.ts'
import { oneLine } from './render-tree.ts'
import { nameOf } from './wait-words.ts'

/** Why an instance has not ended, as a sentence, and what a person can do about it. */
export interface Explanation {
  readonly sentence: string
  /** A command, or a few words where there is none. */
  readonly help: string | undefined
  /** A command that changes something: what failed runs again, or what is waited for is called done. */
  readonly mend?: string
}

export function explain(reason: Reason, pipelineId: string, now: Date): Explanation {
  const task = nameOf(reason.instanceKey)
  const on = nameOf(reason.object)
  const since = reason.since ? ` since ${clock(reason.since)} (${formatDuration(now.getTime() - reason.since.getTime())})` : ''
  const next = reason.nextTime ? clock(reason.nextTime) : 'the next moment'
  const why = `sluice why ${pipelineId} ${on}`
  const logs = `sluice logs ${pipelineId} ${task}`
  switch (reason.code) {
    case 'WAITING_FOR_INTERVAL':
      return { sentence: `${task} waits for its interval, which is due at ${next}.`, help: 'sluice up' }
    case 'PAUSED':
      return {
        sentence: `${task} is paused: this interval is kept until it is resumed.`,
        help: `sluice resume ${pipelineId} ${reason.object}`,
      }
    case 'MAX_ACTIVE':
      return {
        sentence: `${task} waits for its turn: as many of its runs are active as maxActiveInstances allows, or older ones come first.`,
        help: `sluice runs ${pipelineId}`,
      }
    case 'DEPENDENCY':
      return { sentence: `${task} waits${since} for ${on}${reason.detail ? `, which is ${reason.detail}` : ''}.`, help: why }
    case 'DEPENDENCY_FAILED':
      return {
        sentence: `${task} can never run: ${on}, which it depends on, is ${reason.detail ?? 'FAILED'}.`,
        help: `sluice logs ${pipelineId} ${on}`,
        mend: `sluice rerun ${pipelineId} ${on}${intervalOf(reason.object)}`,
      }
    case 'PRECONDITION':
      return { sentence: `${task} waits${since} until the precondition ${on} is true.`, help: why }
    case 'NOT_TRUE_YET':
      return {
        sentence: `${task} is not true${since}: ${oneLine(reason.object || 'its check said no')}; it is looked at again at ${next}.`,
        help: logs,
        mend: `sluice finish ${pipelineId} ${task}${intervalOf(reason.instanceKey)}`,
      }
    case 'RETRY_DELAY':
      return { sentence: `${task} failed and is tried again at ${next}${reason.detail ? `: ${oneLine(reason.detail)}` : '.'}`, help: logs }
    case 'RESOURCE':
      return { sentence: `${task} waits for the resource ${on}${reason.detail ? `, which is ${reason.detail}` : ''}.`, help: why }
    case 'POOL_FULL':
      return {
        sentence: `${task} waits for a slot of the pool ${reason.object}, which has ${reason.detail ?? '0'}.`,
        help: 'sluice pools',
        mend: `sluice pools set ${reason.object} ${Number(reason.detail ?? 0) + 1}`,
      }
    case 'NO_WORKER':
      return noWorker(task, reason.object)
    case 'QUEUED':
      return {
        sentence: `${task} is ready and waits for a free slot of a worker of the group ${reason.object}.`,
        help: `sluice runs ${pipelineId}`,
      }
    case 'RUNNING':
      return { sentence: `${task} is running${reason.hostname ? ` on ${reason.hostname}` : ''}${since}.`, help: logs }
    case 'RESOURCE_CREATING':
      return { sentence: `The resource ${task} is being created${since}.`, help: undefined }
    case 'SHUTTING_DOWN':
      return { sentence: `The resource ${task} is being shut down${reason.detail ? `: ${oneLine(reason.detail)}` : '.'}`, help: undefined }
    case 'RESOURCE_IDLE':
      return {
        sentence: `The resource ${task} is not needed yet: it is created for the first activity that is ready on it.`,
        help: undefined,
      }
    case 'ENDED':
      return {
        sentence: `${task} is ${reason.status}${reason.detail ? `: ${oneLine(reason.detail)}` : '.'}`,
        help: logs,
        // what failed because of something else runs again with that
        mend: reason.status === 'CASCADE_FAILED' ? undefined : `sluice rerun ${pipelineId} ${task}${intervalOf(reason.instanceKey)}`,
      }
  }
}

function noWorker(task: string, group: string): Explanation {
  const sentence = `${task} is ready, but no live worker serves the group ${group}.`
  return {
    sentence,
    help: group === 'default' ? 'sluice up' : `sluice up serves the group default: give ${task} that workerGroup, or none`,
  }
}

/** The option that names the interval of an instance key. */
function intervalOf(instanceKey: string): string {
  const start = /_(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)/.exec(instanceKey)?.[1]
  return start === undefined ? '' : ` --interval ${start.replace('T00:00:00', '')}`
}

/** Date and time in UTC, to the second. */
function clock(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
