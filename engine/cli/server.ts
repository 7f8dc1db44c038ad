import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly json?: boolean
  readonly home?: string
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
    .addHelpText('after', help)
    .action(async ({ json = false, home }: Options) => {
      const [{ listenForCtrlC }, { readSettings }, { serve }] = await Promise.all([
        import('./ctrl-c.ts'),
        import('../support/settings.ts'),
        import('./up/serve.ts'),
      ])
      done(await serve({ part: 'server', settings: readSettings(process.env, { home }), json }, terminal, listenForCtrlC()))
    })
}

const help = `
Examples:
  SLUICE_DATABASE_URL=postgresql://sluice@db.example/sluice SLUICE_REDIS_URL=redis://queue.example sluice server

The work is done by: sluice worker. Pipelines are put with: sluice apply FILE. What a server of an older version left is taken over.`
