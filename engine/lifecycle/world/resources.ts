import { byId, changeAttempt, changeStatus, end, ended, fire } from './change.ts'
import { writeHints } from './hints.ts'
import { fillPools } from './pools.ts'
import type { World, WorldAttempt, WorldInstance } from './state.ts'

const leaseMs = 60_000

/** Resources that a ready activity waits for, moved to CREATING. */
export function takeWanted(world: World, now: number): WorldInstance[] {
  const wanted = new Set<WorldInstance>()
  for (const { held, availableTime, instance } of world.held) {
    const { resource } = instance
    if (!resource) continue
    // Shut down already, and asked for again: by a rerun, or by a version that did not know of this use.
    if (held === 'RESOURCE' && resource.status === 'FINISHED') askAgain(world, resource)
    if (held === 'RESOURCE' || (held === 'RETRY_DELAY' && availableTime! <= now)) wanted.add(resource)
  }
  const taken: WorldInstance[] = []
  for (const resource of [...wanted].toSorted(byId)) {
    if (resource.status !== 'WAITING_ON_DEPENDENCIES' || (resource.availableTime !== undefined && resource.availableTime > now)) continue
    changeStatus(world, resource, 'CREATING')
    resource.attemptCount++
    resource.triesLeft = Math.max(resource.triesLeft - 1, 0)
    resource.leaseUntil = now + leaseMs
    resource.availableTime = undefined
    resource.deadline = after(now, resource.rules?.initTimeoutMs)
    taken.push(resource)
  }
  return taken
}

function askAgain(world: World, resource: WorldInstance): void {
  changeStatus(world, resource, 'WAITING_ON_DEPENDENCIES')
  resource.triesLeft = resource.maximumRetries + 1
  resource.actualEnd = undefined
  resource.providerId = undefined
  resource.availableTime = undefined
}

function after(now: number, ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : now + ms
}

/** One try of one resource: whoever makes or ends an earlier one has no more say. */
export interface ResourceTry {
  readonly resource: WorldInstance
  readonly attempt: number
}

function isNewest({ resource, attempt }: ResourceTry): boolean {
  return resource.attemptCount === attempt
}

/** Says that the makers of these are alive; answers those that still are theirs. */
export function renewResources(world: World, tries: readonly ResourceTry[], now: number): WorldInstance[] {
  const kept = tries.filter((each) => isNewest(each) && (each.resource.status === 'CREATING' || each.resource.status === 'SHUTTING_DOWN'))
  for (const { resource } of kept) {
    resource.leaseUntil = now + leaseMs
    world.watch.changed(resource, resource.status)
  }
  return kept.map(({ resource }) => resource)
}

/** It is there: what waits for it may run. False when it is no longer wanted. */
export function resourceRunning(world: World, tried: ResourceTry, providerId: string, now: number): boolean {
  const { resource } = tried
  if (!isNewest(tried) || resource.status !== 'CREATING') return false
  changeStatus(world, resource, 'RUNNING')
  resource.providerId = providerId
  resource.leaseUntil = undefined
  resource.errorId = undefined
  resource.errorMessage = undefined
  resource.deadline = after(now, resource.rules?.terminateAfterMs)
  releaseHoused(world, [resource])
  return true
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
export function resourceReleased(world: World, tried: ResourceTry): void {
  const { resource } = tried
  if (!isNewest(tried) || resource.status !== 'CREATING') return
  changeStatus(world, resource, 'WAITING_ON_DEPENDENCIES')
  resource.triesLeft++
  resource.leaseUntil = undefined
  resource.deadline = undefined
}

/** Resources on which everything has ended, moved to SHUTTING_DOWN, or to FINISHED when never made. */
export function takeFinished(world: World, now: number): WorldInstance[] {
  const taken: WorldInstance[] = []
  for (const resource of world.resources) {
    const { status } = resource
    const isStuck = status === 'SHUTTING_DOWN' && resource.leaseUntil! < now
    const isIdle = (status === 'RUNNING' || status === 'WAITING_ON_DEPENDENCIES') && isOver(world, resource)
    if (!isStuck && !isIdle) continue
    resource.deadline = undefined
    // One that is lost is made again after its delay.
    if (!isStuck) resource.availableTime = undefined
    if (status === 'WAITING_ON_DEPENDENCIES') {
      end(world, resource, 'FINISHED', now)
      resource.leaseUntil = undefined
      fire(world, resource, 'onSuccess', now)
    } else {
      changeStatus(world, resource, 'SHUTTING_DOWN')
      resource.leaseUntil = now + leaseMs
      world.watch.changed(resource, resource.status)
    }
    taken.push(resource)
  }
  return taken
}

/** Nothing runs on it any more, and no interval of those that use it, which begins before its own ends, is still to be planned. */
function isOver(world: World, { housed, pipeline, usedBy, stop }: WorldInstance): boolean {
  if (!world.rules['a resource stays while it is used']) return true
  if (!housed.every((user) => ended(user) || user.hold !== undefined)) return false
  if (pipeline.state !== 'SCHEDULED') return true
  return !pipeline.watermarks.some(
    ({ scheduleId, scheduleType, nextDue, nextStart }) =>
      nextDue !== undefined && (nextStart ?? -Infinity) < stop && usedBy.includes(`${scheduleId} ${scheduleType}`),
  )
}
