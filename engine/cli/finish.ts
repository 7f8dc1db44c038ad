import type { Command } from 'commander'
import { readTime } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly interval?: Date
  readonly json?: boolean
  readonly home?: string
}

/** `sluice finish PIPELINE TASK`: calls a run done, so that what waits for it goes on. */
export function addFinish(program: Command, { terminal }: Surroundings): void {
  program
    .command('finish')
    .summary('mark a run FINISHED, so that what waits for it goes on')
    .description('Marks a run FINISHED, whatever became of it. What waits for it goes on; what runs it is stopped.')
    .argument('<pipeline>', 'id, beginning of an id, or name (then the newest of that name)')
    .argument('<task>', 'a task; a precondition, to go on without its check')
    .option('--interval <time>', 'start of the interval (UTC); needed when more than one run is not FINISHED', readTime)
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string, task: string, { interval, json = false, home }: Options) => {
      const [{ withStore }, { finishRuns }] = await Promise.all([import('./store/with-store.ts'), import('./store/finish-runs.ts')])
      await withStore(home, terminal, (store) => finishRuns(store, { pipeline, task, interval, json }, terminal))
    })
}

const help = `
Examples:
  sluice finish flights arrived
  sluice finish flights load --interval 2001-01-02`
