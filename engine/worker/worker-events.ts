import type { Outcome, Task } from '../queue/task.ts'
import type { Progress } from '../spec/context.ts'

/** What a worker tells whoever watches it live. */
export interface WorkerEvents {
  started: [task: Task]
  progress: [task: Task, progress: Progress]
  /** After the ending was stored. `accepted` is false when another claim had taken over and nothing changed. */
  ended: [task: Task, outcome: Outcome, accepted: boolean]
  /** The source could not be reached; the worker goes on trying. */
  trouble: [error: unknown]
}
