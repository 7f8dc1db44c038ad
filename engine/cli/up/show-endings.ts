import type { Engine } from '../../app.ts'
import type { Outcome, Task } from '../../queue/task.ts'
import { listPipelines } from '../../store/pipelines.ts'
import { instant } from '../../worker/identity.ts'
import { logFolder, telling } from '../attempt-logs.ts'
import { formatClock, formatInterval } from '../view/format-time.ts'
import { oneLine } from '../view/render-tree.ts'
import type { Say } from './sayer.ts'

/** Says a line for each attempt that ends in this process. */
export function showEndings({ worker, store }: Pick<Engine, 'worker' | 'store'>, home: string, say: Say): void {
  const names = new Map<string, Promise<string>>()
  const nameOf = (id: string): Promise<string> => {
    const name =
      names.get(id) ??
      listPipelines(store.db, { id }).then(
        ([record]) => record?.name ?? id,
        () => id,
      )
    names.set(id, name)
    return name
  }
  worker.events.on('ended', (task, outcome, accepted) => {
    if (accepted && outcome.status !== 'FALSE' && outcome.status !== 'RELEASED')
      void nameOf(task.pipelineId).then((name) => sayEnded(name, task, outcome, home, say))
  })
}

function sayEnded(name: string, task: Task, outcome: Outcome, home: string, say: Say): void {
  const { pipelineId, componentId, instanceKey, attemptNumber: attempt } = task
  const interval = instant(task.scheduledStartTime)
  const message = outcome.status === 'FAILED' ? outcome.errorMessage : undefined
  const log = message === undefined ? undefined : telling(logFolder(home, { pipelineId, componentId, instanceKey, attempt }))
  const fields = { pipelineId, name, task: componentId, interval, attempt, status: outcome.status, message, log: log?.file }
  const because = message === undefined ? '' : ` (attempt ${attempt}): ${oneLine(message)}`
  const line = `${formatClock(new Date())} ${name} ${formatInterval(interval)} ${componentId}: ${outcome.status}${because}`
  say('ended', fields, [line, ...(log ? [`  log: ${log.file}`] : [])])
}
