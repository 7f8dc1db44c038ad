import type { Command } from 'commander'
import { addApplyOptions, type ApplyOptions } from './apply-options.ts'
import type { Surroundings } from './surroundings.ts'

/** `sluice apply FILE...`: puts definitions in force for servers and workers that run elsewhere. */
export function addApply(program: Command, { terminal, done }: Surroundings): void {
  addApplyOptions(program.command('apply'))
    .summary('put definitions in force, for servers and workers that run')
    .description(
      'Puts each definition under its name and activates it; one that has not changed is left as it is. Servers and workers do the work.',
    )
    .argument('<file...>', 'definitions: YAML, or AWS Data Pipeline JSON')
    .addHelpText('after', help)
    .action(async (files: string[], { param = {}, from, replace = false, json = false, home }: ApplyOptions) => {
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
