import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { readSchedule } from '../schedule/read-schedule.ts'
import { dueTime } from '../schedule/due-time.ts'
import { firstWanted } from '../schedule/first-wanted.ts'
import { intervalAt, type Interval, type Schedule } from '../schedule/schedule.ts'
import type { Catalog } from '../spec/catalog.ts'
import type { Store } from '../store/open-store.ts'
import type { DueSchedule, PlanAnswer, PlanTarget } from '../lifecycle/planned.ts'
import { isConnectionError } from '../queue/connection-error.ts'
import { startLoop, type LoopClock } from '../support/wakeable-loop.ts'
import { planInterval, type Rhythm } from './interval-plan.ts'
import { planBackfills } from './plan-backfills.ts'
import { planSkipped, planStraddling } from './skipped.ts'

export interface SchedulerOptions {
  readonly store: Pick<Store, 'planning' | 'signals'>
  readonly catalog: Catalog
  readonly definitions: { get(pipelineId: string, version: number): Promise<CompiledDefinition> }
  readonly onError: (error: unknown) => void
  /** Longest time between two looks, behind every signal. */
  readonly sweepMs?: number
  readonly clock?: LoopClock
}

/** Turns due intervals into instances, one transaction an interval, oldest first. Any number of schedulers may run on one store. */
export function startScheduler(options: SchedulerOptions): { wake(): void; stop(): Promise<void> } {
  const sweepMs = options.sweepMs ?? 5000
  let full = false
  const onError = oncePerMessage(options.onError)
  const run = async (): Promise<number> => {
    const result = await planDue({ ...options, onError })
    full = result.full
    return Math.min(sweepMs, result.nextInMs ?? sweepMs)
  }
  const loop = startLoop(run, { onError: options.onError, spacingMs: 10, clock: options.clock })
  const { signals } = options.store
  // While work goes on, endings matter to planning only when an interval waits for room.
  const off = [signals.on('settled', () => full && loop.wake()), signals.on('drained', loop.wake), signals.on('activated', loop.wake)]
  return {
    wake: loop.wake,
    stop() {
      for (const stop of off) stop()
      return loop.stop()
    },
  }
}

/** How many intervals of one schedule are planned before the others that are due have their turn. */
const turn = 50

/** Plans what is due now, a turn of each schedule. Answers in how many milliseconds to look again (at once after any planning, since the next
 *  interval may be due already), and whether any waits for room. */
export async function planDue(options: SchedulerOptions): Promise<{ readonly nextInMs: number | undefined; readonly full: boolean }> {
  const { due, nextInMs } = await options.store.planning.dueSchedules()
  const answers: (PlanAnswer | undefined)[] = []
  for (const schedule of due) answers.push(await planOrTell(options, schedule))
  answers.push(...(await planBackfills(options)))
  if ((await options.store.planning.beginHeld()) > 0) options.store.signals.emit('planned')
  await options.store.planning.finishPipelines()
  return { nextInMs: answers.includes('PLANNED') ? 0 : nextInMs, full: answers.includes('FULL') }
}

/** A schedule that cannot be planned keeps no other from it. Rejects only when the store is away. */
async function planOrTell(options: SchedulerOptions, due: DueSchedule): Promise<PlanAnswer | undefined> {
  try {
    return await planSchedule(options, due)
  } catch (error) {
    if (isConnectionError(error)) throw error
    const because = error instanceof Error ? error.message : String(error)
    const message = `The schedule ${due.scheduleId} of pipeline ${due.pipelineId} cannot be planned: ${because}`
    options.onError(new Error(message, { cause: error }))
    return undefined
  }
}

