import { InvalidArgumentError, type Command } from 'commander'
import { readCount } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly workerGroup?: readonly string[]
  readonly tasks?: number
  readonly checks?: number
  readonly grace?: number
  readonly json?: boolean
  readonly home?: string
}

/** `sluice worker`: runs tasks of worker groups until Ctrl-C. */
export function addWorker(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('worker')
    .summary('run tasks of worker groups, until Ctrl-C')
    .description('Runs the tasks of worker groups until Ctrl-C. Any number of workers may run on one database, on any number of machines.')
    .option('--worker-group <name>', 'a group to serve; again for more (default: default)', collectGroup)
    .option('--tasks <count>', 'how many activities run at once (default: 10)', readCount)
    .option('--checks <count>', 'how many preconditions are checked at once (default: 10)', readCount)
    .option('--grace <seconds>', 'how long a stop lets running tasks go on before it hands them back (default: 30)', readSeconds)
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where logs, work directories and s3:// folders are kept (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async ({ workerGroup, tasks = 10, checks = 10, grace = 30, json = false, home }: Options) => {
      const [{ listenForCtrlC }, { readSettings }, { serve }] = await Promise.all([
        import('./ctrl-c.ts'),
        import('../support/settings.ts'),
        import('./up/serve.ts'),
      ])
      const settings = readSettings(process.env, { home, workerGroups: workerGroup, slots: { activity: tasks, precondition: checks } })
      done(await serve({ part: 'worker', settings, graceMs: grace * 1000, json }, terminal, listenForCtrlC()))
    })
}

function collectGroup(name: string, before?: readonly string[]): readonly string[] {
  return [...(before ?? []), name]
}

function readSeconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds, 0 or more.')
  return Number(text)
}

const help = `
Examples:
  sluice worker
  sluice worker --worker-group warehouse --worker-group default --tasks 4
  SLUICE_DATABASE_URL=postgresql://sluice@db.example/sluice SLUICE_REDIS_URL=redis://queue.example sluice worker

Ctrl-C lets running tasks end within the grace and then hands them back, which costs them no try; a second Ctrl-C stops at once. So workers
can be replaced one after the other, under load. Plans are made by: sluice server.`
