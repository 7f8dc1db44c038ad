import { formatProgress } from './format-amount.ts'
import { formatDuration } from './format-duration.ts'
import { formatClock, formatInterval } from './format-time.ts'
import { oneLine } from './render-tree.ts'
import type { TaskView } from './task-view.ts'
import { waitWords } from './wait-words.ts'

/** One line for a change of status, for outputs that only grow; undefined for the changes that everything goes through and nobody reads. */
export function renderLine(task: TaskView, now: Date): string | undefined {
  const words = wordsOf(task)
  return words === undefined ? undefined : `${formatClock(now)} ${formatInterval(task.interval)} ${task.componentId}: ${words}`
}

function wordsOf(task: TaskView): string | undefined {
  const { status, startTime, endTime, attempt, error, reason, progress } = task
  const because = error === undefined ? '' : `: ${oneLine(error)}`
  switch (status) {
    case 'SCHEDULED':
    case 'WAITING_ON_DEPENDENCIES':
      return undefined
    case 'WAITING_FOR_RUNNER':
      if (!reason || reason.code === 'QUEUED') return undefined
      return `${waitWords(reason)}${reason.code === 'RETRY_DELAY' && error ? ` after: ${oneLine(error)}` : ''}`
    case 'RUNNING':
      return attempt > 1 ? `RUNNING, attempt ${attempt}` : 'RUNNING'
    case 'FINISHED': {
      const took = startTime && endTime ? ` in ${formatDuration(endTime.getTime() - startTime.getTime())}` : ''
      const done = progress ? formatProgress({ rows: progress.rows, bytes: progress.bytes }) : ''
      return `FINISHED${took}${done && `, ${done}`}`
    }
    default:
      return `${status}${because}`
  }
}
