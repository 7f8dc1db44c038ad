import { byId, changeAttempt, changeStatus, end, ended, fire, heldFor, makeAttempt, nextFence } from './change.ts'
import { writeHints } from './hints.ts'
import type { World, WorldAttempt, WorldInstance } from './state.ts'

export interface WorldError {
  readonly errorId: string
  readonly errorMessage: string
  /** False uses up all tries. */
  readonly retry: boolean
}

/** The attempt FAILED. With tries left the next one is made and held until the delay is over; else the instance is FAILED, its onFail is noted
 *  and the failure flows to its consumers.
 *  @see spec/behaviour.md 5.4 and 7 */
export function failAttempt(world: World, attempt: WorldAttempt, error: WorldError, delayMs: number, now: number): void {
  changeAttempt(world, attempt, 'FAILED')
  attempt.endTime = now
  attempt.leaseUntil = undefined
  attempt.errorId = error.errorId
  attempt.errorMessage = error.errorMessage
  const { instance } = attempt
  if (instance.status !== 'RUNNING' && instance.status !== 'WAITING_FOR_RUNNER') return
  endAfterFailure(world, instance.resource, now)
  instance.errorId = error.errorId
  instance.errorMessage = error.errorMessage
  if (error.retry && (instance.triesLeft > 0 || !world.rules['tries are counted'])) return tryAgain(world, instance, delayMs, now)
  end(world, instance, 'FAILED', now)
  fire(world, instance, 'onFail', now)
  spreadFailure(world, [instance], now)
}

/** A resource that says so is shut down after a failed attempt on it, and made again for the next one. */
function endAfterFailure(world: World, resource: WorldInstance | undefined, now: number): void {
  if (resource?.status !== 'RUNNING' || resource.rules?.onTaskFailure !== 'terminate') return
  changeStatus(world, resource, 'SHUTTING_DOWN')
  resource.endsAs = 'WAITING_ON_DEPENDENCIES'
  resource.triesLeft = resource.maximumRetries + 1
  resource.leaseUntil = now
  resource.deadline = undefined
}

function tryAgain(world: World, instance: WorldInstance, delayMs: number, now: number): void {
  const waits = delayMs > 0 && world.rules['a retry waits for its delay']
  instance.attemptCount++
  instance.triesLeft--
  changeStatus(world, instance, 'WAITING_FOR_RUNNER')
  const next = makeAttempt(world, {
    instance,
    number: instance.attemptCount,
    status: 'WAITING_FOR_RUNNER',
    held: waits ? 'RETRY_DELAY' : heldFor(instance),
    availableTime: now + delayMs,
    checkSince: instance.lane === 'precondition' ? now : undefined,
  })
  if (next.held === undefined) writeHints(world, [next])
}

/** What a failed or cancelled instance does to those that wait for it: a referrer fails with its precondition; consumers in mode `cascade` are
 *  CASCADE_FAILED, and so on; preconditions of the failed are CANCELED.
 *  @see spec/behaviour.md 9 */
export function spreadFailure(world: World, instances: readonly WorldInstance[], now: number): void {
  let failed = new Map(
    instances.map((instance) => [instance, instance.status === 'CASCADE_FAILED' ? originOf(instance) : instance.component]),
  )
  while (failed.size > 0) {
    if (world.rules['preconditions of what failed are cancelled']) cancelGuards(world, [...failed.keys()], now)
    const hit = new Map<WorldInstance, Hit>()
    for (const [producer, origin] of failed) {
      if (producer.family === 'datanode' && !world.rules['a failure goes on through data nodes']) continue
      for (const { consumer, kind } of producer.consumers) {
        const failedCheck = kind === 'precondition' && producer.status === 'FAILED'
        // What guards a data node waits for its writers as well, but its lot is that of the node.
        if (consumer.status !== 'WAITING_ON_DEPENDENCIES' || consumer.family === 'precondition' || !(consumer.cascade || failedCheck))
          continue
        const known = hit.get(consumer)
        const { cause, origin: began } =
          known && isBefore(known, producer.component, origin) ? known : { cause: producer.component, origin }
        hit.set(consumer, { failedCheck: failedCheck || known?.failedCheck === true, cause, origin: began })
      }
    }
    for (const [instance, { failedCheck, cause, origin }] of hit) {
      end(world, instance, failedCheck ? 'FAILED' : 'CASCADE_FAILED', now)
      instance.errorId = failedCheck ? 'PreconditionFailed' : 'CascadeFailed'
      const began = origin === cause ? '' : `, which began with ${origin}`
      instance.errorMessage = failedCheck ? `Its precondition ${cause} failed.` : `${cause} failed${began}.`
      fire(world, instance, 'onFail', now)
    }
    failed = new Map([...hit].map(([instance, { failedCheck, origin }]) => [instance, failedCheck ? instance.component : origin]))
  }
}

