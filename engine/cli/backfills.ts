import type { Command } from 'commander'
import { readCount } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly cancel?: string
  readonly watch?: string
  readonly limit?: number
  readonly json?: boolean
  readonly home?: string
}

/** `sluice backfills [PIPELINE]`: shows, watches and cancels backfills. */
export function addBackfills(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('backfills')
    .summary('show, watch or cancel backfills')
    .description('Shows the backfills of a pipeline, or of all, newest first, with how far they are; watches or cancels one.')
    .argument('[pipeline]', 'id, beginning of an id, or name (then the newest of that name)')
    .option('--watch <id>', 'stay and show how far this one is, until it is over')
    .option('--cancel <id>', 'plan no more of this one, and cancel what has not ended')
    .option('--limit <n>', 'how many to show', readCount)
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string | undefined, { cancel, watch, limit, json = false, home }: Options) => {
      const [{ withStore }, backfills] = await Promise.all([import('./store/with-store.ts'), import('./store/show-backfills.ts')])
      done(
        await withStore(home, terminal, (store) => {
          if (cancel !== undefined) return backfills.endBackfill(store, cancel, json, terminal)
          if (watch !== undefined) return backfills.watchBackfill(store, watch, json, terminal)
          return backfills.showBackfills(store, { pipeline, limit, json }, terminal)
        }),
      )
    })
}

const help = `
Examples:
  sluice backfills nightly
  sluice backfills --watch bf-0A1B2C3D4E
  sluice backfills --cancel bf-0A1B2C3D4E`
