import type { Reason } from '../../store/reasons.ts'
import { formatClock } from './format-time.ts'

/** Why a task waits, in a few words for a line of a tree; empty when there is nothing worth saying. */
export function waitWords({ code, object, nextTime, detail }: Reason): string {
  const next = nextTime ? ` at ${formatClock(nextTime)}` : ''
  switch (code) {
    case 'DEPENDENCY':
      return `waits for ${nameOf(object)}`
    case 'PRECONDITION':
      return `waits until ${nameOf(object)} is true`
    case 'DEPENDENCY_FAILED':
      return `cannot run: ${nameOf(object)} is ${detail ?? 'FAILED'}`
    case 'NOT_TRUE_YET':
      return `not yet: ${object || 'not true'}${next && `, looks again${next}`}`
    case 'RETRY_DELAY':
      return `tries again${next}`
    case 'RESOURCE':
      return `waits for the resource ${nameOf(object)}${detail ? ` (${detail})` : ''}`
    case 'POOL_FULL':
      return `waits for a slot of the pool ${object}`
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
    case 'SHUTTING_DOWN':
      return 'being shut down'
    case 'RESOURCE_CREATING':
      return 'being created'
    case 'RUNNING':
    case 'ENDED':
      return ''
  }
}

/** The component of an instance key: `load` of `@load_2026-01-01T00:00:00`. */
export function nameOf(instanceKey: string): string {
  return /^@(.+)_\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(instanceKey)?.[1] ?? instanceKey
}
