import type { WorldRule } from '../../engine/lifecycle/world/rules.ts'
import type { World } from '../../engine/lifecycle/world/state.ts'
import type { Ground } from '../../engine/scheduler/simulation/ground.ts'
import type { VirtualClock } from '../../engine/scheduler/simulation/virtual-clock.ts'
import type { Catalog } from '../../engine/spec/catalog.ts'

export interface RunResult {
  readonly steps: number
  /** What was broken; undefined when all promises were kept. */
  readonly failure: string | undefined
  readonly coverage: ReadonlyMap<string, number>
  readonly trace: readonly string[]
}

export interface RunOptions {
  readonly catalog: Catalog
  /** A rule that the world does not keep. */
  readonly broken?: WorldRule
  readonly trace?: boolean
  /** Puts something between the movers and the world: a store beside it. */
  readonly around?: (
    ground: Ground,
    world: World,
    clock: VirtualClock,
    hasChanged: () => boolean,
  ) => { readonly ground: Ground; readonly quiet?: () => Promise<void> }
}
