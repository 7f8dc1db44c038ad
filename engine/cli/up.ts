import type { Command } from 'commander'
import { readTimeOrNow } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly from?: Date | 'now'
  readonly replace?: boolean
  readonly json?: boolean
  readonly home?: string
}

/** `sluice up [FILE...]`: scheduler, dispatcher, provisioner and worker in one process, until Ctrl-C. */
export function addUp(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('up')
    .summary('everything in one process, until Ctrl-C')
    .description('Runs everything in one process until Ctrl-C, and goes on with every pipeline that is scheduled.')
    .argument('[file...]', 'definitions to put and activate, each under its name; one that has not changed is left as it is')
    .option(
      '--from <time>',
      'skip intervals of these files that start earlier (UTC) and have not run; `now` skips all that were missed',
      readTimeOrNow,
    )
    .option('--replace', 'where an edit is not allowed on an active pipeline: stop it, and begin a new one of its name')
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (files: string[], { from, replace = false, json = false, home }: Options) => {
      const [{ listenForCtrlC }, { readSettings }, { stayUp }] = await Promise.all([
        import('./ctrl-c.ts'),
        import('../support/settings.ts'),
        import('./up/stay-up.ts'),
      ])
      done(await stayUp(files, { settings: readSettings(process.env, { home }), from, replace, json }, terminal, listenForCtrlC()))
    })
}

const help = `
Examples:
  sluice up
  sluice up pipelines/nightly.yaml pipelines/hourly.yaml
  sluice up pipelines/nightly.yaml --from now
  SLUICE_DATABASE_URL=postgresql://sluice@db.example/sluice SLUICE_REDIS_URL=redis://queue.example sluice up

Ctrl-C stops it and hands back what runs; a second Ctrl-C stops at once. Nothing is lost either way.`
