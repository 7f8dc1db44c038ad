import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import { isTerminal, type InstanceStatus } from '../../lifecycle/statuses.ts'
import type { Outcome, Task } from '../../queue/task.ts'
import type { Catalog } from '../../spec/catalog.ts'
import type { Progress } from '../../spec/context.ts'
import type { InstanceRecord } from '../../store/instances.ts'
import type { Reason } from '../../store/reason.ts'
import { instant } from '../../worker/identity.ts'
import type { TaskView } from '../view/task-view.ts'

/** A task whose status, attempt or cause of waiting is new. */
export type Listener = (task: TaskView) => void

/** What is known of the tasks of one run: the worker's events at once, and what the store says behind them. Tells each change once. */
export class RunState {
  readonly #tasks = new Map<string, TaskView>()
  /** When the worker last spoke of a task, in `performance.now()`: an older answer of the store does not count. */
  readonly #heard = new Map<string, number>()
  readonly #definition: CompiledDefinition
  readonly #ranks: ReadonlyMap<string, number>
  readonly #catalog: Catalog
  readonly #tell: Listener

  constructor(definition: CompiledDefinition, catalog: Catalog, tell: Listener) {
    this.#definition = definition
    this.#ranks = new Map(Object.keys(definition.components).map((id, rank) => [id, rank]))
    this.#catalog = catalog
    this.#tell = tell
  }

  /** By interval, then in the order of the definition. */
  tasks(): readonly TaskView[] {
    return [...this.#tasks.values()].toSorted((a, b) => a.interval.getTime() - b.interval.getTime() || a.order - b.order)
  }

  hasOpen(): boolean {
    return this.#tasks.values().some(({ status }) => !isTerminal(status))
  }

  /** Takes in what the store answered to a question that was asked at `askedMs` (`performance.now()`). */
  store(records: readonly InstanceRecord[], reasons: readonly Reason[], askedMs: number): void {
    const reasonOf = new Map(reasons.map((reason) => [reason.instanceKey, reason]))
    for (const record of records) {
      if ((this.#heard.get(record.key) ?? 0) > askedMs) continue
      const reason = reasonOf.get(record.key)
      const order = this.#ranks.get(record.componentId) ?? 0
      this.#put({ ...viewOf(record, reason?.status === record.status ? reason : undefined), order })
    }
  }

  started(task: Task): void {
    this.#hear(task, { status: 'RUNNING', attempt: task.attemptNumber, startTime: new Date(), endTime: undefined, error: undefined })
  }

  /** A status that the store decides (a retry or not) is left to its answer; FINISHED is certain. */
  ended(task: Task, outcome: Outcome): void {
    if (outcome.status === 'FINISHED') this.#hear(task, { status: 'FINISHED', endTime: new Date() })
  }

  progress(task: Task, progress: Progress): void {
    const known = this.#tasks.get(task.instanceKey)
    if (known) this.#tasks.set(task.instanceKey, { ...known, progress: { ...known.progress, ...progress } })
  }

  #hear(task: Task, change: Partial<TaskView>): void {
    this.#heard.set(task.instanceKey, performance.now())
    this.#put({ ...(this.#tasks.get(task.instanceKey) ?? this.#unknown(task)), reason: undefined, ...change })
  }

  #unknown(task: Task): TaskView {
    const type = this.#definition.components[task.componentId]?.type ?? ''
    return {
      key: task.instanceKey,
      componentId: task.componentId,
      type,
      family: this.#catalog.get(type)?.family ?? 'activity',
      interval: instant(task.scheduledStartTime),
      order: this.#ranks.get(task.componentId) ?? 0,
      status: 'RUNNING',
      attempt: task.attemptNumber,
    }
  }

  #put(task: TaskView): void {
    const before = this.#tasks.get(task.key)
    const progress = task.progress || before?.progress ? { ...before?.progress, ...task.progress } : undefined
    this.#tasks.set(task.key, { ...task, progress })
    const waitsAnew = task.status === 'WAITING_FOR_RUNNER' && before?.reason?.code !== task.reason?.code
    const isNews = before?.status !== task.status || before.attempt !== task.attempt || waitsAnew
    if (isNews) this.#tell({ ...task, progress })
  }
}

/** A record of the store as views show it. */
export function viewOf(record: InstanceRecord, reason?: Reason): TaskView {
  const { key, componentId, referrerId, type, family, intervalStart, startTime, attemptStartTime, endTime, attempts, hostname, progress } =
    record
  return {
    key,
    componentId,
    referrerId: referrerId || undefined,
    type,
    family,
    interval: intervalStart,
    order: 0,
    status: record.status satisfies InstanceStatus,
    attempt: attempts,
    startTime: attemptStartTime ?? startTime,
    endTime,
    // The error of a try before says nothing about why it was cancelled.
    error: record.status === 'CANCELED' ? record.cancellationReason : (record.errorMessage ?? record.cancellationReason),
    hostname,
    reason,
    progress: progress && progressOf(progress),
  }
}

/** Stored progress is JSON of whatever wrote it: only what has the right type counts. */
function progressOf(stored: Readonly<Record<string, unknown>>): Progress {
  const number = (name: string): number | undefined => (typeof stored[name] === 'number' ? stored[name] : undefined)
  const text = (name: string): string | undefined => (typeof stored[name] === 'string' ? stored[name] : undefined)
  const all = { rows: number('rows'), bytes: number('bytes'), rowsTotal: number('rowsTotal'), bytesTotal: number('bytesTotal') }
  const known = { ...all, note: text('note'), place: text('place') }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
}
