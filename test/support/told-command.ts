import { readTime } from '../../engine/cli/read-options.ts'
import { activateStored } from '../../engine/cli/store/activate-stored.ts'
import { finishRuns } from '../../engine/cli/store/finish-runs.ts'
import { resumeTasks } from '../../engine/cli/store/pause-tasks.ts'
import { rerunRuns } from '../../engine/cli/store/rerun-runs.ts'
import { showLogs } from '../../engine/cli/store/show-logs.ts'
import { showRuns } from '../../engine/cli/store/show-runs.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { readSettings } from '../../engine/support/settings.ts'
import { silentTerminal } from './silent-terminal.ts'

/** Does what a command that `sluice why` told does, by the functions of the command line. Rejects when it is refused. */
export async function obey(store: Store, command: string): Promise<void> {
  const words = command.split(' ')
  const at = words.indexOf('--interval')
  const interval = at < 0 ? undefined : readTime(words[at + 1] ?? '')
  const [, verb, pipeline = '', task = ''] = at < 0 ? words : words.slice(0, at)
  const terminal = silentTerminal()
  const code = await run(verb)
  if (typeof code === 'number' && code !== 0) throw new Error(`${command} ended with ${code}`)

  function run(name: string | undefined): Promise<unknown> {
    switch (name) {
      case 'activate':
        return activateStored(store, readSettings({}, { backfillGuard: false }), { pipeline, from: undefined, json: false }, terminal)
      case 'finish':
        return finishRuns(store, { pipeline, task, interval, json: false }, terminal)
      case 'rerun':
        return rerunRuns(store, { pipeline, task, interval, downstream: false, yes: true, json: false }, terminal)
      case 'resume':
        return resumeTasks(store, { pipeline, tasks: task === '' ? [] : [task], json: false }, terminal)
      case 'logs':
        return showLogs(store, '/nowhere', { pipeline, task, interval, files: [] }, terminal)
      case 'runs':
        return showRuns(
          store,
          { pipeline, json: false, limit: undefined, state: undefined, from: undefined, to: undefined, view: undefined },
          terminal,
        )
      case 'up':
        return Promise.resolve(0)
      default:
        throw new Error(`"${command}" is no command that why may tell`)
    }
  }
}