/** Plans intervals of one schedule until it has caught up, has no room, or has had its turn. PLANNED when anything was. */
async function planSchedule(options: SchedulerOptions, due: DueSchedule): Promise<PlanAnswer> {
  const definition = await options.definitions.get(due.pipelineId, due.version)
  const rhythm = rhythmOf(definition, due)
  const first = rhythm && !definition.dueAtOnce ? firstWanted(rhythm.schedule, rhythm.type, due) : due.nextIndex
  if (rhythm && first > due.nextIndex) {
    const answer = await skipTo(options, definition, due, rhythm, first)
    if (answer !== 'PLANNED') return answer
    options.store.signals.emit('planned')
  }
  for (let index = first; index < first + turn; index++) {
    const interval = rhythm && wantedInterval(rhythm.schedule, index, due.lastIndex)
    if (!rhythm || !interval) {
      if (index === due.nextIndex) await options.store.planning.endSchedule(due)
      return 'PLANNED'
    }
    const answer = await planOne(options, definition, due, rhythm, index, interval)
    if (answer !== 'PLANNED') return index > due.nextIndex && answer !== 'FULL' ? 'PLANNED' : answer
    options.store.signals.emit('planned')
  }
  return 'PLANNED'
}

/** Skips the intervals before number `to`. The last of them runs in part when something that is not skipped needs it. */
async function skipTo(
  { store, catalog }: SchedulerOptions,
  definition: CompiledDefinition,
  due: DueSchedule,
  rhythm: Rhythm,
  to: number,
): Promise<PlanAnswer> {
  const skipping = { definition, catalog, rhythm, firstActivation: due.firstActivation }
  const last = intervalAt(rhythm.schedule, to - 1)
  const straddling = last && due.skipBefore && planStraddling(skipping, last, due.skipBefore)
  const end = straddling ? to - 1 : to
  if (end > due.nextIndex) {
    const target = targetOf(definition, due, rhythm, { index: due.nextIndex, nextIndex: end })
    const answer = await store.planning.storePlan({ ...target, due: undefined }, planSkipped(skipping, due.nextIndex, end))
    if (answer !== 'PLANNED' || !straddling) return answer
  }
  if (!straddling) return 'PLANNED'
  const target = targetOf(definition, due, rhythm, { index: to - 1, nextIndex: to })
  return store.planning.storePlan({ ...target, due: dueTime(definition, rhythm.type, last, due.firstActivation) }, straddling)
}

/** What cannot be planned is looked at again at every sweep, and told again only when it says something else. */
function oncePerMessage(tell: (error: unknown) => void): (error: unknown) => void {
  const told = new Set<string>()
  return (error) => {
    const message = String(error)
    if (told.has(message)) return
    if (told.size > 1000) told.clear()
    told.add(message)
    tell(error)
  }
}

function planOne(
  { store, catalog }: SchedulerOptions,
  definition: CompiledDefinition,
  due: DueSchedule,
  rhythm: Rhythm,
  index: number,
  interval: Interval,
): Promise<PlanAnswer> {
  const target = targetOf(definition, due, rhythm, { index, nextIndex: index + 1 })
  const dueAt = dueTime(definition, rhythm.type, interval, due.firstActivation)
  return store.planning.storePlan({ ...target, due: dueAt }, planInterval(definition, catalog, rhythm, interval, due.firstActivation))
}

function targetOf(
  definition: CompiledDefinition,
  { pipelineId, version, lastIndex, firstActivation }: DueSchedule,
  { schedule, type }: Rhythm,
  { index, nextIndex }: { readonly index: number; readonly nextIndex: number },
): Omit<PlanTarget, 'due'> {
  const next = wantedInterval(schedule, nextIndex, lastIndex)
  const nextDue = next && dueTime(definition, type, next, firstActivation)
  return { pipelineId, version, schedule: { id: schedule.id, type, index, nextIndex, nextDue, nextStart: next?.start } }
}

function wantedInterval(schedule: Schedule, index: number, last: number | undefined): Interval | undefined {
  return last !== undefined && index > last ? undefined : intervalAt(schedule, index)
}

/** The schedule with the anchor that activation stored; undefined when the version in force no longer has it. */
function rhythmOf(definition: CompiledDefinition, { scheduleId, scheduleType, anchor, firstActivation }: DueSchedule): Rhythm | undefined {
  const component = definition.components[scheduleId]
  return component && { schedule: { ...readSchedule(definition, component, firstActivation), anchor }, type: scheduleType }
}
