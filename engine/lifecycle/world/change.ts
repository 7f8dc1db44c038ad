import { isTerminal, mayFollow, type InstanceStatus } from '../statuses.ts'
import type { ActionEvent, AttemptStatus, Held, World, WorldAttempt, WorldInstance, WorldLane } from './state.ts'

/** The one place where a status changes. Throws when the lifecycle's table does not have the step. */
export function changeStatus(world: World, instance: WorldInstance, to: InstanceStatus): void {
  const from = instance.status
  if (from === to) return
  if (!mayFollow(from, to)) throw new Error(`${instance.key} may not go from ${from} to ${to}.`)
  instance.status = to
  if (isTerminal(to)) instance.pipeline.open.delete(instance)
  else if (isTerminal(from)) instance.pipeline.open.add(instance)
  world.watch.changed(instance, from)
}

/** `changeStatus` to one that ends it, with the time of the end. */
export function end(world: World, instance: WorldInstance, to: InstanceStatus, now: number): void {
  changeStatus(world, instance, to)
  instance.actualEnd = now
}

export function ended(instance: WorldInstance): boolean {
  return isTerminal(instance.status)
}

/** Whether what waits for it need wait no longer. */
export function isMet({ status }: WorldInstance): boolean {
  return status === 'FINISHED' || status === 'SKIPPED'
}

/** Ended, but not well. */
export function hasFailed({ status }: WorldInstance): boolean {
  return status === 'FAILED' || status === 'CANCELED' || status === 'CASCADE_FAILED' || status === 'TIMEDOUT'
}

/** Whether an attempt can be handed out for it at once: nothing to run on, or that is there. */
export function isHoused({ resource }: WorldInstance): boolean {
  return resource === undefined || resource.status === 'RUNNING'
}

export function groupKey(group: string, lane: WorldLane): string {
  return lane === 'activity' ? group : `? ${group}`
}

/** What holds back an attempt that could otherwise go on. */
export function heldFor(instance: WorldInstance): Held | undefined {
  if (!isHoused(instance)) return 'RESOURCE'
  return instance.pool === undefined ? undefined : 'POOL'
}

/** The ready attempts of a group, the next to be claimed last. */
export function readyOf(world: World, group: string, lane: WorldLane): WorldAttempt[] {
  const key = groupKey(group, lane)
  let ready = world.ready.get(key)
  if (!ready) world.ready.set(key, (ready = []))
  return ready
}

/** The one place where an attempt's status, or what holds it, changes: keeps the lists of ready, held and running ones. */
export function changeAttempt(world: World, attempt: WorldAttempt, status: AttemptStatus, held?: Held): void {
  unlist(world, attempt)
  attempt.status = status
  attempt.held = held
  list(world, attempt)
  world.watch.changed(attempt.instance, attempt.instance.status)
}

export type NewAttempt = Pick<WorldAttempt, 'instance' | 'number' | 'status'> & Partial<WorldAttempt>

export function makeAttempt(world: World, given: NewAttempt): WorldAttempt {
  const { instance, number, status } = given
  const attempt: WorldAttempt = {
    id: world.attempts.length + 1,
    instance,
    number,
    status,
    group: instance.group,
    lane: instance.lane,
    priority: instance.priority,
    pool: instance.pool,
    held: given.held,
    availableTime: given.availableTime,
    fence: given.fence,
    workerId: given.workerId,
    hostname: given.hostname,
    leaseUntil: given.leaseUntil,
    startTime: given.startTime,
    endTime: undefined,
    checkCount: 0,
    checkSince: given.checkSince,
    checkBecause: undefined,
    errorId: undefined,
    errorMessage: undefined,
  }
  world.attempts.push(attempt)
  instance.attempts.push(attempt)
  list(world, attempt)
  world.watch.changed(instance, instance.status)
  return attempt
}

export function nextFence(world: World): number {
  return ++world.fences
}

/** Notes an action for the dispatcher, when the instance has one for the event. */
export function fire(world: World, instance: WorldInstance, event: ActionEvent, now: number): void {
  if (!instance.fires.includes(event)) return
  const id = ++world.lastAction
  world.actions.set(id, { id, instance, event, tries: 0, availableTime: now })
  world.watch.acted(instance, event)
}

function list(world: World, attempt: WorldAttempt): void {
  if (attempt.status === 'RUNNING') world.running.add(attempt)
  else if (attempt.status === 'WAITING_FOR_RUNNER') {
    if (attempt.held !== undefined) world.held.add(attempt)
    if (attempt.held === undefined || !world.rules['a held attempt is not claimed']) {
      const ready = readyOf(world, attempt.group, attempt.lane)
      ready.splice(placeOf(ready, attempt), 0, attempt)
    }
  }
}

function unlist(world: World, attempt: WorldAttempt): void {
  if (attempt.status === 'RUNNING') world.running.delete(attempt)
  else if (attempt.status === 'WAITING_FOR_RUNNER') {
    world.held.delete(attempt)
    const ready = readyOf(world, attempt.group, attempt.lane)
    const place = placeOf(ready, attempt)
    if (ready[place] === attempt) ready.splice(place, 1)
  }
}

/** Where an attempt stands, or would stand: lowest priority first, then youngest first. */
function placeOf(ready: readonly WorldAttempt[], attempt: WorldAttempt): number {
  let low = 0
  for (let high = ready.length; low < high;) {
    const middle = (low + high) >>> 1
    const other = ready[middle]!
    if (other.priority < attempt.priority || (other.priority === attempt.priority && other.id > attempt.id)) low = middle + 1
    else high = middle
  }
  return low
}

export const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id

/** In the order of running. */
export const byRank = (a: { priority: number; id: number }, b: { priority: number; id: number }): number =>
  b.priority - a.priority || a.id - b.id
