import type { PipelineState } from '../../store/database.ts'
import { listComponents } from '../../store/components.ts'
import { gridCells, type GridCell } from '../../store/grid.ts'
import { healthOf } from '../../store/health.ts'
import { listInstances } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import { reasons } from '../../store/reasons.ts'
import { viewOf } from '../run/run-state.ts'
import type { Terminal } from '../terminal.ts'
import { renderGrid } from '../view/render-grid.ts'
import { renderTree } from '../view/render-tree.ts'
import { shownTasks, type TaskView } from '../view/task-view.ts'
import { findPipeline } from './find-pipeline.ts'
import { purgedNote } from './purged.ts'
import { gridOf } from './runs/grid-of.ts'
import { healthWords, showList } from './runs/list-pipelines.ts'

export interface RunsOptions {
  readonly pipeline: string | undefined
  readonly json: boolean
  /** How many pipelines, or intervals of the one that is named: the newest. */
  readonly limit: number | undefined
  /** Of the list: only pipelines in this state. */
  readonly state: PipelineState | undefined
  /** Intervals that start then or later, and before. */
  readonly from: Date | undefined
  readonly to: Date | undefined
  /** Undefined for what suits: a grid on a terminal when there are many intervals. */
  readonly view: 'grid' | 'tree' | undefined
}

/** Prints the pipelines, or the runs of the one that is named. */
export async function showRuns(store: Store, options: RunsOptions, terminal: Terminal): Promise<void> {
  if (options.pipeline === undefined) return showList(store, options, terminal)
  return showPipeline(store, await findPipeline(store, options.pipeline), options, terminal)
}

/** A tree of more intervals than these does not fit on a screen. */
const mostInTree = 5

/** So many intervals of ten tasks are a hundred thousand cells: more is no grid any more. */
const mostIntervals = 10_000

async function showPipeline(store: Store, pipeline: PipelineRecord, options: RunsOptions, terminal: Terminal): Promise<void> {
  const { id: pipelineId } = pipeline
  const { json, from, to, limit, view } = options
  const intervals = Math.min(limit ?? (terminal.isTerminal ? terminal.columns : 60), mostIntervals)
  const cells =
    view === 'grid' || (view === undefined && terminal.isTerminal && !json)
      ? await gridCells(store.db, { pipelineId, from, to, limit: intervals })
      : []
  const isGrid = view === 'grid' || new Set(cells.map(({ interval }) => interval.getTime())).size > mostInTree
  if (isGrid) return showGrid(store, pipeline, cells, options, terminal)
  return showTree(store, pipeline, options, terminal)
}

async function showGrid(
  store: Store,
  pipeline: PipelineRecord,
  cells: readonly GridCell[],
  { json, limit }: RunsOptions,
  terminal: Terminal,
): Promise<void> {
  if (json) {
    for (const members of Map.groupBy(cells, ({ interval }) => interval.getTime()).values()) {
      const tasks = members.map(({ componentId: task, referrerId, status }) => ({ task, referrerId: referrerId || undefined, status }))
      terminal.print(JSON.stringify({ pipelineId: pipeline.id, interval: members[0]?.interval, tasks }))
    }
    return
  }
  const facts = await heading(store, pipeline, terminal)
  if (cells.length === 0) return terminal.print(`  ${(await purgedNote(store)) ?? 'No interval was due yet.'}`)
  const columns = terminal.isTerminal || limit === undefined ? terminal.columns : undefined
  renderGrid(await gridOf(store, pipeline, cells, facts), { look: terminal.look, isTerminal: terminal.isTerminal, columns }).forEach(
    terminal.print,
  )
}

async function showTree(store: Store, pipeline: PipelineRecord, { json, limit, from, to }: RunsOptions, terminal: Terminal): Promise<void> {
  const { id: pipelineId } = pipeline
  const [records, why] = await Promise.all([
    listInstances(store.db, { pipelineId, held: true, from, to }),
    reasons(store.db, { pipelineId, limit: 10_000 }),
  ])
  const reasonOf = new Map(why.map((reason) => [reason.instanceId, reason]))
  const all = records.map((record) => ({ ...viewOf(record, reasonOf.get(record.id)), order: record.startTime?.getTime() ?? Infinity }))
  const tasks = limit === undefined ? all : newest(all, limit)
  if (json) return tasks.forEach(({ order: _, ...task }) => terminal.print(JSON.stringify(task)))
  await heading(store, pipeline, terminal)
  const shown = shownTasks(tasks).toSorted((a, b) => a.interval.getTime() - b.interval.getTime() || a.order - b.order || 0)
  if (shown.length === 0) terminal.print(`  ${(await purgedNote(store)) ?? 'No interval was due yet.'}`)
  renderTree(shown, { look: terminal.look, now: new Date(), columns: terminal.isTerminal ? terminal.columns : undefined }).forEach(
    terminal.print,
  )
}

/** Tasks of the newest intervals. */
function newest(tasks: readonly TaskView[], limit: number): readonly TaskView[] {
  const times = [...new Set(tasks.map(({ interval }) => interval.getTime()))].slice(-limit)
  return tasks.filter(({ interval }) => interval.getTime() >= (times[0] ?? 0))
}

/** Name, state and health, and what is paused. */
async function heading({ db }: Store, pipeline: PipelineRecord, terminal: Terminal) {
  const [components, healths] = await Promise.all([listComponents(db, pipeline.id), healthOf(db, [pipeline.id])])
  const health = healths.get(pipeline.id)
  const words = terminal.look.paint(health?.health === 'ERROR' ? 'bad' : 'good', healthWords(health))
  terminal.print(`${terminal.look.paint('strong', pipeline.name)} ${pipeline.id} ${pipeline.state}${words && ` ${words}`}`)
  const paused = components.filter((component) => component.paused).map(({ id }) => id)
  if (paused.length > 0) terminal.print(`  paused: ${paused.join(', ')}`)
  return { components, health }
}
