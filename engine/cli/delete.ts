import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly yes?: boolean
  readonly json?: boolean
  readonly home?: string
}

/** `sluice delete PIPELINE`: takes a pipeline away with its history. */
export function addDelete(program: Command, { terminal, done }: Surroundings): void {
  program
    .command('delete')
    .summary('take a pipeline away, with its history')
    .description('Cancels what runs and deletes a pipeline with its definitions and its history, after asking. There is no way back.')
    .argument('<pipeline>', 'id, beginning of an id, or name (then the newest of that name)')
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON object a line, and no questions')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
    .addHelpText('after', help)
    .action(async (pipeline: string, { yes = false, json = false, home }: Options) => {
      const [{ withStore }, { deleteStored }] = await Promise.all([import('./store/with-store.ts'), import('./store/delete-stored.ts')])
      done(await withStore(home, terminal, (store) => deleteStored(store, { pipeline, yes, json }, terminal)))
    })
}

const help = `
Examples:
  sluice delete df-0A1B2C3D4E5F6G7H8I9J
  sluice delete nightly --yes

What its runs wrote, and their logs, stay where they are.`
