import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

interface Options {
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
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (files: string[], { json = false, home }: Options) => {
      const [{ listenForCtrlC }, { readSettings }, { stayUp }] = await Promise.all([
        import('./ctrl-c.ts'),
        import('../support/settings.ts'),
        import('./up/stay-up.ts'),
      ])
      done(await stayUp(files, { settings: readSettings(process.env, { home }), json }, terminal, listenForCtrlC()))
    })
}

const help = `
Examples:
  sluice up
  sluice up pipelines/nightly.yaml pipelines/hourly.yaml
  SLUICE_DATABASE_URL=postgresql://sluice@db.example/sluice SLUICE_REDIS_URL=redis://queue.example sluice up

Ctrl-C stops it and hands back what runs; a second Ctrl-C stops at once. Nothing is lost either way.`
