import { Option, type Command } from 'commander'
import type { ConvertOptions } from './convert/convert-file.ts'
import { addSideFiles } from './side-files.ts'
import type { Surroundings } from './surroundings.ts'

/** `sluice convert FILE`: the definition in the other form. */
export function addConvert(program: Command, { terminal, done }: Surroundings): void {
  addSideFiles(program.command('convert'))
    .summary("turn a definition from YAML into AWS's JSON, or back")
    .description("Writes a definition in the other form: YAML as AWS Data Pipeline's JSON, and its JSON as YAML. Nothing it says is lost.")
    .argument('<file>', 'a definition: YAML, or AWS Data Pipeline JSON')
    .addOption(new Option('--to <form>', 'the form to write (default: the other one)').choices(['yaml', 'json']))
    .option('--output <file>', 'write to this file (default: the standard output)')
    .option('--force', 'replace the output file if it is there')
    .addHelpText('after', help)
    .action(async (file: string, options: ConvertOptions) => {
      const { convertFile } = await import('./convert/convert-file.ts')
      done(await convertFile(file, options, terminal))
    })
}

const help = `
Examples:
  sluice convert pipelines/examples/flights.yaml
  sluice convert exported.json --output nightly.yaml

Exit codes: 0 converted, 2 the definition cannot be read or the output not be written.`
