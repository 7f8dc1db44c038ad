import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

/** `sluice schema`: the JSON Schema of the YAML form on the standard output. */
export function addSchema(program: Command, { terminal }: Surroundings): void {
  program
    .command('schema')
    .summary('print the JSON Schema of the YAML form, for editors')
    .description('Prints the JSON Schema of the YAML form. An editor that has it completes types and fields and explains them.')
    .addHelpText('after', help)
    .action(async () => {
      const [{ definitionSchema }, { loadCatalog }] = await Promise.all([
        import('../spec/json-schema.ts'),
        import('../spec/load-catalog.ts'),
      ])
      terminal.print(JSON.stringify(definitionSchema(await loadCatalog()), undefined, 1))
    })
}

const help = `
Examples:
  sluice schema > sluice.schema.json

Then write as the first line of a definition:
  # yaml-language-server: $schema=./sluice.schema.json`
