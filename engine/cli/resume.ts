import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly json?: boolean
  readonly home?: string
}

/** `sluice resume PIPELINE [TASK...]`: ends a pause. */
export function addResume(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('resume')
    .summary('end a pause: what was missed runs, oldest first')
    .description('Resumes paused tasks. The intervals they missed run, oldest first. Without a task, all of the pipeline that are paused.')
    .argument('<pipeline>', 'id, beginning of an id, or name (then the newest of that name)')
    .argument('[task...]', 'only these objects')
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string, tasks: string[], { json = false, home }: Options) => {
      const [{ withStore }, { resumeTasks }] = await Promise.all([import('./store/with-store.ts'), import('./store/pause-tasks.ts')])
      done(await withStore(home, terminal, (store) => resumeTasks(store, { pipeline, tasks, json }, terminal)))
    })
}

const help = `
Examples:
  sluice resume nightly load
  sluice resume nightly`
