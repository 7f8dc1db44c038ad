import { InvalidArgumentError, type Command } from 'commander'
import type { Surroundings } from './surroundings.ts'

interface Options {
  readonly json?: boolean
  readonly home?: string
}

/** `sluice pools [set NAME SLOTS | remove NAME]`: how many activities may be under way at once. */
export function addPools(program: Command, { terminal, done }: Surroundings): void {
  const pools = program
    .command('pools')
    .summary('show and set pools: how many activities may be under way at once')
    .description('Shows the pools that activities name with `pool`, gives one another number of slots, or takes one away.')
    .addHelpText('after', help)
  const add = (command: Command): Command =>
    command
      .option('--json', 'one JSON object a line')
      .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
  const load = () => Promise.all([import('./store/with-store.ts'), import('./store/show-pools.ts')])
  add(
    pools.command('list', { isDefault: true }).description('Shows every pool with its slots, and how many are taken and waited for.'),
  ).action(async ({ json = false, home }: Options) => {
    const [{ withStore }, { showPools }] = await load()
    done(await withStore(home, terminal, (store) => showPools(store, json, terminal)))
  })
  add(
    pools
      .command('set')
      .description('Gives a pool so many slots; it is made when there is none.')
      .argument('<name>')
      .argument('<slots>', 'a whole number', readSlots),
  ).action(async (name: string, slots: number, { json = false, home }: Options) => {
    const [{ withStore }, { setSlots }] = await load()
    done(await withStore(home, terminal, (store) => setSlots(store, name, slots, json, terminal)))
  })
  add(pools.command('remove').description('Takes a pool away in which nothing is under way.').argument('<name>')).action(
    async (name: string, { json = false, home }: Options) => {
      const [{ withStore }, { takeAway }] = await load()
      done(await withStore(home, terminal, (store) => takeAway(store, name, json, terminal)))
    },
  )
}

function readSlots(text: string): number {
  const slots = Number(text)
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return slots
}

const help = `
Examples:
  sluice pools
  sluice pools set warehouse 4
  sluice pools remove warehouse

With 0 slots nothing of the pool begins: what runs goes on.`
