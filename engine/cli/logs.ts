import type { Command } from 'commander'
import { readCount, readTime } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly interval?: Date
  readonly attempt?: number
  readonly stdout?: boolean
  readonly stderr?: boolean
  readonly home?: string
}

/** `sluice logs [PIPELINE] TASK`: what an attempt wrote. */
export function addLogs(program: Command, { terminal }: Surroundings): void {
  program
    .command('logs')
    .summary('print the logs of a task')
    .description('Prints what the newest attempt of a task wrote: of a failed run when there is one, else of the newest run.')
    .argument('<pipeline-or-task>', 'the task; or, with a second word, the pipeline (default: the newest)')
    .argument('[task]', 'the task of that pipeline')
    .option('--interval <time>', 'start of the interval (UTC)', readTime)
    .option('--attempt <number>', 'this attempt instead of the newest', readCount)
    .option('--stdout', 'only the standard output')
    .option('--stderr', 'only the error output')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (first: string, second: string | undefined, { interval, attempt, stdout, stderr, home }: Options) => {
      const [{ withStore }, { showLogs }] = await Promise.all([import('./store/with-store.ts'), import('./store/show-logs.ts')])
      const [pipeline, task] = second === undefined ? [undefined, first] : [first, second]
      const files = [...(stdout ? ['StdOutput'] : []), ...(stderr ? ['StdError'] : [])]
      await withStore(home, terminal, (store, settings) =>
        showLogs(store, settings.home, { pipeline, task, interval, attempt, files }, terminal),
      )
    })
}

const help = `
Examples:
  sluice logs load
  sluice logs flights load --interval 2001-01-02 --stderr`
