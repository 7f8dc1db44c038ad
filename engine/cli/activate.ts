import type { Command } from 'commander'
import { readTimeOrNow } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly from?: Date | 'now'
  readonly json?: boolean
  readonly home?: string
}

/** `sluice activate PIPELINE`: puts its newest version in force, or runs an on-demand pipeline once more. */
export function addActivate(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('activate')
    .summary('set a stored pipeline to work, or run it once more')
    .description(
      'Puts the newest stored version of a pipeline in force and goes on where it stopped: intervals missed while it was not active run now. ' +
        'A pipeline on demand runs once. `sluice up` does the work.',
    )
    .argument('<pipeline>', 'id, beginning of an id, or name (then the newest of that name)')
    .option('--from <time>', 'skip intervals that start earlier (UTC) and have not run; `now` skips all that were missed', readTimeOrNow)
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string, { from, json = false, home }: Options) => {
      const [{ withStore }, { activateStored }] = await Promise.all([import('./store/with-store.ts'), import('./store/activate-stored.ts')])
      done(await withStore(home, terminal, (store, settings) => activateStored(store, settings, { pipeline, from, json }, terminal)))
    })
}

const help = `
Examples:
  sluice activate nightly
  sluice activate nightly --from now
  sluice activate nightly --from 2026-01-15`
