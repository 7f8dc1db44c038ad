import { Option, type Command } from 'commander'
import type { Again } from '../store/backfills.ts'
import { readCount, readTime } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly from: Date
  readonly to?: Date
  readonly limit: number
  readonly again: Again
  readonly dryRun?: boolean
  readonly watch?: boolean
  readonly yes?: boolean
  readonly json?: boolean
  readonly home?: string
}

/** `sluice backfill PIPELINE --from --to`: runs intervals of the past. */
export function addBackfill(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('backfill')
    .summary('run intervals of the past')
    .description(
      'Runs the intervals of a pipeline that start from --from on and before --to and never ran; shows what that is, and asks. ' +
        'It goes on beside the schedule, a few intervals at a time; `sluice backfills` shows, watches and cancels it.',
    )
    .argument('<pipeline>', 'id, beginning of an id, or name (then the newest of that name)')
    .requiredOption('--from <time>', 'start of the first interval (UTC)', readTime)
    .option('--to <time>', 'intervals that start before this (UTC); default: now', readTime)
    .option('--limit <n>', 'how many intervals of one schedule may be active at once', readCount, 5)
    .addOption(
      new Option('--again <which>', 'run again what has ended: what failed, or all').choices(['none', 'failed', 'all']).default('none'),
    )
    .option('--dry-run', 'only show what would run')
    .option('--watch', 'stay and show how far it is, until it is over')
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON object a line, and no questions')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string, { home, dryRun = false, watch = false, yes = false, json = false, ...given }: Options) => {
      const [{ withStore }, { startBackfill }] = await Promise.all([import('./store/with-store.ts'), import('./store/start-backfill.ts')])
      done(await withStore(home, terminal, (store) => startBackfill(store, { pipeline, ...given, dryRun, watch, yes, json }, terminal)))
    })
}

const help = `
Examples:
  sluice backfill nightly --from 2026-01-01 --to 2026-02-01 --dry-run
  sluice backfill nightly --from 2026-01-01 --to 2026-02-01 --limit 2 --yes --watch
  sluice backfill nightly --from 2026-01-01 --again failed

Exit codes: 0 it was started (with --watch: all finished), 1 the answer was no (with --watch: something failed), 2 the input is wrong.`
