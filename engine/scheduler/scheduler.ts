import { pageSize, type PlanAnswer } from '../lifecycle/planned.ts'
import type { Catalog } from '../spec/catalog.ts'
import type { Store } from '../store/open-store.ts'
import { machineClock, startLoop, type LoopClock } from '../support/wakeable-loop.ts'
import { backfillCourse } from './backfill-course.ts'
import { dueCourse } from './due-course.ts'
import { lookForCourses } from './look-for-courses.ts'
import type { Course } from './plan-chain.ts'
import { planCourses } from './plan-schedules.ts'
import { recentDefinitions, type DefinitionSource, type RecentDefinitions } from './recent-definitions.ts'
import { SetApart } from './set-apart.ts'

export interface SchedulerOptions {
  readonly store: Pick<Store, 'planning' | 'signals'>
  readonly catalog: Catalog
  readonly definitions: DefinitionSource
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
  /** Whether the last look at backfills found any. */
  anyBackfills: boolean
}

export function schedulerMemory({ definitions, catalog }: Pick<SchedulerOptions, 'definitions' | 'catalog'>): SchedulerMemory {
  return { recent: recentDefinitions(definitions, catalog), due: new SetApart(), backfills: new SetApart(), anyBackfills: true }
}

/** How soon those that wait for room are looked at again when there are more of them than one look tries. */
const waitingMs = 1000

/** Endings come one after the other: a whole look follows the first at once, and then no sooner than after this, or after so many times as long as
 *  the last one took: beside an old snapshot, or a great many pipelines, that may be long. */
const wholeSpacingMs = 50
const wholeSpacing = 10
const longestSpacingMs = 1000

/** How soon it is looked whether there is room now, of which workers elsewhere do not tell; then later each time, while there is none. */
const firstRoomMs = 20
const laterRoom = 1.5

/** Turns due intervals into instances, oldest first. Any number of schedulers may run on one store. */
export function startScheduler(options: SchedulerOptions): { wake(): void; stop(): Promise<void> } {
  const sweepMs = options.sweepMs ?? 5000
  const memory = schedulerMemory(options)
  const { clock = machineClock } = options
  let full = false
  let roomMs = firstRoomMs
  let wholeAt = clock.now()
  let mayWholeAt = Number.NEGATIVE_INFINITY
  const onError = oncePerMessage(options.onError)
  const run = async (): Promise<number> => {
    const whole = clock.now() >= wholeAt
    const startedAt = clock.now()
    if (whole) wholeAt = startedAt + sweepMs
    const result = await planDue({ ...options, onError }, memory, whole).catch((error: unknown) => {
      wholeAt = clock.now()
      throw error
    })
    if (whole) mayWholeAt = startedAt + Math.min(longestSpacingMs, Math.max(wholeSpacingMs, wholeSpacing * (clock.now() - startedAt)))
    full = result.full
    roomMs = result.any ? firstRoomMs : Math.min(sweepMs, roomMs * laterRoom)
    return Math.min(Math.max(0, wholeAt - clock.now()), result.nextInMs ?? Infinity, full ? roomMs : Infinity)
  }
  const loop = startLoop(run, { onError: options.onError, spacingMs: 10, clock })
  const { signals } = options.store
  let pending: unknown
  const lookWhole = (): void => {
    pending = undefined
    wholeAt = clock.now()
    loop.wake()
  }
  const changed = (): void => {
    const waitMs = mayWholeAt - clock.now()
    if (waitMs <= 0) lookWhole()
    else pending ??= clock.setTimeout(lookWhole, waitMs)
  }
  // While work goes on, endings matter to planning only when an interval waits for room.
  const off = [signals.on('settled', () => full && loop.wake()), signals.on('drained', changed), signals.on('activated', changed)]
  return {
    wake: loop.wake,
    stop() {
      for (const stop of off) stop()
      clock.clearTimeout(pending)
      return loop.stop()
    },
  }
}

/** Plans what is due now, a turn of each schedule, and of backfills what they have room for. Answers in how many milliseconds to look again (at
 *  once after any planning, since the next interval may be due already), whether any waits for room, and whether any was planned. A `whole` look, after something has ended
 *  or was commanded, also begins what was on hold and ends what is over. */
export async function planDue(
  options: SchedulerOptions,
  memory = schedulerMemory(options),
  whole = true,
): Promise<{ readonly nextInMs: number | undefined; readonly full: boolean; readonly any: boolean }> {
  const { planning, signals } = options.store
  let nextInMs: number | undefined
  let planned = false
  let any = false
  const heardBy =
    (apart: SetApart) =>
    ({ key }: Course, outcome: PlanAnswer | undefined, taken: number): void => {
      apart.heard(key, outcome)
      any ||= taken > 0
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
  const hasMoreMarks = whole || memory.anyBackfills ? await planBackfills() : false
  if (whole) {
    if ((await planning.endBackfills()) > 0) signals.emit('drained')
    if ((await planning.beginHeld()) > 0) signals.emit('planned')
    await planning.finishPipelines()
  }
  if (memory.due.hasMore || memory.backfills.hasMore) nextInMs = Math.min(nextInMs ?? Infinity, waitingMs)
  return { nextInMs: planned || due.hasMore || hasMoreMarks ? 0 : nextInMs, full: memory.due.anyFull || memory.backfills.anyFull, any }

  async function planBackfills(): Promise<boolean> {
    const { courses, hasMore } = await lookForCourses(memory.backfills, async (after: Parameters<typeof planning.openMarks>[0]) => {
      const page = await planning.openMarks(after)
      memory.anyBackfills = page.length > 0
      const found = page.map((mark) => backfillCourse(planning, memory.recent, mark))
      return { found, after: page.length === pageSize ? page.at(-1) : undefined }
    })
    await plan(memory.backfills, courses)
    return hasMore
  }
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
