import type { Command } from 'commander'
import { readCount } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly json?: boolean
  readonly limit?: number
  readonly home?: string
}

/** `sluice runs [PIPELINE]`: the pipelines, newest first, or the tasks of one. */
export function addRuns(program: Command, { terminal }: Surroundings): void {
  program
    .command('runs')
    .summary('list pipelines, or show the runs of one')
    .description('Lists pipelines, newest first; with one named, its tasks by interval.')
    .argument('[pipeline]', 'id, beginning of an id, or name (then the newest of that name)')
    .option('--limit <count>', 'how many to show at most', readCount)
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string | undefined, { json = false, limit, home }: Options) => {
      const [{ withStore }, { showRuns }] = await Promise.all([import('./store/with-store.ts'), import('./store/show-runs.ts')])
      await withStore(home, terminal, (store) => showRuns(store, { pipeline, json, limit }, terminal))
    })
}

const help = `
Examples:
  sluice runs
  sluice runs flights
  sluice runs df-0F --json`
