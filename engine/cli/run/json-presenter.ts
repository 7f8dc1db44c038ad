import type { Terminal } from '../terminal.ts'
import type { TaskView } from '../view/task-view.ts'
import type { Presenter } from './presenter.ts'

/** One JSON object a line: `run`, then `status`, `progress`, `attemptFailed` and `message` as they come, and at last `summary`. Times are ISO, UTC. */
export function jsonPresenter(terminal: Terminal): Presenter {
  const shown = new Map<string, string>()
  const event = (name: string, fields: object): void => terminal.print(JSON.stringify({ event: name, time: new Date(), ...fields }))
  return {
    begin: (run) => event('run', run),
    changed: (task) => event('status', statusOf(task)),
    looked(tasks) {
      for (const { key, componentId, interval, progress } of tasks) {
        const text = JSON.stringify(progress)
        if (progress && shown.get(key) !== text) event('progress', { instance: key, task: componentId, interval, ...progress })
        if (progress) shown.set(key, text)
      }
    },
    attemptFailed: ({ componentId, interval, attempt }, message, tail) =>
      event('attemptFailed', { task: componentId, interval, attempt, message, log: tail?.file, lines: tail?.lines }),
    tell: (sentence) => event('message', { message: sentence }),
    end(tasks, summary) {
      this.looked(tasks)
      event('summary', summary)
    },
  }
}

function statusOf({ key, componentId, interval, status, attempt, startTime, endTime, error, reason }: TaskView): object {
  const why = reason && { code: reason.code, object: reason.object, nextTime: reason.nextTime }
  return { instance: key, task: componentId, interval, status, attempt, startTime, endTime, error, reason: why }
}
