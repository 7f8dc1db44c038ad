import type { Command } from 'commander'
import { collectParameter, readCount, readTime, type ParameterValues } from './read-options.ts'
import { addSideFiles, type SideFiles } from './side-files.ts'
import {
  collectDuration,
  collectFailure,
  collectOutage,
  type Durations,
  type Failure,
  type Outage,
} from './simulate/read-simulate-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options extends SideFiles {
  readonly from: Date
  readonly to: Date
  readonly outage?: readonly Outage[]
  readonly fail?: readonly Failure[]
  readonly duration?: Durations
  readonly workers?: number
  readonly seed?: number
  readonly param?: ParameterValues
  readonly limit?: number
  readonly json?: boolean
}

/** `sluice simulate FILE`: what would run when, with outages and failures, on a clock that does not wait. */
export function addSimulate(program: Command, { terminal, done }: Surroundings): void {
  addSideFiles(program.command('simulate'))
    .summary('show what would run when, with outages and failures')
    .description(
      'Runs the schedules of a definition on a virtual clock: what would have run, when, and why not. Tasks take their time and do nothing.',
    )
    .argument('<file>', 'a definition: YAML, or AWS Data Pipeline JSON')
    .requiredOption('--from <time>', 'when it is activated (UTC); what was due before counts as done', readTime)
    .requiredOption('--to <time>', 'when to stop (UTC)', readTime)
    .option('--outage <from/to>', 'Sluice is down: HH:MM/HH:MM each day, or two instants; again for more', collectOutage)
    .option('--fail <task>', 'every try of the task fails; TASK@INTERVAL for one interval; again for more', collectFailure)
    .option('--duration <task=time>', 'how long the task takes, for example load=5m (default: 1m); again for more', collectDuration)
    .option('--workers <count>', 'how many tasks run at a time (default: 4)', readCount)
    .option('--seed <number>', 'lets durations differ by up to a half, the same way each time', readCount)
    .option('--param <id=value>', 'a parameter value; again for more', collectParameter)
    .option('--limit <count>', 'how many runs are listed (default: 200)', readCount)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', help)
    .action(async (file: string, { param = {}, limit = 200, json = false, workers = 4, outage, fail, duration, ...options }: Options) => {
      const { simulateFile } = await import('./simulate/simulate-file.ts')
      const asked = {
        ...options,
        values: param,
        limit,
        json,
        workers,
        outages: outage ?? [],
        failures: fail ?? [],
        durations: duration ?? new Map(),
      }
      done(await simulateFile(file, asked, terminal))
    })
}

const help = `
The scheduler, the lifecycle and the dispatcher are those that run pipelines; only the clock and the workers are not real. Preconditions are
true unless --fail names them. In an outage everything is down: what ran is lost and tried again.

Examples:
  sluice simulate nightly.yaml --from 2026-01-01 --to 2026-01-08
  sluice simulate nightly.yaml --from 2026-01-01 --to 2026-01-03 --outage 02:00/05:00 --duration load=40m
  sluice simulate nightly.yaml --from 2026-01-01 --to 2026-01-03 --fail load@2026-01-01

Exit codes: 0 simulated, 2 the input is wrong.`
