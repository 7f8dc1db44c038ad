import type { Lane, Settlement, SettleResult, Task } from './task.ts'

/** Who claims. */
export interface Claimant {
  readonly workerId: string
  readonly hostname: string
  readonly groups: readonly string[]
}

/** Ownership of attempts, kept in the store (or in memory, for tests): what a task source needs of it. */
export interface Claims {
  /** Claims up to `want` ready attempts of the claimant's groups, highest priority first, oldest first. Empty when none is ready.
   *
   *  With `hinted`, ids of attempts, not everything need be looked at each time: these, what is new, and the rest within a second of the call
   *  before. So it is for who calls it again and again, and hears of hints. */
  claim(claimant: Claimant, lane: Lane, want: number, hinted?: readonly string[]): Promise<readonly Task[]>
  settle(
    claimant: Claimant,
    lane: Lane,
    settlements: readonly Settlement[],
    want: number,
  ): Promise<SettleResult & { readonly hints: readonly Hint[] }>
  /** Up to `want` attempts of the lane that are claimed in the claimant's name with other fences than the `known` ones: what it was given in an
   *  answer that was lost. Their leases begin anew. */
  unheard(claimant: Claimant, lane: Lane, known: readonly string[], want: number): Promise<readonly Task[]>
  /** Hints committed but not yet offered, without what was claimed meanwhile; taken away so that no one else offers them. The sweep offers
   *  again what gets lost. */
  takeHints(limit: number): Promise<readonly Hint[]>
}

/** Says: group G has ready attempts in this lane, look now. Never the work itself. */
export interface Hint {
  readonly group: string
  readonly lane: Lane
  readonly attemptIds: readonly string[]
}
