import { InvalidArgumentError, type Command } from 'commander'
import { parsePeriod } from '../spec/period.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly olderThan?: string
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly home?: string
}

/** `sluice purge`: drops history that is beyond the retention, or older than a person says. */
export function addPurge(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('purge')
    .summary('drop the history of runs that is beyond the retention')
    .description(
      'Drops what is beyond SLUICE_RETENTION (default: 1 year), as every server does by itself: whole windows of history, of which the last run was planned longer ago than that, ' +
        'or the oldest until what is left is small enough. What has not ended, what that waits for, and the run of each task that ended last, stays.',
    )
    .option('--older-than <period>', 'for once another age than the retention has: "30 days"', readAge)
    .option('--dry-run', 'say what would go, and change nothing')
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async ({ olderThan, dryRun = false, json = false, home }: Options) => {
      const [{ withStore }, { showPurge }] = await Promise.all([import('./store/with-store.ts'), import('./store/show-purge.ts')])
      done(await withStore(home, terminal, (store, settings) => showPurge(store, settings, { olderThan, dryRun, json }, terminal)))
    })
}

function readAge(text: string): string {
  const period = parsePeriod(text)
  if (!period || period.count === 0) throw new InvalidArgumentError('It must be a period, for example "30 days".')
  return text
}

const help = `
Examples:
  sluice purge --dry-run
  sluice purge --older-than "30 days"
  SLUICE_RETENTION="90 days, 20 GB" sluice server

It may run while everything else does. Logs and data are not touched.`
