import type { Command } from 'commander'
import { readTime } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly interval?: Date
  readonly yes?: boolean
  readonly json?: boolean
  readonly home?: string
}

/** `sluice cancel PIPELINE [TASK]`: ends what has not ended. */
export function addCancel(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('cancel')
    .summary('end runs that have not ended')
    .description('Cancels what has not ended: at once, wherever it runs. Without a task, everything of the pipeline, after asking.')
    .argument('<pipeline>', 'id, beginning of an id, or name (then the newest of that name)')
    .argument('[task]', 'only this task')
    .option('--interval <time>', 'only the run of this interval: its start (UTC)', readTime)
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON object a line, and no questions')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string, task: string | undefined, { interval, yes = false, json = false, home }: Options) => {
      const [{ withStore }, { cancelRuns }] = await Promise.all([import('./store/with-store.ts'), import('./store/cancel-runs.ts')])
      done(await withStore(home, terminal, (store) => cancelRuns(store, { pipeline, task, interval, yes, json }, terminal)))
    })
}

const help = `
Examples:
  sluice cancel flights load
  sluice cancel flights load --interval 2001-01-02
  sluice cancel flights --yes`
