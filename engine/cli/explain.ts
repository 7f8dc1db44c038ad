import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

/** `sluice explain [TYPE[.field] | CODE]`: the reference page of a type, one field of it, a diagnostic code, or the list of types. */
export function addExplain(program: Command, { terminal }: Surroundings): void {
  program
    .command('explain')
    .summary('explain a type, a field or a diagnostic code')
    .description(
      'Prints what a type does and its fields, one field of it, what a diagnostic code means, or without a name all types. Needs no server and no database.',
    )
    .argument('[name]', 'a type, a type and a field, or a code: S3DataNode.filePath, UNKNOWN_FIELD')
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
  sluice explain S3DataNode.filePath
  sluice explain UNKNOWN_FIELD`
