import { InvalidArgumentError, type Command } from 'commander'
import type { PipelineState } from '../store/database.ts'
import { readCount, readTime } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly state?: PipelineState
  readonly grid?: boolean
  readonly tree?: boolean
  readonly from?: Date
  readonly to?: Date
  readonly json?: boolean
  readonly limit?: number
  readonly home?: string
}

/** `sluice runs [PIPELINE]`: the pipelines, newest first, or the tasks of one. */
export function addRuns(program: Command, { terminal }: Surroundings): void {
  program
    .command('runs')
    .summary('list pipelines, or show the runs of one')
    .description(
      'Lists pipelines, newest first, with their health; with one named, its runs: as a tree by interval, or as a grid of tasks and intervals, which is usual on a terminal when there are many.',
    )
    .argument('[pipeline]', 'id, beginning of an id, or name (then the newest of that name)')
    .option('--state <state>', 'only pipelines in this state, such as SCHEDULED', readState)
    .option('--grid', 'tasks down, intervals across')
    .option('--tree', 'interval by interval')
    .option('--from <time>', 'only intervals that start then (UTC) or later', readTime)
    .option('--to <time>', 'only intervals that start before (UTC)', readTime)
    .option('--limit <count>', 'how many pipelines, or intervals, to show at most: the newest', readCount)
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string | undefined, { json = false, limit, home, state, grid, tree, from, to }: Options) => {
      const [{ withStore }, { showRuns }] = await Promise.all([import('./store/with-store.ts'), import('./store/show-runs.ts')])
      const view = grid ? 'grid' : tree ? 'tree' : undefined
      await withStore(home, terminal, (store) => showRuns(store, { pipeline, json, limit, state, from, to, view }, terminal))
    })
}

const states: readonly PipelineState[] = ['PENDING', 'SCHEDULED', 'DEACTIVATING', 'INACTIVE', 'FINISHED']

function readState(text: string): PipelineState {
  const state = states.find((known) => known === text.toUpperCase())
  if (!state) throw new InvalidArgumentError(`It must be one of ${states.join(', ')}.`)
  return state
}

const help = `
Examples:
  sluice runs
  sluice runs flights
  sluice runs --state SCHEDULED
  sluice runs flights --grid --from 2001-01-01 --limit 30
  sluice runs df-0F --json`
