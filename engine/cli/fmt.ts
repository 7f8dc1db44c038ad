import type { Command } from 'commander'
import type { FormatOptions } from './fmt/format-files.ts'
import type { Surroundings } from './surroundings.ts'

/** `sluice fmt FILE...`: definitions in one layout, comments kept. */
export function addFmt(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('fmt')
    .summary('format definition files: one layout, every comment kept')
    .description("Writes definitions in one layout, YAML as YAML and AWS Data Pipeline's JSON as JSON. What they say stays the same.")
    .argument('<file...>', 'definitions: YAML, or AWS Data Pipeline JSON; - formats the standard input to the standard output')
    .option('--check', 'write nothing: list the files that are not formatted, and end with 1 if there are any')
    .addHelpText('after', help)
    .action(async (files: string[], options: FormatOptions) => {
      const { formatFiles } = await import('./fmt/format-files.ts')
      done(await formatFiles(files, options, terminal))
    })
}

const help = `
Examples:
  sluice fmt pipelines/*.yaml
  sluice fmt --check pipelines/examples/flights.yaml
  sluice fmt - < nightly.yaml

Exit codes: 0 formatted, 1 with --check a file is not, 2 a definition has a mistake or cannot be read or written.`
