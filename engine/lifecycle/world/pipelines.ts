import { cancelInstances } from './fail.ts'
import { skipUnreachable } from './holds.ts'
import { rerunInstances, rerunSet } from './rerun.ts'
import type { World, WorldPipeline, WorldWatermark } from './state.ts'

const deactivated = 'the pipeline was deactivated'

/** The pipeline of an id, made when there is none. */
export function pipelineOf(world: World, id: string): WorldPipeline {
  const there = world.pipelines.get(id)
  if (there) return there
  const made: WorldPipeline = {
    id,
    state: 'PENDING',
    activeVersion: undefined,
    firstActivation: undefined,
    finishedTime: undefined,
    watermarks: [],
    components: new Map(),
    instances: [],
    byKey: new Map(),
    open: new Set(),
  }
  world.pipelines.set(id, made)
  return made
}

/** The components of a version that was put; what is paused stays so. */
export function putComponents(pipeline: WorldPipeline, ids: readonly string[]): void {
  pipeline.components = new Map(ids.map((id) => [id, { paused: pipeline.components.get(id)?.paused ?? false }]))
}

export interface WorldActivation {
  readonly version: number
  /** The schedules to follow, given how far they have been followed before. */
  readonly watermarks: (
    times: { readonly firstActivation: number; readonly isFirst: boolean },
    before: readonly WorldWatermark[],
  ) => readonly WorldWatermark[]
  /** Components that still get runs, given these watermarks. */
  readonly reachable: (watermarks: readonly WorldWatermark[]) => readonly string[]
}

/** Puts a version in force and the pipeline to work, and what a deactivation cancelled runs again. A watermark that is there already stays
 *  where it is.
 *  @see spec/behaviour.md 2, 11 */
export function activate(world: World, pipeline: WorldPipeline, { version, watermarks, reachable }: WorldActivation, now: number): void {
  const isFirst = pipeline.firstActivation === undefined
  const firstActivation = pipeline.firstActivation ?? Math.floor(now / 1000) * 1000
  const before = pipeline.watermarks.map((mark) => ({ ...mark }))
  const wanted = watermarks({ firstActivation, isFirst }, before)
  pipeline.state = 'SCHEDULED'
  pipeline.activeVersion = version
  pipeline.finishedTime = undefined
  pipeline.firstActivation = firstActivation
  for (const mark of pipeline.watermarks) mark.nextDue = undefined
  for (const mark of wanted) {
    const there = pipeline.watermarks.find((other) => other.scheduleId === mark.scheduleId && other.scheduleType === mark.scheduleType)
    if (there)
      Object.assign(there, { nextDue: mark.nextDue, nextStart: mark.nextStart, lastIndex: mark.lastIndex, skipBefore: mark.skipBefore })
    else pipeline.watermarks.push({ ...mark })
  }
  if (before.length > 0) skipUnreachable(world, pipeline, reachable(wanted), now)
  if (world.rules['what a deactivation cancelled is revived']) revive(world, pipeline, now)
}

function revive(world: World, pipeline: WorldPipeline, now: number): void {
  const canceled = pipeline.instances.filter(
    ({ status, cancellationReason }) => status === 'CANCELED' && cancellationReason === deactivated,
  )
  if (canceled.length > 0) rerunInstances(world, pipeline, canceled, false, rerunSet(canceled, false), now)
}

/** No interval is planned from now on. What has not ended is CANCELED or, with `keep`, runs to its end. False when it was not active.
 *  @see spec/behaviour.md 11 */
export function deactivate(world: World, pipeline: WorldPipeline, keep: boolean, now: number): boolean {
  if (pipeline.state !== 'SCHEDULED' && pipeline.state !== 'DEACTIVATING') return false
  pipeline.state = 'DEACTIVATING'
  const open = [...pipeline.open].filter(({ status }) => status !== 'SCHEDULED')
  if (!keep) cancelInstances(world, open, deactivated, now)
  endDeactivations(world)
  return true
}

/** Follows a schedule no further. */
export function endSchedule(
  world: World,
  given: { pipelineId: string; version: number; scheduleId: string; scheduleType: string; nextIndex: number },
): void {
  const pipeline = world.pipelines.get(given.pipelineId)
  if (pipeline?.activeVersion !== given.version) return
  for (const mark of pipeline.watermarks) {
    const isMeant = mark.scheduleId === given.scheduleId && mark.scheduleType === given.scheduleType
    if (isMeant && mark.nextIndex === given.nextIndex) mark.nextDue = undefined
  }
}

/** Pipelines whose schedules are over and whose instances have all ended become FINISHED; those that were deactivated, INACTIVE once what they
 *  had under way has ended. Returns how many FINISHED. */
export function finishPipelines(world: World, now: number): number {
  let count = 0
  for (const pipeline of world.pipelines.values()) {
    if (pipeline.state !== 'SCHEDULED' || !isOver(world, pipeline)) continue
    pipeline.state = 'FINISHED'
    pipeline.finishedTime = now
    count++
  }
  endDeactivations(world)
  return count
}

function isOver(world: World, pipeline: WorldPipeline): boolean {
  if (pipeline.watermarks.some(({ nextDue }) => nextDue !== undefined)) return false
  return pipeline.open.size === 0 || !world.rules['only what is over is FINISHED']
}

function endDeactivations(world: World): void {
  for (const pipeline of world.pipelines.values()) {
    if (pipeline.state !== 'DEACTIVATING') continue
    let open = false
    for (const { status } of pipeline.open) open ||= status !== 'SCHEDULED'
    if (!open) pipeline.state = 'INACTIVE'
  }
}
