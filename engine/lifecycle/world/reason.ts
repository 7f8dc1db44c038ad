import { ended, hasFailed, isMet } from './change.ts'
import type { WorldInstance } from './state.ts'

export type WorldReasonCode =
  | 'WAITING_FOR_INTERVAL'
  | 'PAUSED'
  | 'MAX_ACTIVE'
  | 'DEPENDENCY'
  | 'DEPENDENCY_FAILED'
  | 'PRECONDITION'
  | 'RETRY_DELAY'
  | 'NOT_TRUE_YET'
  | 'RESOURCE'
  | 'POOL_FULL'
  | 'QUEUED'
  | 'NO_WORKER'
  | 'RUNNING'
  | 'RESOURCE_CREATING'
  | 'RESOURCE_IDLE'
  | 'ENDED'

/** Why an instance is not running or has not ended: exactly one. */
export interface WorldReason {
  readonly code: WorldReasonCode
  /** What it waits for. */
  readonly on?: WorldInstance
  readonly nextTime?: number
}

/** `hasWorker` says whether a live worker serves a group. */
export function reasonOf(instance: WorldInstance, hasWorker: (group: string) => boolean): WorldReason {
  if (ended(instance)) return { code: 'ENDED' }
  switch (instance.status) {
    case 'SCHEDULED':
      if (instance.hold !== undefined) return { code: isPaused(instance) ? 'PAUSED' : 'MAX_ACTIVE' }
      return { code: 'WAITING_FOR_INTERVAL', nextTime: instance.due }
    case 'WAITING_ON_DEPENDENCIES':
      return waitingOnDependencies(instance)
    case 'WAITING_FOR_RUNNER':
      return waitingForRunner(instance, hasWorker)
    case 'CREATING':
      return { code: 'RESOURCE_CREATING' }
    default:
      return { code: 'RUNNING' }
  }
}

function isPaused({ pipeline: { components }, component, referrer }: WorldInstance): boolean {
  return (components.get(component)?.paused || components.get(referrer)?.paused) ?? false
}

function waitingOnDependencies({ family, producers }: WorldInstance): WorldReason {
  const open = producers.filter(({ producer }) => !isMet(producer))
  const failed = open.filter(({ producer }) => hasFailed(producer))
  const among = failed.length > 0 ? failed : open
  const blocker = among.toSorted(
    (a, b) => Number(a.kind === 'precondition') - Number(b.kind === 'precondition') || a.producer.id - b.producer.id,
  )[0]
  if (!blocker) return { code: family === 'resource' ? 'RESOURCE_IDLE' : 'DEPENDENCY' }
  if (failed.length > 0) return { code: 'DEPENDENCY_FAILED', on: blocker.producer }
  return { code: blocker.kind === 'precondition' ? 'PRECONDITION' : 'DEPENDENCY', on: blocker.producer }
}

function waitingForRunner(instance: WorldInstance, hasWorker: (group: string) => boolean): WorldReason {
  const attempt = instance.attempts.at(-1)
  if (attempt?.held === 'CHECK') return { code: 'NOT_TRUE_YET', nextTime: attempt.availableTime }
  if (attempt?.held === 'RETRY_DELAY') return { code: 'RETRY_DELAY', nextTime: attempt.availableTime }
  if (attempt?.held === 'POOL') return { code: 'POOL_FULL' }
  if (attempt?.held === 'RESOURCE') return { code: 'RESOURCE', on: instance.resource }
  return { code: hasWorker(instance.group) ? 'QUEUED' : 'NO_WORKER' }
}
