import type { Command } from 'commander'
import { SluiceError } from '../errors.ts'
import { readTime } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly interval?: Date
  readonly from?: string
  readonly downstream?: boolean
  readonly yes?: boolean
  readonly json?: boolean
  readonly home?: string
}

/** `sluice rerun PIPELINE TASK`: runs again what has ended. */
export function addRerun(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('rerun')
    .summary('run again what has ended')
    .description(
      'Runs a task again, with what failed because of it: shows what that is, and asks. Without --interval, the newest run that failed, else the newest that has ended.',
    )
    .argument('<pipeline>', 'id, beginning of an id, or name (then the newest of that name)')
    .argument('[task]', 'the task')
    .option('--interval <time>', 'start of the interval (UTC)', readTime)
    .option('--from <task>', 'from this task on: the same as naming it with --downstream')
    .option('--downstream', 'also everything that depends on it and has ended')
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON object a line, and no questions')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string, named: string | undefined, { home, from, ...given }: Options) => {
      const task = named ?? from ?? insistOnTask()
      if (named !== undefined && from !== undefined) insistOnTask()
      const [{ withStore }, { rerunRuns }] = await Promise.all([import('./store/with-store.ts'), import('./store/rerun-runs.ts')])
      const { interval, downstream = from !== undefined, yes = false, json = false } = given
      done(await withStore(home, terminal, (store) => rerunRuns(store, { pipeline, task, interval, downstream, yes, json }, terminal)))
    })
}

function insistOnTask(): never {
  throw new SluiceError('Say which task is to run again: as the second word, or with --from.', {
    exitCode: 2,
    hint: 'For example: sluice rerun flights load, or: sluice rerun flights --from load',
  })
}

const help = `
Examples:
  sluice rerun flights load
  sluice rerun flights load --interval 2001-01-02 --downstream --yes
  sluice rerun flights --from load --yes

Exit codes: 0 it runs again, 1 the answer was no, or something changed meanwhile, 2 the input is wrong or there is nobody to ask.`
