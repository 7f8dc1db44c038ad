/** Every status an instance can have, as AWS spells it. `SCHEDULED` is ours: a place kept for an instance that others already wait for
 *  and whose interval is not due, or an instance that is on hold; it is never shown as a run.
 *  @see spec/behaviour.md 5 */
export type InstanceStatus = keyof typeof next

/** What may follow each status of an instance. Terminal statuses are followed only by a rerun, by marking finished, or by a backfill that
 *  keeps a place for running them again. */
export const next = {
  SCHEDULED: ['WAITING_ON_DEPENDENCIES', 'SKIPPED', 'CANCELED'],
  WAITING_ON_DEPENDENCIES: ['WAITING_FOR_RUNNER', 'RUNNING', 'CREATING', 'FINISHED', 'FAILED', 'CASCADE_FAILED', 'CANCELED'],
  WAITING_FOR_RUNNER: ['RUNNING', 'FINISHED', 'FAILED', 'CANCELED'],
  CREATING: ['RUNNING', 'FINISHED', 'FAILED', 'CANCELED', 'WAITING_ON_DEPENDENCIES'],
  RUNNING: ['FINISHED', 'FAILED', 'WAITING_FOR_RUNNER', 'SHUTTING_DOWN', 'TIMEDOUT', 'CANCELED'],
  // A machine that was lost, or ended after a failed attempt on it, is made again.
  SHUTTING_DOWN: ['FINISHED', 'FAILED', 'TIMEDOUT', 'CANCELED', 'WAITING_ON_DEPENDENCIES'],
  FINISHED: ['WAITING_ON_DEPENDENCIES', 'SCHEDULED'],
  FAILED: ['WAITING_ON_DEPENDENCIES', 'FINISHED', 'SCHEDULED'],
  CASCADE_FAILED: ['WAITING_ON_DEPENDENCIES', 'FINISHED', 'SCHEDULED'],
  CANCELED: ['WAITING_ON_DEPENDENCIES', 'FINISHED', 'SCHEDULED'],
  TIMEDOUT: ['WAITING_ON_DEPENDENCIES', 'FINISHED', 'SCHEDULED'],
  SKIPPED: ['WAITING_ON_DEPENDENCIES', 'FINISHED', 'SCHEDULED'],
} as const satisfies Record<string, readonly string[]>

/** Statuses that an instance leaves only when a person asks for it. */
const terminalStatuses = [
  'FINISHED',
  'FAILED',
  'CANCELED',
  'CASCADE_FAILED',
  'TIMEDOUT',
  'SKIPPED',
] as const satisfies readonly InstanceStatus[]

export function isTerminal(status: InstanceStatus): boolean {
  return (terminalStatuses as readonly InstanceStatus[]).includes(status)
}

/** Statuses of runs that have not ended. */
export const openStatuses: readonly InstanceStatus[] = (Object.keys(next) as InstanceStatus[]).filter(
  (status) => !isTerminal(status) && status !== 'SCHEDULED',
)

/** Whether an instance may go from `from` to `to` in one step. */
export function mayFollow(from: InstanceStatus, to: InstanceStatus): boolean {
  return (next[from] as readonly string[]).includes(to)
}
