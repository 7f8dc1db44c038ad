import type { Ground } from '../../engine/scheduler/simulation/ground.ts'

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

/** A promise that nobody keeps. */
export function never(): Promise<never> {
  return new Promise(() => {})
}
