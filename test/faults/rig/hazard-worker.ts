// A worker of the hazardous catalogue, as a process to be frozen, starved and killed. Its argument is its settings; it says `up`, and then each ending.
import { startEngine } from '../../../engine/app.ts'
import type { TaskSource } from '../../../engine/queue/task-source.ts'
import { readSettings } from '../../../engine/support/settings.ts'
import { hazardousCatalog } from './hazards.ts'

const {
  home,
  group = 'default',
  diesAfterClaim,
} = JSON.parse(process.argv[2]!) as {
  readonly home: string
  readonly group?: string
  readonly diesAfterClaim?: boolean
}
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const engine = await startEngine(readSettings(process.env, { home, workerGroups: [group] }), say, {
  parts: ['worker'],
  allGroups: false,
  catalog: await hazardousCatalog(),
  aroundSource: diesAfterClaim ? deadly : undefined,
})
engine.worker.events.on('ended', ({ componentId, attemptNumber }, { status }, accepted) =>
  say(`ended ${componentId} ${attemptNumber} ${status} ${accepted ? 'accepted' : 'refused'}`),
)
process.once('SIGTERM', () => void engine.stop('now'))
say('up')

function deadly(source: TaskSource): TaskSource {
  return {
    ...source,
    async take(...asked) {
      const tasks = await source.take(...asked)
      if (tasks.length > 0) process.kill(process.pid, 'SIGKILL')
      return tasks
    },
  }
}
