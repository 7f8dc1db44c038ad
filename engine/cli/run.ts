import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'
import { collectParameter, readTime, type ParameterValues } from './read-options.ts'
import { addSideFiles, type SideFiles } from './side-files.ts'

interface Options extends SideFiles {
  readonly param?: ParameterValues
  readonly at?: Date
  readonly json?: boolean
  readonly home?: string
}

/** `sluice run FILE`: one definition file, on this machine, to its end. */
export function addRun(program: Command, { terminal, done }: Surroundings): void {
  addSideFiles(program.command('run'))
    .summary('run a pipeline on this machine and show it')
    .description('Runs one definition file on this machine, as a new pipeline, and shows it until nothing can move any more.')
    .argument('<file>', 'the definition: YAML, or AWS Data Pipeline JSON')
    .option('--param <id=value>', 'a parameter value; again for more', collectParameter)
    .option('--at <time>', 'only the interval that holds this instant (UTC)', readTime)
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (file: string, { param = {}, at, json = false, home, ...sideFiles }: Options) => {
      const [{ listenForCtrlC }, { readSettings }, { runFile }] = await Promise.all([
        import('./ctrl-c.ts'),
        import('../support/settings.ts'),
        import('./run/run-file.ts'),
      ])
      const settings = readSettings(process.env, { home })
      done(await runFile(file, { settings, values: param, at, json, sideFiles }, terminal, listenForCtrlC()))
    })
}

const help = `
Without --at, every interval of a schedule that ends is run, and the newest one of a schedule that goes on for ever.

Examples:
  sluice run pipelines/examples/flights.yaml
  sluice run nightly.yaml --param myBucket=s3://demo --at 2026-01-31

Exit codes: 0 all finished, 1 something failed, 2 the input is wrong, 3 a service cannot be reached.`
