import type { BrokenBuild } from './broken-build.ts'
import { commandBuilds } from './commands.ts'
import { controlBuilds } from './control.ts'
import { historyBuilds } from './history.ts'
import { postgresBuilds } from './postgres.ts'
import { queueBuilds } from './queue.ts'
import { schedulerBuilds } from './scheduler.ts'
import { workerBuilds } from './worker.ts'

/** Every mechanism that a fault's test proves, as `npm run broken-builds` replays them. */
export const brokenBuilds: readonly BrokenBuild[] = [
  ...queueBuilds,
  ...postgresBuilds,
  ...schedulerBuilds,
  ...workerBuilds,
  ...controlBuilds,
  ...commandBuilds,
  ...historyBuilds,
]
