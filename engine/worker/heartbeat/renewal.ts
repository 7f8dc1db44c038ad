import type { Progress } from '../../spec/context.ts'

/** What a beat says of one attempt. */
export interface Beat {
  readonly attemptId: string
  readonly fence: string
  readonly progress?: Progress
}

export type Verdict = 'held' | 'canceled' | 'lost'

/** Renews leases where they are kept: the store, or an agent's server. */
export interface LeaseRenewal {
  /** One verdict for each beat, in order, all in one round trip. */
  renew(beats: readonly Beat[]): Promise<readonly Verdict[]>
  close(): Promise<void> | void
}

/** What the module named to `startHeartbeat` exports. Runs in the heartbeat's thread, with a connection of its own. */
export interface LeaseRenewalModule {
  openLeaseRenewal(config: unknown): LeaseRenewal | Promise<LeaseRenewal>
}

/** From the main thread to the heartbeat's. */
export type ToThread =
  | { readonly type: 'watch'; readonly attempt: WatchedAttempt }
  | { readonly type: 'progress'; readonly attemptId: string; readonly progress: Progress }
  | { readonly type: 'child'; readonly attemptId: string; readonly group: number; readonly mark: string }
  | { readonly type: 'childGone'; readonly attemptId: string; readonly group: number }
  | { readonly type: 'forget'; readonly attemptId: string }
  /** Beat now: something may have been cancelled. */
  | { readonly type: 'beat' }
  | { readonly type: 'close' }

/** From the heartbeat's thread to the main one. */
export type FromThread =
  | { readonly type: 'verdict'; readonly attemptId: string; readonly verdict: 'canceled' | 'lost'; readonly because: string }
  | { readonly type: 'ping'; readonly count: number }

export interface WatchedAttempt {
  readonly attemptId: string
  readonly fence: string
  readonly leaseMs: number
  /** Since when the lease surely runs, on the machine's monotonic clock. */
  readonly renewedMs: number
  readonly progress?: Progress
}
