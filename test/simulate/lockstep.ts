import type { Catalog } from '../../engine/spec/catalog.ts'
import { leaseMs } from '../../engine/store/claims.ts'
import { LockstepGround } from './lockstep-ground.ts'
import type { LockstepStore } from './lockstep-store.ts'
import type { RunOptions, RunResult } from './run-options.ts'
import { runScenario } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'

/** Runs a scenario on a world and on a store at once. */
export async function runInLockstep(
  scenario: Scenario,
  lockstep: LockstepStore,
  catalog: Catalog,
  options: Omit<RunOptions, 'catalog'> = {},
): Promise<RunResult> {
  await lockstep.clear()
  return runScenario(
    { ...scenario, leaseMs },
    {
      ...options,
      catalog,
      around(own, world, clock, hasChanged) {
        const both = new LockstepGround({ own, world, lockstep, catalog, now: () => clock.now(), hasChanged })
        return { ground: both.ground, quiet: () => both.quiet() }
      },
    },
  )
}
