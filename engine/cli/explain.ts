import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

/** `sluice explain [TYPE[.field]]`: the reference page of a type, one field of it, or the list of types. */
export function addExplain(program: Command, { terminal }: Surroundings): void {
  program
    .command('explain')
    .summary('explain a type or a field')
    .description('Prints what a type does and its fields, one field of it, or without a name all types. Needs no server and no database.')
    .argument('[name]', 'a type, or a type and a field: S3DataNode.filePath')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', help)
    .action(async (name: string | undefined, { json = false }: { readonly json?: boolean }) => {
      const { explain } = await import('./explain/explain-type.ts')
      await explain(name, json, terminal)
    })
}

const help = `
Examples:
  sluice explain
  sluice explain CopyActivity
  sluice explain S3DataNode.filePath`