interface Hit {
  readonly failedCheck: boolean
  /** What it depends on. */
  readonly cause: string
  /** Where that failure began. */
  readonly origin: string
}

function isBefore({ cause, origin }: Hit, otherCause: string, otherOrigin: string): boolean {
  return cause === otherCause ? origin < otherOrigin : cause < otherCause
}

/** Where the failure of what is CASCADE_FAILED began: the farthest of what it depends on that failed. */
function originOf(instance: WorldInstance): string {
  let farthest: WorldInstance[] = [instance]
  for (;;) {
    const before = new Set(
      farthest.flatMap(({ producers }) =>
        producers.flatMap(({ producer, kind }) => (kind !== 'precondition' && hasFailed(producer) ? [producer] : [])),
      ),
    )
    if (before.size === 0) return farthest.toSorted(byId)[0]!.component
    farthest = [...before]
  }
}

function hasFailed({ status }: WorldInstance): boolean {
  return status === 'FAILED' || status === 'CANCELED' || status === 'CASCADE_FAILED' || status === 'TIMEDOUT'
}

function cancelGuards(world: World, failed: readonly WorldInstance[], now: number): void {
  for (const { producers } of failed) {
    for (const { producer, kind } of producers) {
      if (kind !== 'precondition' || ended(producer) || producer.status === 'SCHEDULED') continue
      cancelAttempts(world, [producer], now)
      end(world, producer, 'CANCELED', now)
      producer.cancellationReason = 'what it guards has failed'
    }
  }
}

/** Takes the fence of what waits or runs, so that nothing it does can be published any more. */
export function cancelAttempts(world: World, instances: readonly WorldInstance[], now: number): void {
  for (const { attempts } of instances) {
    const attempt = attempts.at(-1)
    if (attempt?.status !== 'WAITING_FOR_RUNNER' && attempt?.status !== 'RUNNING') continue
    if (!world.rules['what is cancelled loses its fence']) continue
    changeAttempt(world, attempt, 'CANCELED', attempt.held)
    attempt.endTime = now
    attempt.leaseUntil = undefined
    attempt.fence = nextFence(world)
  }
}

/** Cancels those that have not ended, and with a resource what runs on it. A resource that is up is shut down and CANCELED then. Returns those
 *  that were cancelled. */
export function cancelInstances(world: World, instances: readonly WorldInstance[], reason: string, now: number): WorldInstance[] {
  const all = [...new Set([...instances, ...instances.flatMap(({ housed }) => housed)])].toSorted(byId)
  cancelAttempts(world, all, now)
  const canceled = all.filter(
    (instance) =>
      !ended(instance) &&
      instance.hold === undefined &&
      (instance.family !== 'resource' ||
        instance.status === 'SCHEDULED' ||
        instance.status === 'WAITING_ON_DEPENDENCIES' ||
        instance.status === 'CREATING'),
  )
  for (const instance of canceled) {
    end(world, instance, 'CANCELED', now)
    instance.cancellationReason = reason
    instance.leaseUntil = undefined
    instance.deadline = undefined
  }
  spreadFailure(world, canceled, now)
  return [...canceled, ...all.filter((instance) => endAsCanceled(world, instance, reason, now))]
}

/** A resource that is up is shut down, and CANCELED then. */
function endAsCanceled(world: World, resource: WorldInstance, reason: string, now: number): boolean {
  const { family, status, endsAs } = resource
  if (family !== 'resource') return false
  const isGoingOn = status === 'SHUTTING_DOWN' && (endsAs ?? 'WAITING_ON_DEPENDENCIES') === 'WAITING_ON_DEPENDENCIES'
  if (status !== 'RUNNING' && !isGoingOn) return false
  changeStatus(world, resource, 'SHUTTING_DOWN')
  world.watch.changed(resource, resource.status)
  resource.endsAs = 'CANCELED'
  resource.cancellationReason = reason
  resource.deadline = undefined
  resource.availableTime = undefined
  resource.leaseUntil ??= now
  return true
}
