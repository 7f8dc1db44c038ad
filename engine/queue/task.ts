/** A task: one attempt of one instance, claimed. Plain JSON: it crosses threads and, for agents, the network. */
export interface Task {
  readonly attemptId: string
  /** Number of this claim: greater for each claim of any attempt of the instance. Every report names it. */
  readonly fence: string
  /** Opaque, new for each claim: what the wire API calls taskId. */
  readonly taskId: string
  readonly pipelineId: string
  readonly version: number
  readonly instanceId: string
  readonly instanceKey: string
  readonly componentId: string
  /** For a precondition: the component that waits for it, in the same interval. */
  readonly referrer?: { readonly componentId: string }
  readonly attemptNumber: number
  /** Raised each time it runs again after it had ended. */
  readonly rerun: number
  /** Raised by each rerun that a person asks for; part of the publish key. */
  readonly publication: number
  readonly scheduledStartTime: string
  readonly scheduledEndTime: string
  readonly actualStartTime: string
  /** When the lease ends unless renewed, in milliseconds from the moment of the claim. */
  readonly leaseMs: number
  /** For how long it may have been claimed when the source handed it over: how long the answer was under way. Absent when that was short. */
  readonly claimAgeMs?: number
  /** How often a precondition was found false in this attempt, and since when it is being checked (ISO, UTC). */
  readonly checks?: { readonly count: number; readonly since: string }
}

/** How an attempt ended, or was given back. */
export type Outcome =
  | { readonly status: 'FINISHED' }
  /** `retry: false` uses up all tries. */
  | {
      readonly status: 'FAILED'
      readonly errorId: string
      readonly errorMessage: string
      readonly errorStackTrace?: string
      readonly retry: boolean
    }
  | { readonly status: 'CANCELED'; readonly reason: string }
  /** Handed back by a stopping worker: costs no try. */
  | { readonly status: 'RELEASED' }
  /** A precondition that is not true yet: looked at again after `delayMs`, costs no try. Of the kind NO_PERMISSION when the look was refused. */
  | { readonly status: 'FALSE'; readonly because: string; readonly kind?: 'NO_PERMISSION'; readonly delayMs: number }

export interface Settlement {
  readonly attemptId: string
  readonly fence: string
  readonly outcome: Outcome
  /** Milliseconds until a failed attempt may be tried again, from `retryDelay`. */
  readonly retryDelayMs: number
  readonly progress?: Readonly<Record<string, unknown>>
}

/** Which tasks a slot may hold: preconditions have slots of their own, so that waiting holds no activity's. */
export type Lane = 'activity' | 'precondition'

/** What `settle` answers for each settlement, in order: false when the fence was no longer the newest and nothing changed. */
export interface SettleResult {
  readonly accepted: readonly boolean[]
  /** Tasks claimed in the same commit for the slots that became free. */
  readonly next: readonly Task[]
}
