import type { TaskView } from '../view/task-view.ts'
import type { LogTail } from '../attempt-logs.ts'
import type { RunSummary } from './summary.ts'

/** A way to show a run: as a tree that is repainted, as lines, or as JSON. */
export interface Presenter {
  begin(run: { readonly pipelineId: string; readonly name: string; readonly home: string }): void
  changed(task: TaskView): void
  /** The store was looked at; amounts and causes of waiting may be new. */
  looked(tasks: readonly TaskView[]): void
  /** An attempt failed. Its log, when there is one, is shown at once. */
  attemptFailed(
    task: { readonly componentId: string; readonly interval: Date; readonly attempt: number },
    message: string,
    tail: LogTail | undefined,
  ): void
  /** A sentence about the service, not about a task. */
  tell(sentence: string): void
  end(tasks: readonly TaskView[], summary: RunSummary): void
}
