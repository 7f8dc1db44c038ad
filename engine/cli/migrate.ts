import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly json?: boolean
  readonly home?: string
}

/** `sluice migrate`: brings the database up to this version. */
export function addMigrate(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('migrate')
    .summary('bring the database up to this version')
    .description(
      'Brings the tables of the database up to this version; does nothing when they are. Servers and workers of the version before go on, or say that they cannot and end. ' +
        'Every other command does the same when it starts.',
    )
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', '\nExamples:\n  SLUICE_DATABASE_URL=postgresql://sluice@db.example/sluice sluice migrate')
    .action(async ({ json = false, home }: Options) => {
      const { withStore } = await import('./store/with-store.ts')
      await withStore(home, terminal, async ({ migrated }) => {
        const line = migrated.length === 0 ? 'The database is up to date.' : `The database was migrated: ${migrated.join(', ')}.`
        terminal.print(json ? JSON.stringify({ event: 'migrated', migrations: migrated }) : line)
      })
      done(0)
    })
}
