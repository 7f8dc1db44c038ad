import { byId, changeAttempt, changeStatus, end, ended, fire, makeAttempt } from './change.ts'
import { cancelInstances } from './fail.ts'
import type { ResourceTry } from './resources.ts'
import type { World, WorldInstance } from './state.ts'

/** CREATING: the try failed. RUNNING: the machine is lost. True when it will be made again.
 *  @see spec/behaviour.md 9, 12.3 */
export function resourceFailed(
  world: World,
  { resource, attempt }: ResourceTry,
  errorId: string,
  errorMessage: string,
  now: number,
): boolean {
  const { status, rules } = resource
  if (resource.attemptCount !== attempt || (status !== 'CREATING' && status !== 'RUNNING')) return false
  const again = resource.triesLeft > 0 && (status === 'CREATING' || rules?.onResourceFailure === 'retryall')
  // That a maker died says nothing about the machines.
  const delay = errorId === 'LeaseLost' ? undefined : rules?.retryDelayMs
  resource.errorId = errorId
  resource.errorMessage = errorMessage
  resource.deadline = undefined
  if (status === 'RUNNING') {
    changeStatus(world, resource, 'SHUTTING_DOWN')
    resource.endsAs = again ? 'WAITING_ON_DEPENDENCIES' : 'FAILED'
    resource.leaseUntil = now
    resource.availableTime = delay === undefined ? undefined : now + delay
    return again
  }
  resource.leaseUntil = undefined
  if (again) {
    changeStatus(world, resource, 'WAITING_ON_DEPENDENCIES')
    resource.availableTime = delay === undefined ? undefined : now + delay
    return true
  }
  end(world, resource, 'FAILED', now)
  fire(world, resource, 'onFail', now)
  if (world.rules['what runs on a failed resource is cancelled'])
    cancelInstances(world, resource.housed, `its resource ${resource.component} failed: ${errorMessage}`, now)
  return false
}

/** Ends what takes too long, and does to those that run on a resource what its end means. Answers in how many milliseconds the next of that
 *  kind falls due. */
export function tendResources(world: World, now: number): number | undefined {
  for (const resource of world.resources) {
    if (resource.status === 'CREATING') endOverdueTry(world, resource, now)
    else if (resource.status === 'RUNNING' && resource.deadline !== undefined && resource.deadline <= now) timeOut(world, resource, now)
  }
  const next = nextTime(world, now)
  for (const resource of world.resources) if (resource.status === 'SHUTTING_DOWN') follow(world, resource, now)
  return next === Infinity ? undefined : next - now
}

function endOverdueTry(world: World, resource: WorldInstance, now: number): void {
  const tried = { resource, attempt: resource.attemptCount }
  if (resource.deadline !== undefined && resource.deadline <= now) {
    const limit = plainDuration(resource.rules?.initTimeoutMs ?? 0)
    resourceFailed(world, tried, 'InitTimeout', `It was not there within its initTimeout of ${limit}.`, now)
  } else if (resource.leaseUntil! < now) {
    resourceFailed(world, tried, 'LeaseLost', 'The process that was making it stopped before it was there.', now)
  }
}

function timeOut(world: World, resource: WorldInstance, now: number): void {
  changeStatus(world, resource, 'SHUTTING_DOWN')
  resource.endsAs = 'TIMEDOUT'
  resource.leaseUntil = now
  resource.deadline = undefined
  resource.errorId = 'TerminateAfter'
  resource.errorMessage = `It was up for longer than its terminateAfter of ${plainDuration(resource.rules?.terminateAfterMs ?? 0)}.`
}

function nextTime(world: World, now: number): number {
  let next = Infinity
  for (const { status, deadline, availableTime, housed } of world.resources) {
    if (status === 'CREATING' || status === 'RUNNING') next = Math.min(next, deadline ?? Infinity)
    else if (status !== 'WAITING_ON_DEPENDENCIES') continue
    else if (availableTime !== undefined && availableTime > now) next = Math.min(next, availableTime)
    else {
      for (const { attempts } of housed) {
        const attempt = attempts.at(-1)
        if (attempt?.status === 'WAITING_FOR_RUNNER' && attempt.held === 'RETRY_DELAY')
          next = Math.min(next, attempt.availableTime ?? Infinity)
      }
    }
  }
  return next
}

function plainDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds % 3600 === 0) return `${seconds / 3600} h`
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}

/** What the end of a resource means to those on it. */
function follow(world: World, resource: WorldInstance, now: number): void {
  const { endsAs, component } = resource
  if (endsAs === 'WAITING_ON_DEPENDENCIES') return rehouse(world, resource, now)
  if (endsAs === undefined) return
  const how = {
    TIMEDOUT: `timed out: ${resource.errorMessage}`,
    CANCELED: `was cancelled: ${resource.cancellationReason}`,
    FAILED: `failed: ${resource.errorMessage}`,
  }[endsAs]
  const open = resource.housed.filter((user) => !ended(user))
  cancelInstances(world, open, `its resource ${component} ${how}`, now)
}

/** What runs on a machine that is going away, or waits for a worker there, waits for the next one. It costs no try: it did nothing wrong. */
function rehouse(world: World, resource: WorldInstance, now: number): void {
  for (const user of resource.housed.toSorted(byId)) {
    const attempt = user.attempts.at(-1)
    if (attempt?.status === 'WAITING_FOR_RUNNER' && (attempt.held === undefined || attempt.held === 'POOL')) {
      changeAttempt(world, attempt, 'WAITING_FOR_RUNNER', 'RESOURCE')
    } else if (attempt?.status === 'RUNNING') {
      changeAttempt(world, attempt, 'FAILED')
      Object.assign(attempt, {
        endTime: now,
        leaseUntil: undefined,
        errorId: 'ResourceLost',
        errorMessage: 'Its resource was shut down while it ran.',
      })
      if (user.status !== 'RUNNING') continue
      changeStatus(world, user, 'WAITING_FOR_RUNNER')
      user.attemptCount++
      const checkSince = user.lane === 'precondition' ? now : undefined
      makeAttempt(world, { instance: user, number: user.attemptCount, status: 'WAITING_FOR_RUNNER', held: 'RESOURCE', checkSince })
    }
  }
}

/** The machine is gone. Once more what came to it since the provisioner followed. */
export function resourceGone(world: World, { resource, attempt }: ResourceTry, now: number): void {
  if (resource.attemptCount !== attempt || resource.status !== 'SHUTTING_DOWN') return
  const status = resource.endsAs ?? 'FINISHED'
  const before = resource.endsAs
  changeStatus(world, resource, status)
  resource.leaseUntil = undefined
  if (status === 'WAITING_ON_DEPENDENCIES') {
    resource.actualEnd = undefined
    resource.providerId = undefined
  } else resource.actualEnd = now
  if (status === 'FINISHED') fire(world, resource, 'onSuccess', now)
  else if (status === 'FAILED' || status === 'TIMEDOUT') fire(world, resource, 'onFail', now)
  follow(world, resource, now)
  if (before !== undefined) resource.endsAs = undefined
}
