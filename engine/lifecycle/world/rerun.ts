import { advance } from './advance.ts'
import { byId, changeStatus, end, ended, hasFailed, isMet } from './change.ts'
import { isReady } from './plan.ts'
import type { World, WorldInstance, WorldPipeline } from './state.ts'

/** What runs again when a person asks for these: each that has ended and does not depend on something failed outside the set; consumers that
 *  are CASCADE_FAILED, or with `downstream` all that have ended; preconditions and resources of these that did not end well; and of a resource
 *  what did not end well on it.
 *  @see spec/behaviour.md 10 */
export function rerunSet(targets: readonly WorldInstance[], downstream: boolean): Set<WorldInstance> {
  const found = new Set<WorldInstance>()
  const fits = (instance: WorldInstance): boolean =>
    !instance.producers.some(({ producer, kind }) => kind !== 'precondition' && hasFailed(producer) && !found.has(producer))
  for (;;) {
    const more = new Set<WorldInstance>()
    const consider = (instance: WorldInstance, wanted: boolean, needed = false): void => {
      if (wanted && !found.has(instance) && (needed || fits(instance))) more.add(instance)
    }
    for (const target of targets) {
      consider(target, ended(target))
      for (const housed of target.housed) consider(housed, hasFailed(housed))
    }
    for (const instance of found) {
      for (const { consumer } of instance.consumers)
        consider(consumer, consumer.status === 'CASCADE_FAILED' || (downstream && ended(consumer)))
      for (const { producer, kind } of instance.producers) if (kind === 'precondition') consider(producer, hasFailed(producer), true)
      if (instance.resource) consider(instance.resource, hasFailed(instance.resource), true)
    }
    if (more.size === 0) return found
    for (const instance of more) found.add(instance)
  }
}

/** Runs these again. False, with nothing changed, when `expected` is not what `rerunSet` answers now. */
export function rerunInstances(
  world: World,
  pipeline: WorldPipeline,
  targets: readonly WorldInstance[],
  downstream: boolean,
  expected: ReadonlySet<WorldInstance>,
  now: number,
): boolean {
  const set = rerunSet(targets, downstream)
  if (set.size === 0 || set.size !== expected.size || ![...set].every((instance) => expected.has(instance))) return false
  const again = [...set].toSorted(byId)
  for (const instance of again) startAnew(world, instance, now)
  for (const resource of new Set(again.map((instance) => instance.resource))) makeAgain(world, resource)
  const recounted = new Set(again)
  if (world.rules['a rerun counts anew']) for (const { consumers } of again) for (const { consumer } of consumers) recounted.add(consumer)
  for (const instance of recounted) {
    if (instance.status !== 'WAITING_ON_DEPENDENCIES') continue
    instance.waiting = instance.producers.filter(({ producer }) => !isMet(producer)).length
    world.watch.changed(instance, instance.status)
  }
  if (pipeline.state === 'FINISHED') {
    pipeline.state = 'SCHEDULED'
    pipeline.finishedTime = undefined
  }
  const nodes = again.filter(({ waiting, family }) => waiting === 0 && family === 'datanode')
  for (const node of nodes) end(world, node, 'FINISHED', now)
  advance(world, nodes, again.filter(isReady), now)
  return true
}

function startAnew(world: World, instance: WorldInstance, now: number): void {
  changeStatus(world, instance, 'WAITING_ON_DEPENDENCIES')
  instance.triesLeft = instance.maximumRetries + 1
  instance.rerun++
  instance.actualStart = now
  instance.actualEnd = undefined
  instance.errorId = undefined
  instance.errorMessage = undefined
  instance.cancellationReason = undefined
  instance.providerId = undefined
  instance.leaseUntil = undefined
  instance.deadline = undefined
  instance.availableTime = undefined
  instance.lateTime = instance.lateAfter === undefined ? undefined : now + instance.lateAfter
  if (instance.lateTime === undefined) world.late.delete(instance)
  else world.late.add(instance)
}

/** A machine that is being shut down for good is made again after that. */
function makeAgain(world: World, resource: WorldInstance | undefined): void {
  if (resource?.status !== 'SHUTTING_DOWN' || resource.endsAs === undefined) return
  world.watch.changed(resource, resource.status)
  resource.endsAs = 'WAITING_ON_DEPENDENCIES'
  resource.triesLeft = resource.maximumRetries + 1
  resource.errorId = undefined
  resource.errorMessage = undefined
  resource.cancellationReason = undefined
  resource.availableTime = undefined
}
