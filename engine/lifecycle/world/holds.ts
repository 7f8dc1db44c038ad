import { advance } from './advance.ts'
import { byId, changeStatus, end } from './change.ts'
import { activeCount, beginInstances } from './plan.ts'
import type { World, WorldInstance, WorldPipeline } from './state.ts'

/** Of what is on hold, the oldest of each component that is not paused begin, as many as there is room for, each with the preconditions that
 *  guard it. Returns how many. */
function beginHeld(world: World, pipeline: WorldPipeline, now: number): number {
  if (pipeline.state !== 'SCHEDULED') return 0
  const held = [...pipeline.open].filter(({ hold }) => hold !== undefined)
  if (held.length === 0) return 0
  const begun = [...chosenOf(world, pipeline, held)].toSorted(byId)
  for (const instance of begun) {
    changeStatus(world, instance, 'WAITING_ON_DEPENDENCIES')
    instance.hold = undefined
    instance.holdRoom = undefined
    instance.actualStart = now
  }
  beginInstances(world, begun, now)
  return begun.length
}

function chosenOf(world: World, pipeline: WorldPipeline, held: readonly WorldInstance[]): ReadonlySet<WorldInstance> {
  const chosen = new Set<WorldInstance>()
  const runs = held.filter(({ family, component }) => family !== 'precondition' && mayBegin(world, pipeline, component))
  for (const component of new Set(runs.map((run) => run.component))) {
    const own = runs.filter((run) => run.component === component).toSorted((a, b) => a.start - b.start)
    if (!world.rules['what is on hold begins in its order']) own.reverse()
    const active = activeCount(pipeline, component)
    for (const [at, run] of own.entries()) if (at + 1 <= (run.holdRoom ?? Infinity) - active) chosen.add(run)
  }
  for (const guard of held) {
    if (guard.family !== 'precondition' || !mayBegin(world, pipeline, guard.component)) continue
    const referrer = held.find(
      ({ component, start, family }) => family !== 'precondition' && component === guard.referrer && start === guard.start,
    )
    if (!referrer || chosen.has(referrer)) chosen.add(guard)
  }
  return chosen
}

/** Whether the component is there, in the newest version, and not paused. */
function mayBegin(world: World, { components }: WorldPipeline, id: string): boolean {
  const component = components.get(id)
  return component !== undefined && (!component.paused || !world.rules['what is paused does not begin'])
}

/** `beginHeld` of every active pipeline. */
export function beginAllHeld(world: World, now: number): number {
  let count = 0
  for (const pipeline of [...world.pipelines.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))) count += beginHeld(world, pipeline, now)
  return count
}

/** Pauses components; answers those that were not. They get no new runs; those they have go on. */
export function pauseComponents(pipeline: WorldPipeline, ids: readonly string[]): string[] {
  return switched(pipeline, ids, true)
}

/** Resumes components; answers those that were paused. What they missed begins, oldest first. */
export function resumeComponents(world: World, pipeline: WorldPipeline, ids: readonly string[], now: number): string[] {
  const resumed = switched(pipeline, ids, false)
  beginHeld(world, pipeline, now)
  return resumed
}

function switched({ components }: WorldPipeline, ids: readonly string[], paused: boolean): string[] {
  const changed = ids.filter((id) => components.get(id)?.paused === !paused)
  for (const id of changed) components.get(id)!.paused = paused
  return changed.toSorted()
}

/** Places kept for instances of other components than these, and what is on hold of components that the definition no longer has, are SKIPPED:
 *  nothing is going to reach them. */
export function skipUnreachable(world: World, pipeline: WorldPipeline, reachable: readonly string[], now: number): void {
  const skipped = [...pipeline.open].filter(({ status, family, hold, component }) => {
    if (status !== 'SCHEDULED' || family === 'precondition') return false
    return hold === undefined ? !reachable.includes(component) : !pipeline.components.has(component)
  })
  for (const instance of skipped) {
    end(world, instance, 'SKIPPED', now)
    instance.hold = undefined
    instance.holdRoom = undefined
  }
  advance(world, skipped.toSorted(byId), [], now)
}
