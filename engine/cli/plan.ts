import type { Command } from 'commander'
import { collectParameter, readCount, readTime, type ParameterValues } from './read-options.ts'
import { addSideFiles, type SideFiles } from './side-files.ts'
import type { Surroundings } from './surroundings.ts'

interface Options extends SideFiles {
  readonly from?: Date
  readonly to?: Date
  readonly param?: ParameterValues
  readonly limit?: number
  readonly json?: boolean
}

/** `sluice plan FILE`: what would run between two instants, from the file alone. */
export function addPlan(program: Command, { terminal, done }: Surroundings): void {
  addSideFiles(program.command('plan'))
    .summary('show what would run between two instants')
    .description('Prints what becomes due between two instants: instances in their order, their fields and data. Runs and writes nothing.')
    .argument('<file>', 'a definition: YAML, or AWS Data Pipeline JSON')
    .option('--from <time>', 'the first instant (UTC); also the first activation', readTime)
    .option('--to <time>', 'the instant at which to stop (UTC), itself not included', readTime)
    .option('--param <id=value>', 'a parameter value; again for more', collectParameter)
    .option('--limit <count>', 'how many instances are listed before components are only counted (default: 2000)', readCount)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', help)
    .action(async (file: string, { param = {}, limit = 2000, json = false, ...options }: Options) => {
      const { planFile } = await import('./plan/plan-file.ts')
      done(await planFile(file, { now: new Date(), values: param, limit, json, ...options }, terminal))
    })
}

const help = `
Without --from, the plan begins with a schedule that has a start and an end, and now for all others. Without --to, it goes to the end of
the schedules if all end, else over one period. What is known only when it runs stays as it is written: #{hostname}.

Examples:
  sluice plan pipelines/examples/flights.yaml
  sluice plan nightly.yaml --from 2026-01-31 --to 2026-02-07 --param myBucket=s3://demo
  sluice plan --json hourly.json --from 2026-01-31

Exit codes: 0 planned, 2 the input is wrong.`
