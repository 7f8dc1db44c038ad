import type { Command } from 'commander'
import { collectParameter, readTimeOrNow, type ParameterValues } from './read-options.ts'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly param?: ParameterValues
  readonly from?: Date | 'now'
  readonly replace?: boolean
  readonly json?: boolean
  readonly home?: string
}

/** `sluice apply FILE...`: puts definitions in force for servers and workers that run elsewhere. */
export function addApply(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('apply')
    .summary('put definitions in force, for servers and workers that run')
    .description(
      'Puts each definition under its name and activates it; one that has not changed is left as it is. Servers and workers do the work.',
    )
    .argument('<file...>', 'definitions: YAML, or AWS Data Pipeline JSON')
    .option('--param <id=value>', 'a parameter value for the files that have it; again for more', collectParameter)
    .option(
      '--from <time>',
      'skip intervals of these files that start earlier (UTC) and have not run; `now` skips all that were missed',
      readTimeOrNow,
    )
    .option('--replace', 'where an edit is not allowed on an active pipeline: stop it, and begin a new one of its name')
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (files: string[], { param = {}, from, replace = false, json = false, home }: Options) => {
      const [{ withStore }, { applyFiles }] = await Promise.all([import('./store/with-store.ts'), import('./up/apply-files.ts')])
      done(
        await applyFiles(files, { values: param, from, replace, json }, terminal, (apply) =>
          withStore(home, terminal, (store, settings) => apply(store, settings)),
        ),
      )
    })
}

const help = `
Examples:
  sluice apply pipelines/nightly.yaml pipelines/hourly.yaml
  sluice apply pipelines/nightly.yaml --from now --param bucket=s3://orders

Exit codes: 0 applied, 2 the input is wrong, 3 the database cannot be reached.`
