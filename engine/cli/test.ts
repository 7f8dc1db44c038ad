import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

/** `sluice test FILE...`: the `tests` of YAML definitions, from the files alone. */
export function addTest(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('test')
    .summary('run the tests that definitions carry')
    .description('Runs the tests section of YAML definitions: what fields come to, and what activation refuses. Runs no activity.')
    .argument('<file...>', 'definitions in YAML')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', help)
    .action(async (files: string[], { json = false }: { readonly json?: boolean }) => {
      const { testFiles } = await import('./test/test-files.ts')
      done(await testFiles(files, json, terminal))
    })
}

const help = `
A test stands in the definition itself:
  tests:
    - name: writes to the folder of its interval
      parameters: { myOutput: s3://out }
      at: 2026-01-31T02:00:00
      expect: { objects: { Report: { directoryPath: s3://out/2026-01-31 } } }
    - name: asks for its output
      expect: { errors: [MISSING_PARAMETER] }

Examples:
  sluice test pipelines/nightly.yaml
  sluice test --json pipelines/*.yaml

Exit codes: 0 all passed, 1 a test failed, 2 the input is wrong or no file has tests.`
