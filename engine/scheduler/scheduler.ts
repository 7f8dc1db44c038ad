import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { pageSize, type PlanAnswer } from '../lifecycle/planned.ts'
import type { Catalog } from '../spec/catalog.ts'
import type { Store } from '../store/open-store.ts'
import { startLoop, type LoopClock } from '../support/wakeable-loop.ts'
import { backfillCourse } from './backfill-course.ts'
import { dueCourse } from './due-course.ts'
import { lookForCourses } from './look-for-courses.ts'
import type { Course } from './plan-chain.ts'
import { planCourses } from './plan-schedules.ts'
import { recentDefinitions, type RecentDefinitions } from './recent-definitions.ts'
import { SetApart } from './set-apart.ts'

export interface SchedulerOptions {
  readonly store: Pick<Store, 'planning' | 'signals'>
  readonly catalog: Catalog
  readonly definitions: { get(pipelineId: string, version: number): Promise<CompiledDefinition> }
  readonly onError: (error: unknown) => void
  /** Longest time between two looks, behind every signal. */
  readonly sweepMs?: number
  readonly clock?: LoopClock
}

/** What a scheduler remembers from one look to the next. Nothing is lost with it. */
export interface SchedulerMemory {
  readonly recent: RecentDefinitions
  readonly due: SetApart
  readonly backfills: SetApart
}

export function schedulerMemory({ definitions, catalog }: Pick<SchedulerOptions, 'definitions' | 'catalog'>): SchedulerMemory {
  return { recent: recentDefinitions(definitions, catalog), due: new SetApart(), backfills: new SetApart() }
}

/** How soon those that wait for room are looked at again when there are more of them than one look tries. */
const waitingMs = 1000

/** Turns due intervals into instances, oldest first. Any number of schedulers may run on one store. */
export function startScheduler(options: SchedulerOptions): { wake(): void; stop(): Promise<void> } {
  const sweepMs = options.sweepMs ?? 5000
  const memory = schedulerMemory(options)
  let full = false
  const onError = oncePerMessage(options.onError)
  const run = async (): Promise<number> => {
    const result = await planDue({ ...options, onError }, memory)
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

/** Plans what is due now, a turn of each schedule, and of backfills what they have room for. Answers in how many milliseconds to look again (at
 *  once after any planning, since the next interval may be due already), and whether any waits for room. */
export async function planDue(
  options: SchedulerOptions,
  memory = schedulerMemory(options),
): Promise<{ readonly nextInMs: number | undefined; readonly full: boolean }> {
  const { planning, signals } = options.store
  let nextInMs: number | undefined
  let planned = false
  const heardBy =
    (apart: SetApart) =>
    ({ key }: Course, outcome: PlanAnswer | undefined): void => {
      apart.heard(key, outcome)
      planned ||= outcome === 'PLANNED'
    }
  const plan = (apart: SetApart, courses: readonly Course[]): Promise<void> =>
    planCourses({ ...options, waits: ({ key }) => apart.has(key) }, courses, heardBy(apart))

  const due = await lookForCourses(memory.due, async (after: Parameters<typeof planning.dueSchedules>[0]) => {
    const page = await planning.dueSchedules(after)
    nextInMs ??= page.nextInMs
    return { found: page.due.map((each) => dueCourse({ planning, ...options, ...memory }, each)), after: page.after }
  })
  await plan(memory.due, due.courses)
  const marks = await lookForCourses(memory.backfills, async (after: Parameters<typeof planning.openMarks>[0]) => {
    const page = await planning.openMarks(after)
    return {
      found: page.map((mark) => backfillCourse(planning, memory.recent, mark)),
      after: page.length === pageSize ? page.at(-1) : undefined,
    }
  })
  await plan(memory.backfills, marks.courses)
  if ((await planning.endBackfills()) > 0) signals.emit('drained')
  if ((await planning.beginHeld()) > 0) signals.emit('planned')
  await planning.finishPipelines()
  if (memory.due.hasMore || memory.backfills.hasMore) nextInMs = Math.min(nextInMs ?? Infinity, waitingMs)
  return { nextInMs: planned || due.hasMore || marks.hasMore ? 0 : nextInMs, full: memory.due.anyFull || memory.backfills.anyFull }
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
