import { Option, type Command } from 'commander'
import { collectParameter, type ParameterValues } from './read-options.ts'
import { addSideFiles, type SideFiles } from './side-files.ts'
import type { Surroundings } from './surroundings.ts'
import type { ValidationFormat } from './validate/validate-files.ts'

interface Options extends SideFiles {
  readonly param?: ParameterValues
  readonly strict?: boolean
  readonly against?: string
  readonly json?: boolean
  readonly format?: ValidationFormat
}

/** `sluice validate FILE...`: checks definitions, touching nothing but the files. */
export function addValidate(program: Command, { terminal, done }: Surroundings): void {
  addSideFiles(program.command('validate'))
    .summary('check definition files: no server, no database')
    .description('Checks definition files and prints every mistake with its place. Needs no server and no database.')
    .argument('<file...>', 'definitions: YAML, or AWS Data Pipeline JSON')
    .option('--param <id=value>', 'a parameter value; again for more', collectParameter)
    .option('--strict', 'refuse also what AWS refuses, and what Sluice cannot run yet')
    .option('--against <file>', 'the definition in force: also refuse changes that an activated pipeline may not have')
    .addOption(new Option('--format <format>', 'how mistakes are printed; github: as annotations').choices(['text', 'json', 'github']))
    .addOption(new Option('--json', 'one JSON object a line: --format json').conflicts('format'))
    .addHelpText('after', help)
    .action(async (files: string[], { param = {}, json = false, format = json ? 'json' : 'text', ...options }: Options) => {
      const { validateFiles } = await import('./validate/validate-files.ts')
      done(await validateFiles(files, { values: param, format, ...options }, terminal))
    })
}

const help = `
Examples:
  sluice validate pipelines/examples/flights.yaml
  sluice validate --strict --json nightly.yaml hourly.json
  sluice validate --format github pipelines/*.yaml
  sluice validate --parameter-values-uri production.json nightly.json
  sluice validate --against deployed.yaml nightly.yaml

What only stands in the way of running (a parameter without a value, a type that is not supported yet) is a warning here.
A code is explained by: sluice explain CODE

Exit codes: 0 no errors, 2 errors.`
