import type { InstanceStatus } from '../../lifecycle/statuses.ts'
import type { Progress } from '../../spec/context.ts'
import type { Reason } from '../../store/reason.ts'

/** One instance as trees, lines and summaries show it. Times are UTC instants. */
export interface TaskView {
  /** `@component_2026-01-01T00:00:00` */
  readonly key: string
  readonly componentId: string
  /** For a precondition: what waits for it. */
  readonly referrerId?: string
  readonly type: string
  readonly family: string
  /** Start of the interval. */
  readonly interval: Date
  /** Among the tasks of one interval. */
  readonly order: number
  readonly status: InstanceStatus
  readonly attempt: number
  readonly startTime?: Date
  readonly endTime?: Date
  readonly error?: string
  readonly hostname?: string
  /** Why it has not ended. */
  readonly reason?: Reason
  readonly progress?: Progress
}

/** Statuses that a person has to do something about. */
export const failedStatuses: readonly InstanceStatus[] = ['FAILED', 'CASCADE_FAILED', 'TIMEDOUT', 'CANCELED']

export function hasFailed({ status }: Pick<TaskView, 'status'>): boolean {
  return failedStatuses.includes(status)
}

/** Tasks by interval, in their order. */
export function byInterval(tasks: readonly TaskView[]): ReadonlyMap<number, readonly TaskView[]> {
  return Map.groupBy(tasks, ({ interval }) => interval.getTime())
}

/** The tasks that a person wants to see: data nodes only follow what writes them. */
export function shownTasks(tasks: readonly TaskView[]): readonly TaskView[] {
  return tasks.filter(isShown)
}

export function isShown(task: TaskView): boolean {
  return task.family !== 'datanode' || task.status === 'FAILED'
}
