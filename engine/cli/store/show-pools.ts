import { didYouMean } from '../../definition/did-you-mean.ts'
import { SluiceError } from '../../errors.ts'
import { listPools, removePool, setPool, type PoolRecord } from '../../store/pools.ts'
import type { Store } from '../../store/open-store.ts'
import type { Terminal } from '../terminal.ts'
import { renderTable } from '../view/render-table.ts'

/** Prints every pool. Resolves to the exit code. */
export async function showPools({ pool }: Store, json: boolean, terminal: Terminal): Promise<number> {
  return print(await listPools(pool), json, terminal)
}

/** Gives a pool so many slots and shows it. Resolves to the exit code. */
export async function setSlots(store: Store, name: string, slots: number, json: boolean, terminal: Terminal): Promise<number> {
  await setPool(store, name, slots)
  return print(
    (await listPools(store.pool)).filter((each) => each.name === name),
    json,
    terminal,
  )
}

/** Takes a pool away. Resolves to the exit code. */
export async function takeAway(store: Store, name: string, json: boolean, terminal: Terminal): Promise<number> {
  const known = await listPools(store.pool)
  const found = known.find((each) => each.name === name)
  if (!found)
    throw new SluiceError(`There is no pool "${name}".`, {
      exitCode: 2,
      hint:
        didYouMean(
          name,
          known.map((each) => each.name),
        ) ?? 'Run `sluice pools` for those there are.',
    })
  if (!(await removePool(store, name)))
    throw new SluiceError(`The pool ${name} is in use: ${found.taken} under way, ${found.waiting} waiting.`, {
      exitCode: 2,
      hint: 'Wait until they have ended, or cancel them.',
    })
  if (json) terminal.print(JSON.stringify({ event: 'removed', pool: name }))
  else terminal.print(`The pool ${name} is gone. A pipeline that names it makes it anew, with one slot.`)
  return 0
}

function print(pools: readonly PoolRecord[], json: boolean, terminal: Terminal): number {
  if (json) pools.forEach((each) => terminal.print(JSON.stringify(each)))
  else if (pools.length === 0)
    terminal.print('There is no pool. An activity that names one with `pool` makes it, or: sluice pools set NAME SLOTS')
  else
    renderTable(
      ['POOL', 'SLOTS', 'TAKEN', 'WAITING'],
      pools.map(({ name, slots, taken, waiting }) => [name, String(slots), String(taken), String(waiting)]),
    ).forEach(terminal.print)
  return 0
}
