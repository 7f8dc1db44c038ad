import { SluiceError } from '../../errors.ts'
import { backfillRanges, type Range } from '../../scheduler/backfill-ranges.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { countBetween, createBackfill, type Again } from '../../store/backfills.ts'
import type { Store } from '../../store/open-store.ts'
import { compiledDefinition, type PipelineRecord } from '../../store/pipelines.ts'
import { hasLiveWorker } from '../../store/workers.ts'
import { askLeave } from '../ask-leave.ts'
import type { Terminal } from '../terminal.ts'
import { formatInterval } from '../view/format-time.ts'
import { renderTable } from '../view/render-table.ts'
import { findPipeline } from './find-pipeline.ts'
import { insist } from './insist.ts'
import { printPipeline } from './show-changes.ts'
import { watchBackfill } from './show-backfills.ts'

export interface BackfillOptions {
  readonly pipeline: string
  readonly from: Date
  readonly to?: Date
  readonly limit: number
  readonly again: Again
  readonly dryRun: boolean
  readonly watch: boolean
  readonly yes: boolean
  readonly json: boolean
}

/** Shows what a backfill would run, asks, and starts it. Resolves to the exit code. */
export async function startBackfill(store: Store, options: BackfillOptions, terminal: Terminal): Promise<number> {
  const { from, again, json } = options
  const pipeline = await findPipeline(store, options.pipeline)
  const now = await clockOf(store)
  const to = options.to ?? now
  if (from >= to) throw new SluiceError('--from is not before --to.', { exitCode: 2, hint: 'Give the earlier of the two as --from.' })
  const ranges = await rangesOf(store, pipeline, { from, to, now })
  const tasks = await preview(store, pipeline, ranges, { from, to, again })
  if (json) terminal.print(JSON.stringify({ event: 'preview', pipelineId: pipeline.id, from, to, limit: options.limit, again, tasks }))
  else printPreview(pipeline, tasks, ranges, { ...options, to }, terminal)
  if (tasks.every(({ runs }) => runs === 0)) throw nothingToRun(pipeline, again)
  if (options.dryRun) return 0
  const leave = await askLeave('Start it?', options, terminal)
  if (leave !== true) return leave
  const request = { pipelineId: pipeline.id, from, to, room: options.limit, again, ranges }
  const id = await insist(() => createBackfill(store.pool, request))
  if (id === undefined) throw notActive(pipeline)
  store.signals.emit('activated')
  if (json) terminal.print(JSON.stringify({ event: 'started', backfill: id, pipelineId: pipeline.id }))
  else terminal.print(`${id} is started. ${terminal.look.glyph('arrow')} sluice backfills --watch ${id}`)
  if (!(await hasLiveWorker(store.pool))) terminal.note('No worker is live, so nothing runs yet. Start one with: sluice up')
  return options.watch ? watchBackfill(store, id, json, terminal) : 0
}

async function clockOf({ pool }: Store): Promise<Date> {
  const { rows } = await pool.query<{ now: Date }>('select now() as now')
  return rows[0]!.now
}

async function rangesOf(store: Store, pipeline: PipelineRecord, window: { from: Date; to: Date; now: Date }): Promise<readonly Range[]> {
  const { activeVersion, firstActivationTime: firstActivation, state } = pipeline
  if (activeVersion === undefined || !firstActivation || (state !== 'SCHEDULED' && state !== 'FINISHED')) throw notActive(pipeline)
  const definition = await compiledDefinition(store.db, pipeline.id, activeVersion)
  if (definition.onDemand)
    throw new SluiceError(`${pipeline.name} runs on demand: it has no intervals.`, {
      exitCode: 2,
      hint: `Run it once more: sluice activate ${pipeline.name}`,
    })
  if (definition.dueAtOnce)
    throw new SluiceError(`${pipeline.name} was made by sluice run, for one run.`, {
      exitCode: 2,
      hint: 'Put its file on its schedule first: sluice up FILE',
    })
  const ranges = backfillRanges(definition, await loadCatalog(), { ...window, firstActivation })
  if (ranges.length > 0) return ranges
  throw new SluiceError(
    `${pipeline.name} has no interval that starts between ${formatInterval(window.from)} and ${formatInterval(window.to)} and is due.`,
    { exitCode: 2, hint: 'See when its schedules begin and end: sluice plan FILE' },
  )
}

interface TaskPreview {
  readonly task: string
  readonly intervals: number
  readonly neverRan: number
  readonly failed: number
  readonly finished: number
  readonly open: number
  /** How many the backfill runs. */
  readonly runs: number
}

const failedStatuses = new Set(['FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT'])

async function preview(
  { db }: Store,
  { id }: PipelineRecord,
  ranges: readonly Range[],
  { from, to, again }: { from: Date; to: Date; again: Again },
): Promise<readonly TaskPreview[]> {
  const counted = await countBetween(db, id, from, to)
  const sum = (task: string, has: (status: string) => boolean): number =>
    counted.filter(({ component, status }) => component === task && has(status)).reduce((total, { count }) => total + count, 0)
  return ranges.flatMap(({ first, last, activities }) =>
    activities.map((task) => {
      const intervals = last - first + 1
      const failed = sum(task, (status) => failedStatuses.has(status))
      const finished = sum(task, (status) => status === 'FINISHED')
      const open = sum(task, (status) => status !== 'FINISHED' && status !== 'SKIPPED' && !failedStatuses.has(status))
      const neverRan = Math.max(0, intervals - failed - finished - open)
      const runs = neverRan + (again === 'none' ? 0 : failed) + (again === 'all' ? finished : 0)
      return { task, intervals, neverRan, failed, finished, open, runs }
    }),
  )
}

function printPreview(
  pipeline: PipelineRecord,
  tasks: readonly TaskPreview[],
  ranges: readonly Range[],
  { from, to, limit }: { readonly from: Date; readonly to: Date; readonly limit: number },
  terminal: Terminal,
): void {
  const count = ranges.reduce((total, { first, last }) => total + last - first + 1, 0)
  printPipeline(pipeline, terminal)
  terminal.print(
    `${count} ${count === 1 ? 'interval' : 'intervals'} from ${formatInterval(from)} to ${formatInterval(to)}, ${limit} at a time:`,
  )
  const rows = tasks.map((task) => [task.task, task.intervals, task.neverRan, task.failed, task.finished, task.open, task.runs].map(String))
  renderTable(['TASK', 'INTERVALS', 'NEVER RAN', 'FAILED', 'FINISHED', 'OPEN', 'RUN NOW'], rows).forEach((line) =>
    terminal.print(`  ${line}`),
  )
}

function nothingToRun({ name }: PipelineRecord, again: Again): SluiceError {
  return new SluiceError(`Nothing of ${name} is left to run in that time.`, {
    exitCode: 2,
    hint: again === 'all' ? undefined : 'To run again what has ended: --again failed, or --again all',
  })
}

function notActive({ name, state }: PipelineRecord): SluiceError {
  return new SluiceError(`${name} is ${state}: a backfill runs beside the schedule of an active pipeline.`, {
    exitCode: 2,
    hint: `Activate it first: sluice activate ${name}`,
  })
}
