import { advance, attemptAll, lowerCounts } from './advance.ts'
import { changeAttempt, changeStatus, end, fire, isHoused, nextFence } from './change.ts'
import { claimAttempts, someoneOutranks, type WorldClaimant } from './claim.ts'
import { cancelInstances, failAttempt, type WorldError } from './fail.ts'
import { hintsOf, writeHints } from './hints.ts'
import { fillPools } from './pools.ts'
import type { World, WorldAttempt, WorldHint, WorldInstance } from './state.ts'

/** How an attempt ended, or was given back. */
export type WorldOutcome =
  | { readonly status: 'FINISHED' }
  | ({ readonly status: 'FAILED' } & WorldError)
  | { readonly status: 'CANCELED'; readonly reason: string }
  | { readonly status: 'RELEASED' }
  | { readonly status: 'FALSE'; readonly because: string; readonly delayMs: number }

export interface WorldSettlement {
  readonly attempt: number
  readonly fence: number
  readonly outcome: WorldOutcome
  readonly retryDelayMs: number
}

export interface WorldSettleAnswer {
  /** One a settlement, in order. */
  readonly accepted: readonly boolean[]
  readonly claimed: readonly WorldAttempt[]
  /** For what was readied and not claimed. */
  readonly hints: readonly WorldHint[]
}

/** Everything that follows from endings, in one step: completes the attempts (fence checked), lowers the counts of their consumers, readies
 *  them, and claims up to `want` for the worker that settles: those it readied first, then any that wait. A settlement whose fence is not the
 *  newest changes nothing, unless the very same ending was stored before: then it is accepted again. */
export function settle(
  world: World,
  claimant: WorldClaimant,
  settlements: readonly WorldSettlement[],
  want: number,
  now: number,
): WorldSettleAnswer {
  const alone = settlements.length === 1 && settlements[0]!.outcome.status === 'FINISHED' && leadsToOne(world, claimant, settlements[0]!)
  const done = settlements.map((settlement) => settlement.outcome.status === 'FINISHED' && finishAttempt(world, settlement, now))
  const finished = settlements.filter((_, index) => done[index]).map(({ attempt }) => world.attempts[attempt - 1]!.instance)
  const moved = finished.filter((instance) => instance.status === 'RUNNING')
  for (const instance of moved) {
    end(world, instance, 'FINISHED', now)
    instance.errorId = undefined
    instance.errorMessage = undefined
    fire(world, instance, 'onSuccess', now)
  }
  const first = firstHop(world, moved, claimant, want, now)
  const claimed = [...first.claimed]
  if (first.nodes.length > 0) claimed.push(...advance(world, first.nodes, [], now, claimant, want - claimed.length))
  const accepted = settlements.map((settlement, index) => done[index]! || settleOther(world, settlement, now))
  fillPools(world)
  // What leads to one task alone is settled by plain statements, which claim no more than that.
  if (!alone) claimed.push(...claimAttempts(world, claimant, want - claimed.length, now))
  return { accepted, claimed, hints: hintsOf(first.waiting) }
}

function finishAttempt(world: World, { attempt: id, fence }: WorldSettlement, now: number): boolean {
  const attempt = world.attempts[id - 1]
  if (attempt?.status !== 'RUNNING') {
    if (attempt?.status === 'FINISHED' && !world.rules['an ending that was stored before changes nothing'])
      fire(world, attempt.instance, 'onSuccess', now)
    return false
  }
  if (attempt.fence !== fence && world.rules['a settlement is accepted only with the newest fence']) return false
  changeAttempt(world, attempt, 'FINISHED')
  attempt.endTime = now
  attempt.leaseUntil = undefined
  return true
}

/** From what FINISHED to those that waited for it directly. */
function firstHop(
  world: World,
  moved: readonly WorldInstance[],
  claimant: WorldClaimant,
  want: number,
  now: number,
): { claimed: readonly WorldAttempt[]; waiting: readonly WorldAttempt[]; nodes: readonly WorldInstance[] } {
  const met = lowerCounts(world, moved).filter(({ waiting }) => waiting === 0)
  const nodes = met.filter(({ family }) => family === 'datanode')
  for (const node of nodes) end(world, node, 'FINISHED', now)
  const ready = met.filter(({ family }) => family === 'activity' || family === 'precondition')
  // Only when nobody of a higher rank already waits may the worker go straight on with what it readied.
  const mayTake = ({ priority }: WorldInstance): boolean => !someoneOutranks(world, claimant, priority)
  return { ...attemptAll(world, ready, now, claimant, want, mayTake), nodes }
}

/** Whether an ending readies exactly one activity that the claimant goes on with. */
function leadsToOne(world: World, claimant: WorldClaimant, { attempt: id, fence }: WorldSettlement): boolean {
  const attempt = world.attempts[id - 1]
  if (attempt?.status !== 'RUNNING' || attempt.fence !== fence || attempt.instance.status !== 'RUNNING') return false
  const { consumers, fires, pool } = attempt.instance
  const next = consumers[0]?.consumer
  return (
    pool === undefined &&
    consumers.length === 1 &&
    !fires.includes('onSuccess') &&
    next?.status === 'WAITING_ON_DEPENDENCIES' &&
    next.waiting === 1 &&
    next.family === 'activity' &&
    next.resource === undefined &&
    next.pool === undefined &&
    next.lane === claimant.lane &&
    claimant.groups.includes(next.group) &&
    !someoneOutranks(world, claimant, next.priority)
  )
}

/** An ending that is not FINISHED, or one that is not the newest claim's. True when it is accepted. */
function settleOther(world: World, { attempt: id, fence, outcome, retryDelayMs }: WorldSettlement, now: number): boolean {
  const attempt = world.attempts[id - 1]
  if (!attempt) return false
  const isNewest = attempt.fence === fence || !world.rules['a settlement is accepted only with the newest fence']
  if (attempt.status !== 'RUNNING') {
    if (outcome.status === 'FAILED') return isNewest && attempt.status === 'FAILED' && attempt.errorId === outcome.errorId
    return isNewest && attempt.status === 'FINISHED' && outcome.status === 'FINISHED'
  }
  if (!isNewest || outcome.status === 'FINISHED') return false
  const { instance } = attempt
  switch (outcome.status) {
    case 'FAILED':
      failAttempt(world, attempt, outcome, retryDelayMs, now)
      break
    case 'CANCELED':
      cancelInstances(world, [instance], outcome.reason, now)
      break
    case 'RELEASED':
      release(world, attempt)
      break
    case 'FALSE':
      changeAttempt(world, attempt, 'WAITING_FOR_RUNNER', 'CHECK')
      attempt.availableTime = now + outcome.delayMs
      attempt.leaseUntil = undefined
      attempt.checkCount++
      attempt.checkBecause = outcome.because
      if (instance.status === 'RUNNING') changeStatus(world, instance, 'WAITING_FOR_RUNNER')
      break
  }
  return true
}

/** Handed back by a stopping worker. */
function release(world: World, attempt: WorldAttempt): void {
  const { instance } = attempt
  changeAttempt(world, attempt, 'WAITING_FOR_RUNNER', isHoused(instance) ? undefined : 'RESOURCE')
  attempt.fence = nextFence(world)
  attempt.workerId = undefined
  attempt.leaseUntil = undefined
  if (!world.rules['what is handed back costs no try']) instance.triesLeft = Math.max(0, instance.triesLeft - 1)
  if (instance.status === 'RUNNING') changeStatus(world, instance, 'WAITING_FOR_RUNNER')
  writeHints(world, [attempt])
}
