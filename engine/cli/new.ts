import { InvalidArgumentError, Option, type Command } from 'commander'
import type { NewOptions } from './new/new-file.ts'
import { parsePeriod, type Period } from '../spec/period.ts'
import { collectParameter, type ParameterValues } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options extends Omit<NewOptions, 'values'> {
  readonly param?: ParameterValues
}

/** `sluice new [TEMPLATE] [FILE]`: a definition file from a template. */
export function addNew(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('new')
    .summary('write a pipeline from a template')
    .description('Writes a definition file from a template, asking for its parameters. Without a template, lists them. Needs no server.')
    .argument('[template]', 'a template, or the beginning of its name')
    .argument('[file]', 'the file to write (default: the name of the template, in this folder)')
    .option('--param <id=value>', 'a parameter value, which is then not asked for; again for more', collectParameter)
    .option('--name <name>', 'name of the pipeline (default: that of the file)')
    .option('--schedule <period>', 'run it every so often, beginning with its activation: "1 day"', readPeriod)
    .addOption(new Option('--on-demand', 'run it once an activation, without a schedule').conflicts('schedule'))
    .option('--force', 'replace the file if it is there')
    .option('--json', 'one JSON object a line, and no questions')
    .addHelpText('after', help)
    .action(async (template: string | undefined, file: string | undefined, { param = {}, ...options }: Options) => {
      const { newFile } = await import('./new/new-file.ts')
      done(await newFile(template, file, { ...options, values: param }, terminal))
    })
}

function readPeriod(text: string): Period {
  const period = parsePeriod(text)
  if (!period || period.count === 0) throw new InvalidArgumentError('It must be a period, for example "15 minutes" or "1 day".')
  return period
}

const help = `
Secret parameters are never written to the file: they are given at each run, with --param.

Examples:
  sluice new
  sluice new getting-started --param myS3OutputLoc=s3://out
  sluice new full-copy-of-sql-table-to-s3 orders.yaml --schedule "1 day"

Exit codes: 0 written, 2 the input is wrong or a value is missing, 130 stopped while asked.`
