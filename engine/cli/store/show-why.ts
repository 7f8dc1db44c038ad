import { nextIntervals } from '../../scheduler/next-intervals.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { listInstances, type InstanceRecord } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import { chainOf, withWhatTheyWaitFor } from '../../store/reason-chains.ts'
import type { Reason } from '../../store/reason.ts'
import { reasons, type ReasonFilter } from '../../store/reasons.ts'
import { taskName } from '../../store/task-name.ts'
import { hasLiveWorker } from '../../store/workers.ts'
import type { Terminal } from '../terminal.ts'
import { formatInterval } from '../view/format-time.ts'
import { explain } from '../view/reason-sentence.ts'
import { failedStatuses } from '../view/task-view.ts'
import { findPipeline, lookUp, unknownPipeline } from './find-pipeline.ts'
import { instancesOfTask, readTask } from './find-task.ts'
import { purgedNote } from './purged.ts'
import { printPipeline } from './show-changes.ts'
import { groupReasons, type ReasonGroup } from './why/group-reasons.ts'
import { explainNextInterval, type IntervalReason, type PipelineWaits } from './why/next-interval-words.ts'

export interface WhyOptions {
  readonly pipeline: string | undefined
  readonly task: string | undefined
  readonly interval: Date | undefined
  readonly json: boolean
}

/** More are counted, but not told one by one. */
const mostReasons = 5000
const mostFailures = 50

/** Says why what has not ended has not: of a pipeline, equal reasons once and root causes first; of a task, to the root cause. When all has
 *  ended, says so and what failed. */
export async function showWhy(store: Store, options: WhyOptions, terminal: Terminal): Promise<void> {
  const { pipeline, task } = await meant(store, options)
  const { interval } = options
  if (task !== undefined) await instancesOfTask(store, pipeline, task, interval, 1) // refuses what there is not
  const filter = { pipelineId: pipeline.id, ...(task === undefined ? {} : readTask(task)), interval }
  const open = await reasons(store.db, { ...filter, limit: mostReasons })
  const [known, hasWorker] = await Promise.all([withWhatTheyWaitFor(store.db, pipeline.id, open), hasLiveWorker(store.pool)])
  const waits = { pipeline, known, hasWorker, now: new Date() }
  const next = interval === undefined && (task === undefined || open.length === 0) ? await nextReasons(store, waits) : []
  const failed =
    open.length === 0 ? (await listInstances(store.db, { ...filter, statuses: failedStatuses, limit: mostFailures })).map(ended) : []
  const told = { groups: groupReasons(open.length > 0 ? open : failed, known), next, waits, isWhole: task === undefined, open: open.length }
  if (options.json) return tellJson([...open, ...failed], told, terminal)
  printPipeline(pipeline, terminal)
  if (open.length === 0) terminal.print(`  ${await endedWords(store, pipeline, filter, failed.length)}`)
  tell(told, terminal)
}

interface Told {
  readonly groups: readonly ReasonGroup[]
  readonly next: readonly IntervalReason[]
  readonly waits: PipelineWaits
  /** Of the whole pipeline: what waits for something that is told above need not lead there. */
  readonly isWhole: boolean
  readonly open: number
}

function tell({ groups, next, waits: { pipeline, now }, isWhole, open }: Told, terminal: Terminal): void {
  const arrow = terminal.look.glyph('arrow')
  for (const { chain, members } of groups) {
    const isRoot = chain.length === 1
    const { sentence, command, look } = explain(isWhole ? [chain[0]] : chain, pipeline.id, now)
    terminal.print(`  ${intervalsOf(members)}  ${sentence}`)
    if (isWhole && !isRoot) continue
    if (look !== undefined) terminal.print(`    ${arrow} ${look}`)
    terminal.print(`    ${arrow} ${command}`)
  }
  if (open === mostReasons) terminal.print(`  These are the oldest ${mostReasons}; there may be more.`)
  for (const { sentence, command } of next) {
    terminal.print(`  ${sentence}`)
    terminal.print(`    ${arrow} ${command}`)
  }
}

/** `2026-01-01`, or `98 intervals from 2026-01-01 to 2026-04-08:`. */
function intervalsOf(members: readonly Reason[]): string {
  const times = [...new Set(members.map(({ interval }) => interval.getTime()))].toSorted((a, b) => a - b)
  const [first = 0] = times
  const start = formatInterval(new Date(first))
  return times.length === 1 ? start : `${times.length} intervals from ${start} to ${formatInterval(new Date(times.at(-1) ?? first))}:`
}

function tellJson(all: readonly Reason[], { next, waits: { pipeline, known, now } }: Told, terminal: Terminal): void {
  const { id: pipelineId } = pipeline
  for (const reason of all) {
    const chain = chainOf(reason, known)
    const { sentence, command } = explain(chain, pipelineId, now)
    const last = chain.at(-1) ?? reason
    const root = { task: last.task, interval: last.interval, code: last.code, object: last.object }
    terminal.print(JSON.stringify({ pipelineId, ...reason, root, sentence, command }))
  }
  for (const reason of next) terminal.print(JSON.stringify({ pipelineId, ...reason }))
}

async function nextReasons(store: Store, waits: PipelineWaits): Promise<readonly IntervalReason[]> {
  const next = await nextIntervals(store, await loadCatalog(), waits.pipeline.id)
  return next.map((interval) => explainNextInterval(interval, waits))
}

/** A single word may be a pipeline, or a task of the newest one. */
async function meant(store: Store, { pipeline, task }: WhyOptions): Promise<{ pipeline: PipelineRecord; task: string | undefined }> {
  if (pipeline === undefined || task !== undefined) return { pipeline: await findPipeline(store, pipeline), task }
  const found = await lookUp(store.db, pipeline)
  if (found) return { pipeline: found, task: undefined }
  const newest = await findPipeline(store, undefined)
  const isTask = (await listInstances(store.db, { pipelineId: newest.id, ...readTask(pipeline), held: true, limit: 1 })).length > 0
  if (!isTask) throw await unknownPipeline(store.db, pipeline)
  return { pipeline: newest, task: pipeline }
}

async function endedWords(
  store: Store,
  pipeline: PipelineRecord,
  { componentId: task, interval }: Pick<ReasonFilter, 'componentId' | 'interval'>,
  failed: number,
): Promise<string> {
  if ((await listInstances(store.db, { pipelineId: pipeline.id, componentId: task, interval, limit: 1 })).length === 0) {
    if (pipeline.state === 'PENDING') return 'It was never activated.'
    return (await purgedNote(store)) ?? (interval ? 'It has no run for that interval.' : 'No interval has begun yet.')
  }
  const what = task === undefined ? 'Everything' : `Every run of ${task}`
  const which = failed === mostFailures ? `the newest ${mostFailures} that did not finish` : 'What did not finish'
  return failed === 0 ? `${what} has ended; nothing waits and nothing failed.` : `${what} has ended. ${which}:`
}

/** What has ended, as a reason. */
function ended(record: InstanceRecord): Reason {
  return {
    instanceId: record.id,
    instanceKey: record.key,
    task: taskName(record),
    interval: record.intervalStart,
    family: record.family,
    status: record.status,
    code: 'ENDED',
    object: taskName(record),
    waitsFor: undefined,
    since: record.endTime,
    nextTime: undefined,
    hostname: record.hostname,
    detail: record.status === 'CANCELED' ? record.cancellationReason : (record.errorMessage ?? record.cancellationReason),
    served: [],
  }
}
