import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import { shownName } from '../view/wait-words.ts'
import { hasFailed, shownTasks, type TaskView } from '../view/task-view.ts'

/** What came of a run: plain JSON, and the summary's text is made of it. */
export interface RunSummary {
  readonly status: 'FINISHED' | 'FAILED'
  readonly pipelineId: string
  readonly name: string
  readonly durationMs: number
  /** How many tasks ended in or stand in each status. */
  readonly counts: Readonly<Record<string, number>>
  readonly tasks: readonly TaskSummary[]
  readonly written: readonly WrittenPlace[]
  readonly failures: readonly Failure[]
  /** Tasks that can no longer run, and the one that each waits for. */
  readonly blocked: readonly { readonly task: string; readonly interval: string; readonly waitsFor: string }[]
  /** Whether intervals were left that could not begin. */
  readonly unplanned: boolean
  /** The command that runs the file again. */
  readonly again: string
  /** Actions that could not be performed while the run lasted. */
  readonly pendingActions: number
}

export interface TaskSummary {
  readonly task: string
  readonly counts: Readonly<Record<string, number>>
  readonly rows?: number
  readonly bytes?: number
}

/** Something a task wrote: which data node, where, and the local file behind an `s3://` URI when there is one. */
export interface WrittenPlace {
  readonly node: string
  readonly place: string
  readonly path?: string
  readonly rows?: number
}

export interface Failure {
  readonly task: string
  readonly interval: string
  readonly status: string
  readonly attempts: number
  readonly message: string
  /** Full log on this machine. */
  readonly log?: string
}

export interface SummaryOptions {
  readonly pipelineId: string
  readonly definition: CompiledDefinition
  readonly durationMs: number
  /** Of all tasks, also where there are more than a view holds. */
  readonly counts: Readonly<Record<string, number>>
  readonly unplanned: boolean
  readonly again: string
  readonly pendingActions: number
  readonly pathOf: (place: string) => string | undefined
  readonly logOf: (task: TaskView) => string | undefined
}

export function summarise(tasks: readonly TaskView[], options: SummaryOptions): RunSummary {
  const { pipelineId, definition, durationMs, counts, unplanned, again, pendingActions } = options
  const statuses = [...Object.keys(counts), ...tasks.map(({ status }) => status)]
  const works = !unplanned && statuses.every((status) => status === 'FINISHED' || status === 'SKIPPED')
  const shown = shownTasks(tasks)
  return {
    status: works ? 'FINISHED' : 'FAILED',
    pipelineId,
    name: definition.name,
    durationMs: Math.round(durationMs),
    counts,
    tasks: [...Map.groupBy(shown, ({ componentId }) => componentId)].map(([task, members]) => summariseTask(task, members)),
    written: tasks.flatMap((task) => written(task, options)),
    failures: shown.filter(hasFailed).map((task) => failureOf(task, options)),
    blocked: shown
      .filter(({ reason }) => reason?.code === 'DEPENDENCY_FAILED')
      .map(({ componentId, interval, reason }) => ({
        task: componentId,
        interval: interval.toISOString(),
        waitsFor: shownName(reason?.object ?? ''),
      })),
    unplanned,
    again,
    pendingActions,
  }
}

function countStatuses(tasks: readonly TaskView[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(tasks, ({ status }) => status)].map(([status, members]) => [status, members.length]))
}

function summariseTask(task: string, members: readonly TaskView[]): TaskSummary {
  return { task, counts: countStatuses(members), rows: total(members, 'rows'), bytes: total(members, 'bytes') }
}

function total(members: readonly TaskView[], what: 'rows' | 'bytes'): number | undefined {
  const amounts = members.flatMap(({ progress }) => progress?.[what] ?? [])
  return amounts.length === 0 ? undefined : amounts.reduce((sum, amount) => sum + amount, 0)
}

function written({ componentId, status, progress }: TaskView, { definition, pathOf }: SummaryOptions): WrittenPlace[] {
  if (status !== 'FINISHED' || progress?.place === undefined) return []
  const [output] = definition.components[componentId]?.fields['output'] ?? []
  const node = output && 'ref' in output ? output.ref : componentId
  return [{ node, place: progress.place, path: pathOf(progress.place), rows: progress.rows }]
}

function failureOf(task: TaskView, { logOf }: SummaryOptions): Failure {
  const { componentId, interval, status, attempt, error } = task
  return { task: componentId, interval: interval.toISOString(), status, attempts: attempt, message: error ?? '', log: logOf(task) }
}
