import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly keepRunning?: boolean
  readonly yes?: boolean
  readonly json?: boolean
  readonly home?: string
}

/** `sluice deactivate PIPELINE`: no more intervals. */
export function addDeactivate(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('deactivate')
    .summary('stop a pipeline: no more intervals')
    .description('Plans no more intervals of a pipeline and cancels what has not ended, after asking. `sluice up FILE` activates it again.')
    .argument('<pipeline>', 'id, beginning of an id, or name (then the newest of that name)')
    .option('--keep-running', 'let what has not ended run to its end')
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON object a line, and no questions')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string, { keepRunning = false, yes = false, json = false, home }: Options) => {
      const [{ withStore }, { deactivatePipeline }] = await Promise.all([
        import('./store/with-store.ts'),
        import('./store/deactivate-pipeline.ts'),
      ])
      done(await withStore(home, terminal, (store) => deactivatePipeline(store, { pipeline, keepRunning, yes, json }, terminal)))
    })
}

const help = `
Examples:
  sluice deactivate nightly --keep-running
  sluice deactivate nightly --yes`
