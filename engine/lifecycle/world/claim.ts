import { changeAttempt, changeStatus, nextFence, readyOf } from './change.ts'
import type { World, WorldAttempt, WorldLane } from './state.ts'

/** Who claims, and for how long. */
export interface WorldClaimant {
  readonly workerId: string
  readonly hostname: string
  /** Asked in this order. */
  readonly groups: readonly string[]
  readonly lane: WorldLane
  readonly leaseMs: number
}

/** Claims up to `want` ready attempts: of each group in turn the highest priority, then the oldest. A claim gives a new fence and a lease. */
export function claimAttempts(world: World, claimant: WorldClaimant, want: number, now: number): WorldAttempt[] {
  const claimed: WorldAttempt[] = []
  for (const group of claimant.groups) {
    const ready = readyOf(world, group, claimant.lane)
    while (claimed.length < want && ready.length > 0) {
      const attempt = world.rules['of equals the highest priority is claimed'] ? ready.at(-1)! : ready[0]!
      take(world, attempt, claimant, now)
      claimed.push(attempt)
    }
  }
  return claimed
}

function take(world: World, attempt: WorldAttempt, { workerId, hostname, leaseMs }: WorldClaimant, now: number): void {
  changeAttempt(world, attempt, 'RUNNING')
  attempt.fence = nextFence(world)
  attempt.workerId = workerId
  attempt.hostname = hostname
  attempt.leaseUntil = now + leaseMs
  attempt.startTime ??= now
  changeStatus(world, attempt.instance, 'RUNNING')
}

/** Whether something that outranks `priority` waits for one of the groups. */
export function someoneOutranks(world: World, { groups, lane }: WorldClaimant, priority: number): boolean {
  for (const group of groups) {
    const next = readyOf(world, group, lane).at(-1)
    if (next && next.priority > priority) return true
  }
  return false
}

/** What a beat is answered. */
export type WorldVerdict = 'held' | 'canceled' | 'lost'

/** One beat for many attempts. */
export function renewLeases(
  world: World,
  beats: readonly { readonly attempt: number; readonly fence: number }[],
  leaseMs: number,
  now: number,
): WorldVerdict[] {
  return beats.map(({ attempt: id, fence }) => {
    const attempt = world.attempts[id - 1]
    if (attempt?.status === 'RUNNING' && attempt.fence === fence) {
      attempt.leaseUntil = now + leaseMs
      return 'held'
    }
    return attempt?.status === 'CANCELED' ? 'canceled' : 'lost'
  })
}
