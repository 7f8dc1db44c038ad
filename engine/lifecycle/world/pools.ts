import { byRank, changeAttempt } from './change.ts'
import { writeHints } from './hints.ts'
import type { World } from './state.ts'

/** Of the attempts that wait for a slot of their pool as many go on as are free, highest priority first, then oldest. A slot is taken by what
 *  runs and by what is offered to workers. Returns how many. */
export function fillPools(world: World): number {
  let count = 0
  const waiting = [...world.held].filter(({ held }) => held === 'POOL')
  for (const name of [...new Set(waiting.map(({ pool }) => pool!))].toSorted()) {
    const slots = world.pools.get(name)
    if (slots === undefined) continue
    const free = world.rules['no more of a pool are under way than it has slots'] ? Math.max(0, slots - takenOf(world, name)) : Infinity
    const chosen = waiting
      .filter(({ pool }) => pool === name)
      .toSorted(byRank)
      .slice(0, free)
    for (const attempt of chosen) changeAttempt(world, attempt, 'WAITING_FOR_RUNNER')
    writeHints(world, chosen)
    count += chosen.length
  }
  return count
}

function takenOf(world: World, name: string): number {
  let taken = 0
  for (const { pool } of world.running) if (pool === name) taken++
  for (const ready of world.ready.values()) for (const { pool, held } of ready) if (pool === name && held === undefined) taken++
  return taken
}

/** Makes those of the pools that there are not yet, with one slot. */
export function ensurePools(world: World, names: readonly string[]): void {
  for (const name of names) if (!world.pools.has(name)) world.pools.set(name, 1)
}

/** Gives a pool so many slots. */
export function setPool(world: World, name: string, slots: number): void {
  world.pools.set(name, slots)
  fillPools(world)
}
