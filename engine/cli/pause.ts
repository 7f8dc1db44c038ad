import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly json?: boolean
  readonly home?: string
}

/** `sluice pause PIPELINE [TASK...]`: no new runs until `sluice resume`. */
export function addPause(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('pause')
    .summary('no new runs of a task, until it is resumed')
    .description('Pauses tasks: intervals that come are kept for later. Runs that there are go on. Without a task, all of the pipeline.')
    .argument('<pipeline>', 'id, beginning of an id, or name (then the newest of that name)')
    .argument('[task...]', 'only these objects')
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string, tasks: string[], { json = false, home }: Options) => {
      const [{ withStore }, { pauseTasks }] = await Promise.all([import('./store/with-store.ts'), import('./store/pause-tasks.ts')])
      done(await withStore(home, terminal, (store) => pauseTasks(store, { pipeline, tasks, json }, terminal)))
    })
}

const help = `
Examples:
  sluice pause nightly load
  sluice pause nightly`
