import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { SluiceError } from '../errors.ts'
import { dueTime } from '../schedule/due-time.ts'
import { poolsOf } from '../schedule/pools.ts'
import { firstWanted } from '../schedule/first-wanted.ts'
import { readSchedule } from '../schedule/read-schedule.ts'
import { intervalAt, type Schedule } from '../schedule/schedule.ts'
import { runWindow } from '../schedule/window.ts'
import type { Catalog } from '../spec/catalog.ts'
import { formatDateTime } from '../spec/date-time.ts'
import { activate, freeSecond, type ActivationTimes, type Watermark } from '../store/activation.ts'
import type { Store } from '../store/open-store.ts'
import { storePlan } from '../store/planning.ts'
import { ensurePools } from '../store/pools.ts'
import { refuseLongBackfill } from './backfill-guard.ts'
import { planInterval } from './interval-plan.ts'
import { rhythmOf, rhythmsOf, type RhythmName } from './rhythms.ts'

export interface ActivationRequest {
  readonly pipelineId: string
  readonly version: number
  readonly definition: CompiledDefinition
  /** Only the intervals of one `sluice run`, at an instant or the newest; absent: the schedules as they stand. */
  readonly run?: { readonly at?: Date }
  /** Intervals that start earlier and have not been planned are SKIPPED. On demand it means nothing.
   *  @see spec/behaviour.md 2.5 */
  readonly from?: Date | 'now'
  /** Lets a first activation backfill more than a day without `from`. */
  readonly mayBackfill?: boolean
}

/** Activates a stored version: its schedules are followed from their start (or the watermark they have), and an on-demand pipeline gets one
 *  execution. Rejects with a SluiceError when `run.at` lies in no interval, and when it would begin with a backfill that nobody asked for. */
export async function activatePipeline(store: Store, catalog: Catalog, request: ActivationRequest): Promise<Activated> {
  const { definition, pipelineId, version } = request
  const newPools = await ensurePools(store.pool, poolsOf(definition))
  await activate(store.pool, {
    pipelineId,
    version,
    schedules: (times, before) => (definition.onDemand ? [] : watermarksFor(catalog, request, times, before)),
    reachable: (schedules) => reachable(catalog, definition, schedules),
    // An activation is one execution: with the one that was stopped there would be two.
    anew: definition.onDemand,
    async execute(client, { firstActivation }) {
      if (!definition.onDemand) return
      const instant = request.run?.at ?? (await freeSecond(client, pipelineId))
      const plan = planInterval(definition, catalog, undefined, { start: instant, end: instant }, firstActivation)
      const answer = await storePlan(client, { pipelineId, version, due: firstActivation }, plan)
      if (answer !== 'PLANNED') throw notNow(pipelineId)
    },
  })
  store.signals.emit('activated')
  return { newPools }
}

export interface Activated {
  /** Pools that it names and that there were not: each has one slot. */
  readonly newPools: readonly string[]
}

/** The watermarks that an activation sets, given those from before. Throws a SluiceError for what it refuses. */
export function watermarksFor(
  catalog: Catalog,
  request: ActivationRequest,
  times: ActivationTimes,
  before: readonly Watermark[],
): readonly Watermark[] {
  const { definition, run, from } = request
  const found = rhythmsOf(catalog, definition).flatMap((name) => {
    const component = definition.components[name.scheduleId]
    return component ? [{ name, schedule: readSchedule(definition, component, times.firstActivation) }] : []
  })
  if (times.isFirst && !run && from === undefined && !request.mayBackfill) refuseLongBackfill(definition.name, found, times.now)
  return found.map(({ name, schedule }) => {
    const known = before.find(({ scheduleId, type }) => scheduleId === name.scheduleId && type === name.type)
    return known ? goOn(request, times, name, { ...schedule, anchor: known.anchor }, known) : start(request, times, name, schedule)
  })
}

function start(request: ActivationRequest, times: ActivationTimes, { scheduleId, type }: RhythmName, schedule: Schedule): Watermark {
  const { run } = request
  const window = run ? runWindow(schedule, type, times.now, run.at) : { first: 0, last: undefined }
  if (!window && run?.at) throw nothingAt(scheduleId, run.at)
  const nextIndex = window?.first ?? 0
  const lastIndex = window?.last
  const nothing = window === undefined
  return {
    scheduleId,
    type,
    anchor: schedule.anchor,
    nextIndex,
    lastIndex,
    ...lookAt(request, times, type, schedule, nextIndex, lastIndex, nothing),
  }
}

/** A schedule that was followed before: its watermark stays, but its end may have moved. */
function goOn(
  request: ActivationRequest,
  times: ActivationTimes,
  { scheduleId, type }: RhythmName,
  schedule: Schedule,
  known: Watermark,
): Watermark {
  const { anchor, nextIndex } = known
  return {
    scheduleId,
    type,
    anchor,
    nextIndex,
    lastIndex: undefined,
    ...lookAt(request, times, type, schedule, nextIndex, undefined, false),
  }
}

/** When the scheduler is to look at it first: at once when there is something to skip, else when interval `nextIndex` is due. */
function lookAt(
  { definition, from }: ActivationRequest,
  { now, firstActivation }: ActivationTimes,
  type: Watermark['type'],
  schedule: Schedule,
  nextIndex: number,
  lastIndex: number | undefined,
  nothing: boolean,
): Pick<Watermark, 'nextDue' | 'nextStart' | 'skipBefore'> {
  const skipBefore = from === 'now' ? now : from
  const interval = nothing ? undefined : intervalAt(schedule, nextIndex)
  if (!interval) return { nextDue: undefined, nextStart: undefined, skipBefore }
  const skips = skipBefore && firstWanted({ ...schedule, catchUp: 'all' }, type, { nextIndex, lastIndex, skipBefore, now }) > nextIndex
  return { nextDue: skips ? now : dueTime(definition, type, interval, firstActivation), nextStart: interval.start, skipBefore }
}

/** Ids of the components that still get runs, given these watermarks. */
export function reachable(catalog: Catalog, definition: CompiledDefinition, schedules: readonly Watermark[]): readonly string[] {
  const live = new Set(schedules.filter(({ nextDue }) => nextDue).map(({ scheduleId, type }) => `${scheduleId} ${type}`))
  return Object.values(definition.components)
    .filter((component) => {
      const rhythm = rhythmOf(catalog, definition, component)
      return rhythm !== undefined && live.has(`${rhythm.scheduleId} ${rhythm.type}`)
    })
    .map(({ id }) => id)
}

/** Refused rather than cancelling what runs: no work is lost.
 *  @see spec/behaviour.md 2.3 */
function notNow(pipelineId: string): SluiceError {
  return new SluiceError(`Pipeline ${pipelineId} already runs as many executions at once as it may.`, {
    exitCode: 2,
    hint: 'Wait until one has ended, or raise maxActiveInstances in defaults.',
  })
}

function nothingAt(scheduleId: string, at: Date): SluiceError {
  return new SluiceError(`The schedule ${scheduleId} has no interval at ${formatDateTime(at)}.`, {
    exitCode: 2,
    hint: 'Give --at an instant between its start and its end.',
  })
}
