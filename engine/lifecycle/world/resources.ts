import { byId, changeAttempt, changeStatus, end, ended, fire } from './change.ts'
import { cancelInstances } from './fail.ts'
import { writeHints } from './hints.ts'
import { fillPools } from './pools.ts'
import type { World, WorldAttempt, WorldInstance } from './state.ts'

const leaseMs = 60_000

/** Resources that a ready activity waits for, moved to CREATING. Those whose maker died while making them count as failed first. */
export function takeWanted(world: World, now: number): WorldInstance[] {
  for (const resource of world.resources) {
    if (resource.status === 'CREATING' && resource.leaseUntil! < now)
      resourceFailed(world, resource, 'LeaseLost', 'The process that was making it stopped before it was there.', now)
  }
  const wanted = new Set<WorldInstance>()
  for (const { held, instance } of world.held) if (held === 'RESOURCE' && instance.resource) wanted.add(instance.resource)
  const taken: WorldInstance[] = []
  for (const resource of [...wanted].toSorted(byId)) {
    // Shut down already, and asked for again by a later interval of a shorter schedule.
    if (resource.status === 'FINISHED') askAgain(world, resource)
    if (resource.status !== 'WAITING_ON_DEPENDENCIES') continue
    changeStatus(world, resource, 'CREATING')
    resource.attemptCount++
    resource.triesLeft = Math.max(resource.triesLeft - 1, 0)
    resource.leaseUntil = now + leaseMs
    taken.push(resource)
  }
  return taken
}

function askAgain(world: World, resource: WorldInstance): void {
  changeStatus(world, resource, 'WAITING_ON_DEPENDENCIES')
  resource.triesLeft = resource.maximumRetries + 1
  resource.actualEnd = undefined
  resource.providerId = undefined
}

export function renewResources(resources: readonly WorldInstance[], now: number): void {
  for (const resource of resources)
    if (resource.status === 'CREATING' || resource.status === 'SHUTTING_DOWN') resource.leaseUntil = now + leaseMs
}

/** It is there: what waits for it may run. */
export function resourceRunning(world: World, resource: WorldInstance, providerId: string): void {
  if (resource.status === 'CREATING') {
    changeStatus(world, resource, 'RUNNING')
    resource.providerId = providerId
    resource.leaseUntil = undefined
  }
  releaseHoused(world, [resource])
}

/** Lets go what is held for one of these that runs. */
export function releaseHoused(world: World, resources: readonly WorldInstance[]): void {
  const free: WorldAttempt[] = []
  for (const { status, housed } of resources) {
    if (status !== 'RUNNING') continue
    for (const { attempts } of housed) {
      const attempt = attempts.at(-1)
      if (attempt?.status !== 'WAITING_FOR_RUNNER' || attempt.held !== 'RESOURCE') continue
      changeAttempt(world, attempt, 'WAITING_FOR_RUNNER', attempt.pool === undefined ? undefined : 'POOL')
      if (attempt.held === undefined) free.push(attempt)
    }
  }
  writeHints(world, free)
  fillPools(world)
}

/** Handed back by whoever was making it: it costs no try. */
export function resourceReleased(world: World, resource: WorldInstance): void {
  if (resource.status !== 'CREATING') return
  changeStatus(world, resource, 'WAITING_ON_DEPENDENCIES')
  resource.triesLeft++
  resource.leaseUntil = undefined
}

/** True when it will be tried again; else it is FAILED and what runs on it is cancelled.
 *  @see spec/behaviour.md 9, 12.3 */
export function resourceFailed(world: World, resource: WorldInstance, errorId: string, errorMessage: string, now: number): boolean {
  if (resource.status !== 'CREATING') return false
  resource.leaseUntil = undefined
  resource.errorId = errorId
  resource.errorMessage = errorMessage
  if (resource.triesLeft > 0) {
    changeStatus(world, resource, 'WAITING_ON_DEPENDENCIES')
    return true
  }
  end(world, resource, 'FAILED', now)
  fire(world, resource, 'onFail', now)
  if (world.rules['what runs on a failed resource is cancelled'])
    cancelInstances(world, resource.housed, `its resource ${resource.component} failed: ${errorMessage}`, now)
  return false
}

/** Resources on which everything has ended, moved to SHUTTING_DOWN, or to FINISHED when never made. */
export function takeFinished(world: World, now: number): WorldInstance[] {
  const taken: WorldInstance[] = []
  for (const resource of world.resources) {
    const { status } = resource
    const isStuck = status === 'SHUTTING_DOWN' && resource.leaseUntil! < now
    const isIdle = (status === 'RUNNING' || status === 'WAITING_ON_DEPENDENCIES') && isDone(world, resource)
    if (!isStuck && !isIdle) continue
    if (status === 'WAITING_ON_DEPENDENCIES') end(world, resource, 'FINISHED', now)
    else {
      changeStatus(world, resource, 'SHUTTING_DOWN')
      resource.leaseUntil = now + leaseMs
    }
    taken.push(resource)
  }
  return taken
}

function isDone(world: World, { housed }: WorldInstance): boolean {
  return !world.rules['a resource stays while it is used'] || housed.every((user) => ended(user) || user.hold !== undefined)
}

export function resourceGone(world: World, resource: WorldInstance, now: number): void {
  if (resource.status !== 'SHUTTING_DOWN') return
  end(world, resource, 'FINISHED', now)
  resource.leaseUntil = undefined
  fire(world, resource, 'onSuccess', now)
}
