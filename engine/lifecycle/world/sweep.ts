import { byId, changeAttempt, ended, fire, heldFor } from './change.ts'
import { failAttempt } from './fail.ts'
import { writeHints } from './hints.ts'
import { fillPools } from './pools.ts'
import { releaseHoused } from './resources.ts'
import type { World, WorldAttempt, WorldInstance } from './state.ts'

/** The safety net behind every signal: lets go what was held until now or for a resource that runs, takes attempts from workers whose lease has
 *  ended, and notes what is late. Answers in how many milliseconds something of that kind falls due again; undefined when nothing is pending. */
export function sweep(world: World, now: number): number | undefined {
  const due = [...world.held].filter(({ held, availableTime }) => (held === 'RETRY_DELAY' || held === 'CHECK') && availableTime! <= now)
  for (const attempt of due) {
    changeAttempt(world, attempt, 'WAITING_FOR_RUNNER', heldFor(attempt.instance))
    attempt.availableTime = undefined
  }
  writeHints(
    world,
    due.filter(({ held }) => held === undefined),
  )
  const resources = new Set<WorldInstance>()
  for (const { held, instance } of world.held) if (held === 'RESOURCE' && instance.resource) resources.add(instance.resource)
  releaseHoused(world, [...resources])
  if (world.rules['a lease ends']) endLeases(world, now)
  fillPools(world)
  for (const instance of world.late) if (instance.hold === undefined && instance.lateTime! <= now) tellLate(world, instance, now)
  const next = nextTime(world)
  return next === Infinity ? undefined : next - now
}

function endLeases(world: World, now: number): void {
  const lost: WorldAttempt[] = []
  for (const attempt of world.running) if (attempt.leaseUntil! < now) lost.push(attempt)
  for (const attempt of lost.toSorted(byId)) {
    const errorMessage = `The worker on ${attempt.hostname ?? 'an unknown host'} stopped reporting before the attempt had ended.`
    failAttempt(world, attempt, { errorId: 'LeaseLost', errorMessage, retry: true }, 0, now)
  }
}

function tellLate(world: World, instance: WorldInstance, now: number): void {
  world.watch.changed(instance, instance.status)
  if (world.rules['late is told once']) {
    instance.lateTime = undefined
    world.late.delete(instance)
  }
  if (!ended(instance) && instance.status !== 'SCHEDULED') fire(world, instance, 'onLateAction', now)
}

function nextTime(world: World): number {
  let next = Infinity
  for (const { held, availableTime } of world.held)
    if ((held === 'RETRY_DELAY' || held === 'CHECK') && availableTime! < next) next = availableTime!
  for (const { leaseUntil } of world.running) if (leaseUntil! < next) next = leaseUntil!
  for (const { lateTime, hold } of world.late) if (hold === undefined && lateTime! < next) next = lateTime!
  return next
}
