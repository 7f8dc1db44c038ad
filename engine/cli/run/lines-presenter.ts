import type { Terminal } from '../terminal.ts'
import { formatInterval } from '../view/format-time.ts'
import { renderLine } from '../view/render-line.ts'
import { renderSummary } from '../view/render-summary.ts'
import { oneLine } from '../view/render-tree.ts'
import { isShown } from '../view/task-view.ts'
import type { LogTail } from '../attempt-logs.ts'
import type { Presenter } from './presenter.ts'

/** One line for each change of status, for files, pipes and dumb terminals. */
export function linesPresenter(terminal: Terminal): Presenter {
  return {
    begin: ({ name, pipelineId, home }) => terminal.print(`${name} (${pipelineId}), home ${home}`),
    changed(task) {
      const line = isShown(task) ? renderLine(task, new Date()) : undefined
      if (line !== undefined) terminal.print(line)
    },
    looked() {},
    attemptFailed: (task, message, tail) => attemptFailedLines(task, message, tail).forEach(terminal.print),
    tell: terminal.note,
    end: (_tasks, summary) => renderSummary(summary, terminal.look).forEach(terminal.print),
  }
}

/** What is said at once of an attempt that failed. */
export function attemptFailedLines(
  { componentId, interval, attempt }: Parameters<Presenter['attemptFailed']>[0],
  message: string,
  tail: LogTail | undefined,
): string[] {
  const said = `${componentId} ${formatInterval(interval)} attempt ${attempt} failed: ${oneLine(message)}`
  const news = tail?.lines.filter((line) => !line.includes(oneLine(message))) ?? []
  return [said, ...news.map((line) => `  | ${line}`), ...(tail ? [`  log: ${tail.file}`] : [])]
}
