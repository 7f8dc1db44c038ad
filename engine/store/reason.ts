import type { InstanceStatus } from '../lifecycle/statuses.ts'

/** Why an instance is not running or has not ended: exactly one of these for each that has not ended. */
export type ReasonCode =
  | 'WAITING_FOR_INTERVAL'
  | 'PIPELINE_INACTIVE'
  | 'PAUSED'
  | 'MAX_ACTIVE'
  | 'DEPENDENCY'
  | 'DEPENDENCY_FAILED'
  | 'PRECONDITION'
  | 'NOT_TRUE_YET'
  | 'NO_PERMISSION'
  | 'RETRY_DELAY'
  | 'RESOURCE'
  | 'RESOURCE_CREATING'
  | 'RESOURCE_IDLE'
  | 'POOL_FULL'
  | 'NO_WORKER'
  | 'QUEUED'
  | 'RUNNING'
  | 'SHUTTING_DOWN'
  | 'ENDED'

/** An instance that another waits for. */
export interface WaitedFor {
  readonly instanceId: string
  /** As commands take it. */
  readonly task: string
  readonly interval: Date
  readonly status: InstanceStatus
}

/** Times are UTC. */
export interface Reason {
  readonly instanceId: string
  readonly instanceKey: string
  /** As commands take it: of a precondition that guards several, `arrived/load`. */
  readonly task: string
  /** Start of the interval. */
  readonly interval: Date
  readonly family: string
  readonly status: InstanceStatus
  readonly code: ReasonCode
  /** What it waits for: a task, a component that is paused, a worker group, a pipeline; itself, where it waits for nothing but time. */
  readonly object: string
  /** The instance that it waits for, where it is one; of DEPENDENCY_FAILED where the failure began. */
  readonly waitsFor: WaitedFor | undefined
  readonly since: Date | undefined
  /** When it is looked at next, where that is by the clock. */
  readonly nextTime: Date | undefined
  /** Where it runs. */
  readonly hostname: string | undefined
  /** What is known besides: the answer of a precondition, the error before a retry, the status of what it waits for, or how it ended. */
  readonly detail: string | undefined
  /** Worker groups that live workers serve; none when no worker is live. */
  readonly served: readonly string[]
}
