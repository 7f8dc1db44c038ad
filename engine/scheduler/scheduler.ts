import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { readSchedule } from '../schedule/read-schedule.ts'
import { dueTime } from '../schedule/due-time.ts'
import { intervalAt, type Interval, type Schedule } from '../schedule/schedule.ts'
import type { Catalog } from '../spec/catalog.ts'
import type { Store } from '../store/open-store.ts'
import type { DueSchedule, PlanAnswer } from '../lifecycle/planned.ts'
import { isConnectionError } from '../queue/connection-error.ts'
import { startLoop, type LoopClock } from '../support/wakeable-loop.ts'
import { planInterval, type Rhythm } from './interval-plan.ts'

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
  for (let index = due.nextIndex; index < due.nextIndex + turn; index++) {
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
  const next = wantedInterval(rhythm.schedule, index + 1, due.lastIndex)
  const target = {
    pipelineId: due.pipelineId,
    version: due.version,
    schedule: {
      id: rhythm.schedule.id,
      type: rhythm.type,
      index,
      nextDue: next && dueTime(definition, rhythm.type, next, due.firstActivation),
    },
    due: dueTime(definition, rhythm.type, interval, due.firstActivation),
  }
  return store.planning.storePlan(target, planInterval(definition, catalog, rhythm, interval, due.firstActivation))
}

function wantedInterval(schedule: Schedule, index: number, last: number | undefined): Interval | undefined {
  return last !== undefined && index > last ? undefined : intervalAt(schedule, index)
}

/** The schedule with the anchor that activation stored; undefined when the version in force no longer has it. */
function rhythmOf(definition: CompiledDefinition, { scheduleId, scheduleType, anchor, firstActivation }: DueSchedule): Rhythm | undefined {
  const component = definition.components[scheduleId]
  return component && { schedule: { ...readSchedule(definition, component, firstActivation), anchor }, type: scheduleType }
}
