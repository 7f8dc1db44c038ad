import type { ChainAnswer, PlanAnswer, PlanChain } from '../lifecycle/planned.ts'
import { isConnectionError } from '../queue/connection-error.ts'
import type { Store } from '../store/open-store.ts'
import { Journey, type Course } from './plan-chain.ts'

export interface CoursePlanning {
  readonly store: Pick<Store, 'planning' | 'signals'>
  readonly onError: (error: unknown) => void
  /** Whether a course had no room when it was looked at before. */
  readonly waits: (course: Course) => boolean
}

/** About how many rows one transaction makes: as many as keep others waiting for some milliseconds. */
const rowsAtOnce = 250

/** How many schedules one transaction plans at most. */
const chainsAtOnce = 250

/** Plans schedules by turns, many of them in one transaction, the first ones first. `heard` is told what became of each, and how many intervals of it were planned. One that cannot be
 *  planned is told and keeps no other from it; rejects only when the store is away. */
export async function planCourses(
  options: CoursePlanning,
  courses: readonly Course[],
  heard: (course: Course, outcome: PlanAnswer | undefined, taken: number) => void,
): Promise<void> {
  let queue: readonly (Course | Journey)[] = courses
  while (queue.length > 0) {
    const some = await Promise.all(queue.slice(0, chainsAtOnce).map((each) => opened(options, each, heard)))
    const { batch, left } = await fill(
      options,
      some.filter((journey) => journey !== undefined),
      heard,
    )
    const goOn = await planBatch(options, batch, heard)
    queue = [...left, ...queue.slice(chainsAtOnce), ...goOn]
  }
}

interface Part {
  readonly journey: Journey
  readonly chain: PlanChain
}

type Heard = Parameters<typeof planCourses>[2]

/** The chains of one transaction: no two of one pipeline, and no more rows than are made at once. */
async function fill(options: CoursePlanning, journeys: readonly Journey[], heard: Heard): Promise<{ batch: Part[]; left: Journey[] }> {
  const batch: Part[] = []
  const left: Journey[] = []
  const pipelines = new Set<string>()
  let rows = 0
  for (const journey of journeys) {
    const { pipelineId } = journey.course
    if (rows >= rowsAtOnce || pipelines.has(pipelineId)) {
      left.push(journey)
      continue
    }
    const chain = await orTell(options, journey.course, heard, () => journey.chain(rowsAtOnce - rows))
    if (chain?.length === 0) heard(journey.course, journey.outcome, journey.taken)
    if (!chain || chain.length === 0) continue
    pipelines.add(pipelineId)
    batch.push({ journey, chain })
    for (const { plan } of chain) rows += plan.rows.length
  }
  return { batch, left }
}

/** Plans chains in one transaction. Returns those that may go on. When it fails, each is tried by itself. */
async function planBatch(options: CoursePlanning, batch: readonly Part[], heard: Heard): Promise<readonly Journey[]> {
  if (batch.length === 0) return []
  const store = (parts: readonly Part[]): Promise<readonly ChainAnswer[]> =>
    options.store.planning.storePlans(parts.map(({ chain }) => chain))
  const answers =
    batch.length === 1
      ? undefined
      : await store(batch).catch((error: unknown) => {
          if (isConnectionError(error)) throw error
          return undefined
        })
  const goOn: Journey[] = []
  for (const [at, part] of batch.entries()) {
    const { journey, chain } = part
    const answer = answers?.[at] ?? (await orTell(options, journey.course, heard, async () => (await store([part]))[0]))
    if (!answer) continue
    if (answer.planned > 0) options.store.signals.emit('planned')
    if (journey.took(chain.length, answer)) goOn.push(journey)
    else heard(journey.course, journey.outcome, journey.taken)
  }
  return goOn
}

async function opened(options: CoursePlanning, each: Course | Journey, heard: Heard): Promise<Journey | undefined> {
  if (each instanceof Journey) return each
  return orTell(options, each, heard, async () => new Journey(each, await each.open(), options.waits(each)))
}

/** Undefined when it failed, which is told. Rejects when the store is away. */
async function orTell<T>(options: CoursePlanning, course: Course, heard: Heard, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isConnectionError(error)) throw error
    const because = error instanceof Error ? error.message : String(error)
    options.onError(new Error(`${course.title} cannot be planned: ${because}`, { cause: error }))
    heard(course, undefined, 0)
    return undefined
  }
}
