import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly json?: boolean
  readonly home?: string
  readonly retention?: string
}

/** `sluice server`: scheduler, dispatcher and provisioner, without a worker, until Ctrl-C. */
export function addServer(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('server')
    .summary('plan and offer work, without a worker, until Ctrl-C')
    .description(
      'Plans what is due, offers it to workers, fires actions and provides resources, until Ctrl-C. Any number of servers may run on one ' +
        'database: what they do together is what one would do, and when one dies the others go on.',
    )
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .option(
      '--retention <for>',
      'how long the history of runs is kept: "90 days", "20 GB", both, or forever (default: SLUICE_RETENTION, else 1 year)',
    )
    .addHelpText('after', help)
    .action(async ({ json = false, home, retention }: Options) => {
      const [{ listenForCtrlC }, { readSettings }, { readRetention }, { serve }] = await Promise.all([
        import('./ctrl-c.ts'),
        import('../support/settings.ts'),
        import('../support/retention.ts'),
        import('./up/serve.ts'),
      ])
      const settings = readSettings(process.env, { home, retention: retention === undefined ? undefined : readRetention(retention) })
      done(await serve({ part: 'server', settings, json }, terminal, listenForCtrlC()))
    })
}

const help = `
Examples:
  SLUICE_DATABASE_URL=postgresql://sluice@db.example/sluice SLUICE_REDIS_URL=redis://queue.example sluice server

The work is done by: sluice worker. Pipelines are put with: sluice apply FILE. What a server of an older version left is taken over.`
