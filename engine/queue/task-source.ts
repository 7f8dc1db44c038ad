import type { Lane, Settlement, SettleResult, Task } from './task.ts'

/** Where a worker gets its tasks and says how they ended. Variants: `bullmq` (Redis or PostgreSQL), `memory`, and over HTTPS for agents.
 *  One conformance suite, `test/conformance/task-source.ts`, holds for all. */
export interface TaskSource {
  /** Starts listening for `lanes` of the worker groups. */
  start(): Promise<void>
  /** Waits until at least one task of the lane is claimed for this worker, and returns up to `want` of them, best first.
   *  Resolves with an empty list only when `signal` is aborted. A connection that fails is retried with backoff, not thrown. */
  take(lane: Lane, want: number, signal: AbortSignal): Promise<readonly Task[]>
  /** Reports endings, all in one durable commit, and claims up to `want` further tasks of the lane in the same commit.
   *  Safe to repeat: a settlement already stored is accepted again and changes nothing. */
  settle(lane: Lane, settlements: readonly Settlement[], want: number): Promise<SettleResult>
  /** Stops listening; `take` calls under way resolve empty. Tasks already taken stay claimed. */
  close(): Promise<void>
}
