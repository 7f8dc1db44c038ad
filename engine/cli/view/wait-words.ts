import type { Reason } from '../../store/reason.ts'
import { formatClock } from './format-time.ts'

/** Why a task waits, in a few words for a line of a tree; empty when there is nothing worth saying. */
export function waitWords({ code, object, nextTime, detail }: Reason): string {
  const next = nextTime ? ` at ${formatClock(nextTime)}` : ''
  switch (code) {
    case 'DEPENDENCY':
      return `waits for ${shownName(object)}`
    case 'PRECONDITION':
      return `waits until ${shownName(object)} is true`
    case 'DEPENDENCY_FAILED':
      return `cannot run: ${shownName(object)} is ${detail ?? 'FAILED'}`
    case 'NOT_TRUE_YET':
      return `not yet: ${detail ?? 'not true'}${next && `, looks again${next}`}`
    case 'NO_PERMISSION':
      return `no permission: ${detail ?? 'refused'}${next && `, tries again${next}`}`
    case 'RETRY_DELAY':
      return `tries again${next}`
    case 'RESOURCE':
      return `waits for the resource ${shownName(object)}${detail ? ` (${detail})` : ''}`
    case 'NO_WORKER':
      return `no worker serves the group ${object}`
    case 'QUEUED':
      return 'waits for a free worker'
    case 'PAUSED':
      return 'paused'
    case 'MAX_ACTIVE':
      return 'waits for its turn'
    case 'WAITING_FOR_INTERVAL':
      return nextTime ? `due${next}` : 'waits for its interval'
    case 'RESOURCE_IDLE':
      return 'not needed yet'
    case 'RESOURCE_CREATING':
      return 'being created'
    case 'PIPELINE_INACTIVE':
      return `kept: the pipeline is ${object}`
    case 'POOL_FULL':
      return `waits for a slot of the pool ${object}`
    case 'SHUTTING_DOWN':
      return 'being shut down'
    case 'RUNNING':
    case 'ENDED':
      return ''
  }
}

/** A task's name for reading: of a precondition that guards several `arrived of load`, which commands take as `arrived/load`. */
export function shownName(task: string): string {
  return task.replace('/', ' of ')
}
