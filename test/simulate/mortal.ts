import type { ResourceMaker } from '../../engine/provisioner/provisioner.ts'
import type { Ground } from '../../engine/scheduler/simulation/ground.ts'
import type { LoopClock } from '../../engine/support/wakeable-loop.ts'
import type { Dice } from '../fuzz/dice.ts'

/** A process that may die. */
export interface Life {
  alive: boolean
}

/** The ground as such a process sees it: once it is dead, nothing it asks is done or answered. */
export function mortal(ground: Ground, life: Readonly<Life>): Ground {
  const wrapped = <T extends object>(part: T): T =>
    Object.fromEntries(
      Object.entries(part).map(([name, call]) => [
        name,
        (...args: unknown[]) => (life.alive ? (call as (...given: unknown[]) => unknown)(...args) : never()),
      ]),
    ) as T
  return {
    ...ground,
    planning: wrapped(ground.planning),
    sweeping: wrapped(ground.sweeping),
    actions: wrapped(ground.actions),
    resources: wrapped(ground.resources),
  }
}

/** Makes machines that take up to five minutes to come up and one to go; a share of them does not. */
export function randomMaker(clock: LoopClock, dice: Dice, life: Readonly<Life>, fails: () => number): ResourceMaker {
  const after = (delayMs: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, delayMs))
  return {
    async provision() {
      const isLost = dice.chance(fails())
      await after(dice.below(300_000))
      if (!life.alive) await never()
      if (isLost) throw new Error('no machine is to be had')
      return { resourceId: 'i-1' }
    },
    terminate: () => after(dice.below(60_000)),
  }
}

/** A promise that nobody keeps. */
function never(): Promise<never> {
  return new Promise(() => {})
}
