import type { Terminal } from '../terminal.ts'
import { formatDuration } from '../view/format-duration.ts'
import { LiveScreen } from '../view/live-screen.ts'
import { renderSummary } from '../view/render-summary.ts'
import { renderTree, renderWindow } from '../view/render-tree.ts'
import { shownTasks, type TaskView } from '../view/task-view.ts'
import { attemptFailedLines } from './lines-presenter.ts'
import type { Presenter } from './presenter.ts'

/** The tasks as a tree that is painted anew with each look; for terminals. */
export function treePresenter(terminal: Terminal): Presenter {
  const screen = new LiveScreen(terminal)
  const { look } = terminal
  const startedMs = performance.now()
  let heading = ''
  const paint = (tasks: readonly TaskView[]): void => {
    const seconds = Math.floor((performance.now() - startedMs) / 1000)
    const time = look.paint('quiet', seconds > 0 ? formatDuration(seconds * 1000) : '')
    screen.paint([
      `${heading}  ${time}`,
      ...renderWindow(shownTasks(tasks), terminal.rows - 3, { look, now: new Date(), columns: terminal.columns }),
    ])
  }
  return {
    begin({ name, pipelineId }) {
      heading = `${look.paint('strong', name)} ${look.paint('quiet', pipelineId)}`
      paint([])
    },
    changed() {},
    looked: paint,
    attemptFailed: (task, message, tail) => screen.printAbove(attemptFailedLines(task, message, tail)),
    tell: (sentence) => screen.printAbove([sentence]),
    end(tasks, summary) {
      const most = 200 // more would push the summary's beginning out of sight
      const whole = tasks.length <= most ? renderTree(shownTasks(tasks), { look, now: new Date(), columns: terminal.columns }) : []
      screen.paint([])
      screen.printAbove([heading, ...whole, ...renderSummary(summary, look)])
    },
  }
}
