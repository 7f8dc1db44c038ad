import { byId, byRank, changeStatus, end, fire, isHoused, makeAttempt, nextFence } from './change.ts'
import { someoneOutranks, type WorldClaimant } from './claim.ts'
import { writeHints } from './hints.ts'
import { fillPools } from './pools.ts'
import type { World, WorldAttempt, WorldInstance } from './state.ts'

/** What follows from instances that became FINISHED or SKIPPED, and from instances whose last dependency is met: lowers the counts of
 *  consumers, finishes data nodes that wait for nothing more, and so on through them, and makes an attempt for all that became ready. Up to
 *  `want` of those are claimed at once. Returns the claimed; the rest get hints. */
export function advance(
  world: World,
  finished: readonly WorldInstance[],
  ready: readonly WorldInstance[],
  now: number,
  claimant?: WorldClaimant,
  want = 0,
): WorldAttempt[] {
  const readied = [...ready]
  for (let ending = finished; ending.length > 0;) {
    for (const instance of ending) if (instance.status === 'FINISHED') fire(world, instance, 'onSuccess', now)
    const more: WorldInstance[] = []
    for (const consumer of lowerCounts(world, ending)) {
      if (consumer.waiting !== 0) continue
      if (consumer.family === 'datanode') {
        end(world, consumer, 'FINISHED', now)
        more.push(consumer)
      } else if (consumer.family !== 'resource') readied.push(consumer)
    }
    ending = more
  }
  if (readied.length === 0) return []
  const rank = Math.max(...readied.map(({ priority }) => priority))
  const mayClaim = claimant && want > 0 && !someoneOutranks(world, claimant, rank)
  const { claimed, waiting } = attemptAll(world, readied, now, claimant, mayClaim ? want : 0)
  writeHints(world, waiting)
  fillPools(world)
  return claimed
}

/** Counts one less for each edge from what ended; returns those that wait and were counted, by id. */
export function lowerCounts(world: World, ending: readonly WorldInstance[]): WorldInstance[] {
  const lowered = new Set<WorldInstance>()
  const step = world.rules['a count is lowered once'] ? 1 : 2
  for (const producer of ending) {
    for (const { consumer } of producer.consumers) {
      if (consumer.status !== 'WAITING_ON_DEPENDENCIES') continue
      consumer.waiting -= step
      lowered.add(consumer)
      world.watch.changed(consumer, consumer.status)
    }
  }
  return [...lowered].toSorted(byId)
}

/** Makes an attempt for each that waits for nothing more; the first `want` that the claimant may run are born RUNNING.
 *  `mayTake` says so of one by one, where that matters. */
export function attemptAll(
  world: World,
  readied: readonly WorldInstance[],
  now: number,
  claimant: WorldClaimant | undefined,
  want: number,
  mayTake: (instance: WorldInstance) => boolean = () => true,
): { claimed: WorldAttempt[]; waiting: WorldAttempt[] } {
  const claimed: WorldAttempt[] = []
  const waiting: WorldAttempt[] = []
  let rank = 0
  // Decided before anything is made: what is made now outranks nobody.
  const decided = readied
    .filter(({ status }) => status === 'WAITING_ON_DEPENDENCIES')
    .toSorted(byRank)
    .map((instance) => {
      const housed = isHoused(instance) || !world.rules['an activity waits for its resource']
      const fits =
        housed &&
        instance.pool === undefined &&
        claimant !== undefined &&
        instance.lane === claimant.lane &&
        claimant.groups.includes(instance.group)
      if (fits) rank++
      return { instance, housed, claims: fits && rank <= want && mayTake(instance) }
    })
  for (const { instance, housed, claims } of decided) {
    instance.attemptCount++
    instance.triesLeft = Math.max(instance.triesLeft - 1, 0)
    changeStatus(world, instance, claims ? 'RUNNING' : 'WAITING_FOR_RUNNER')
    const attempt = makeAttempt(world, {
      instance,
      number: instance.attemptCount,
      status: claims ? 'RUNNING' : 'WAITING_FOR_RUNNER',
      held: !housed ? 'RESOURCE' : instance.pool === undefined ? undefined : 'POOL',
      checkSince: instance.lane === 'precondition' ? now : undefined,
      ...(claims && claimant
        ? {
            fence: nextFence(world),
            workerId: claimant.workerId,
            hostname: claimant.hostname,
            leaseUntil: now + claimant.leaseMs,
            startTime: now,
          }
        : {}),
    })
    if (claims) claimed.push(attempt)
    else if (attempt.held === undefined) waiting.push(attempt)
  }
  return { claimed, waiting }
}
