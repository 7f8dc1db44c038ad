import type { Command } from 'commander'
import { addApplyOptions, type ApplyOptions } from './apply-options.ts'
import type { Surroundings } from './surroundings.ts'

/** `sluice up [FILE...]`: scheduler, dispatcher, provisioner and worker in one process, until Ctrl-C. */
export function addUp(program: Command, { terminal, done }: Surroundings): void {
  addApplyOptions(program.command('up'))
    .summary('everything in one process, until Ctrl-C')
    .description('Runs everything in one process until Ctrl-C, and goes on with every pipeline that is scheduled.')
    .argument('[file...]', 'definitions to put and activate, each under its name; one that has not changed is left as it is')
    .option(
      '--retention <for>',
      'how long the history of runs is kept: "90 days", "20 GB", both, or forever (default: SLUICE_RETENTION, else 1 year)',
    )
    .addHelpText('after', help)
    .action(
      async (
        files: string[],
        { param = {}, from, replace = false, json = false, home, retention }: ApplyOptions & { readonly retention?: string },
      ) => {
        const [{ listenForCtrlC }, { readSettings }, { readRetention }, { stayUp }] = await Promise.all([
          import('./ctrl-c.ts'),
          import('../support/settings.ts'),
          import('../support/retention.ts'),
          import('./up/stay-up.ts'),
        ])
        const settings = readSettings(process.env, { home, retention: retention === undefined ? undefined : readRetention(retention) })
        done(await stayUp(files, { settings, values: param, from, replace, json }, terminal, listenForCtrlC()))
      },
    )
}

const help = `
Examples:
  sluice up
  sluice up pipelines/nightly.yaml pipelines/hourly.yaml
  sluice up pipelines/nightly.yaml --from now
  SLUICE_DATABASE_URL=postgresql://sluice@db.example/sluice SLUICE_REDIS_URL=redis://queue.example sluice up

Ctrl-C stops it and hands back what runs; a second Ctrl-C stops at once. Nothing is lost either way.`
