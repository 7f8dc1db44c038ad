import type { Command } from 'commander'
import { readTime } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly interval?: Date
  readonly json?: boolean
  readonly home?: string
}

/** `sluice why [PIPELINE] [TASK]`: what everything that has not ended waits for. */
export function addWhy(program: Command, { terminal }: Surroundings): void {
  program
    .command('why')
    .summary('say what tasks wait for, and the command that helps')
    .description(
      'Says for each task that has not ended the one reason: what it waits for, since when, when it is looked at next, and the command that unblocks it. Equal reasons are told once, root causes first.',
    )
    .argument('[pipeline]', 'id, beginning of an id, or name (default: the newest pipeline)')
    .argument('[task]', 'only this task, to the root cause; a precondition of several as `arrived/load`')
    .option('--interval <time>', 'only this interval: its start (UTC)', readTime)
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string | undefined, task: string | undefined, { interval, json = false, home }: Options) => {
      const [{ withStore }, { showWhy }] = await Promise.all([import('./store/with-store.ts'), import('./store/show-why.ts')])
      await withStore(home, terminal, (store) => showWhy(store, { pipeline, task, interval, json }, terminal))
    })
}

const help = `
Examples:
  sluice why
  sluice why flights
  sluice why flights load
  sluice why flights arrived/load --interval 2001-01-02`
