import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import type { Hint } from '../../queue/claims.ts'
import { createHintPump } from '../../queue/hint-pump.ts'
import type { HintQueue } from '../../queue/hint-queue.ts'
import type { Catalog } from '../../spec/catalog.ts'
import type { LoopClock } from '../../support/wakeable-loop.ts'
import { startScheduler } from '../scheduler.ts'
import type { Ground } from './ground.ts'
import type { SimulatedWorker } from './simulated-worker.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A mover that was started. */
interface Started {
  stop(): Promise<void>
}

/** What the movers beside the scheduler are started with: neighbours meet here, and know nothing of each other. */
export interface MoverParts {
  readonly ground: Ground
  readonly clock: LoopClock
  readonly pump: () => Promise<void>
  readonly onError: (error: unknown) => void
  readonly sweepMs: number
}

export interface SimulationOptions {
  readonly ground: Ground
  readonly clock: VirtualClock
  readonly catalog: Catalog
  readonly definitions: { get(pipelineId: string, version: number): Promise<CompiledDefinition> }
  /** Starts the dispatcher and the provisioner. */
  readonly startOthers: (parts: MoverParts) => readonly Started[]
  readonly sweepMs: number
  readonly onError: (error: unknown) => void
  /** Becomes of each hint on its way: how many of it arrive. A rejection is a queue that is away. */
  readonly carry?: (hint: Hint) => number
  /** Resolves when whatever the ground was asked has been answered. */
  readonly quiet?: () => Promise<void>
}

/** The very same scheduler, dispatcher and provisioner that serve a store, on a virtual clock, with simulated workers. */
export class Simulation {
  readonly options: SimulationOptions
  readonly workers: SimulatedWorker[] = []
  #movers: Started[] = []
  #scheduler: Started | undefined
  /** How often the movers look without a signal, once they are started anew. */
  sweepMs: number
  #turn = 0

  constructor(options: SimulationOptions) {
    this.options = options
    this.sweepMs = options.sweepMs
    const { signals } = options.ground
    for (const signal of ['planned', 'activated'] as const) signals.on(signal, () => this.#nudge())
  }

  start(): void {
    const { ground, clock, onError, startOthers } = this.options
    const { sweepMs } = this
    const pump = createHintPump({ claims: ground.claims, hints: this.#queue() })
    this.#movers = [...startOthers({ ground, clock, onError, sweepMs, pump: async () => void (await pump.pump()) })]
    this.startScheduler()
  }

  startScheduler(): void {
    const { ground, clock, catalog, definitions, onError } = this.options
    const { sweepMs } = this
    this.#scheduler ??= startScheduler({ store: ground, catalog, definitions, onError, sweepMs, clock })
  }

  stopScheduler(): void {
    void this.#scheduler?.stop()
    this.#scheduler = undefined
  }

  stop(): void {
    this.stopScheduler()
    for (const mover of this.#movers) void mover.stop()
    this.#movers = []
  }

  /** Goes on to the next timer, when that is due before `until`, and waits for all that follows at once. False when there was none. */
  async step(until: number): Promise<boolean> {
    const { clock } = this.options
    const next = clock.nextTime()
    if (next === undefined || next > until) return false
    clock.step()
    await this.settle()
    return true
  }

  /** Waits for all that follows from what was just done. */
  async settle(): Promise<void> {
    await immediate()
    await this.options.quiet?.()
  }

  /** Brings hints to workers: to one for each, the next in turn. */
  offer(hints: readonly Hint[]): void {
    for (const hint of hints) {
      for (let times = this.options.carry?.(hint) ?? 1; times > 0; times--) {
        const serving = this.workers.filter((worker) => worker.serves(hint.group))
        serving[this.#turn++ % serving.length]?.look(hint.lane)
      }
    }
  }

  #queue(): HintQueue {
    return {
      offer: async (hints) => this.offer(hints),
      listen: () => Promise.reject(new Error('A simulated worker is told its hints.')),
      close: () => Promise.resolve(),
    }
  }

  #nudge(): void {
    for (const worker of this.workers) {
      worker.look('activity')
      worker.look('precondition')
    }
  }
}

function immediate(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
