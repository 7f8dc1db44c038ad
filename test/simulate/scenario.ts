import { throwDice, type Dice } from '../fuzz/dice.ts'
import type { PipelineSpec } from './pipeline-spec.ts'
import { editedPipeline, randomPipeline } from './random-pipeline.ts'

/** What people do. */
export type Command =
  | 'activate'
  | 'cancel'
  | 'finish'
  | 'rerun'
  | 'rerun downstream'
  | 'deactivate'
  | 'deactivate, keep running'
  | 'put and activate'
  | 'activate from now'
  | 'pause'
  | 'resume'
  | 'set pool'

/** What goes wrong. */
export type Fault =
  | 'a worker dies'
  | 'a worker leaves'
  | 'a worker goes deaf'
  | 'the engine dies'
  | 'the scheduler is away'
  | 'a scheduler with an old look plans'
  | 'a settlement comes twice'
  | 'a settlement comes with an old fence'
  | 'a batch brings two settlements of one attempt'
  | 'the queue is away'
  | 'the clock jumps'

export interface ScenarioEvent {
  /** Milliseconds from the start. */
  readonly at: number
  readonly what: Command | Fault
  /** Picks whom it meets, from 0 up to 1. */
  readonly pick: number
  /** Of pipelines and of workers: which. */
  readonly on: number
  /** For how long. */
  readonly forMs: number
}

/** Everything that a run depends on: the same scenario gives the same run. */
export interface Scenario {
  readonly seed: number
  readonly start: number
  /** From here on nothing goes wrong and nobody asks for anything. */
  readonly calmAfterMs: number
  /** The first versions, and those that are put later, by pipeline. */
  readonly pipelines: readonly { readonly first: PipelineSpec; readonly later: readonly PipelineSpec[] }[]
  readonly events: readonly ScenarioEvent[]
  readonly workers: number
  readonly slots: number
  readonly schedulers: number
  readonly leaseMs: number
  /** Whether workers look at the store without a hint. */
  readonly polls: boolean
  readonly sweepMs: number
  /** Shares of what goes wrong of its own. */
  readonly shares: {
    readonly fails: number
    readonly falls: number
    readonly hintsLost: number
    readonly hintsDoubled: number
    readonly resourcesFail: number
    readonly actionsFail: number
  }
}

const hour = 3_600_000
const starts = ['2026-03-02T00:00:00Z', '2026-03-28T22:00:00Z', '2026-10-24T20:30:00Z'].map((text) => Date.parse(text))

const commands: readonly Command[] = [
  'activate',
  'cancel',
  'cancel',
  'finish',
  'rerun',
  'rerun',
  'rerun downstream',
  'deactivate',
  'deactivate, keep running',
  'put and activate',
  'activate from now',
  'pause',
  'pause',
  'resume',
  'resume',
  'set pool',
]
const faults: readonly Fault[] = [
  'a worker dies',
  'a worker dies',
  'a worker leaves',
  'a worker goes deaf',
  'the engine dies',
  'the scheduler is away',
  'a scheduler with an old look plans',
  'a settlement comes twice',
  'a settlement comes with an old fence',
  'a batch brings two settlements of one attempt',
  'the queue is away',
  'the clock jumps',
]

/** The scenario of a seed. A short one has fewer hours and fewer idle looks: for where a step is dear. */
export function randomScenario(seed: number, isShort = false): Scenario {
  const dice = throwDice(Math.imul(seed + 1, 0x9e3779b1))
  const start = dice.pick(starts)
  const hours = isShort ? 2 + dice.below(3) : 3 + dice.below(10)
  const pipelines = Array.from({ length: dice.chance(0.3) ? 2 : 1 }, (_, n) => {
    const first = randomPipeline(dice, `df-${n}`, start, hours)
    return { first, later: dice.chance(0.3) ? [editedPipeline(dice, first)] : [] }
  })
  const isCalm = dice.chance(0.15)
  return {
    seed,
    start,
    calmAfterMs: hours * hour,
    pipelines,
    events: randomEvents(dice, pipelines.length, hours, isCalm),
    workers: 1 + dice.below(3),
    slots: 1 + dice.below(3),
    schedulers: dice.chance(0.2) ? 2 : 1,
    leaseMs: dice.pick([60_000, 300_000]),
    polls: dice.chance(0.7) && !isShort,
    sweepMs: isShort ? 300_000 : dice.pick([60_000, 300_000, 600_000]),
    shares: {
      fails: share(dice, 0.3),
      falls: share(dice, 0.2),
      hintsLost: share(dice, 0.5),
      hintsDoubled: share(dice, 0.3),
      resourcesFail: share(dice, 0.5),
      actionsFail: share(dice, 0.3),
    },
  }
}

/** Often nothing of the kind, else up to `most`. */
function share(dice: Dice, most: number): number {
  return dice.chance(0.3) ? 0 : (dice.below(100) / 100) * most
}

function randomEvents(dice: Dice, pipelines: number, hours: number, isCalm: boolean): ScenarioEvent[] {
  const activations = Array.from({ length: pipelines }, (_, on): ScenarioEvent => ({ at: 0, what: 'activate', pick: 0, on, forMs: 0 }))
  const more = Array.from({ length: isCalm ? 0 : dice.below(30) }, (): ScenarioEvent => ({
    at: dice.below(hours * hour),
    what: dice.chance(0.55) ? dice.pick(commands) : dice.pick(faults),
    pick: dice.below(1000) / 1000,
    on: dice.below(8),
    forMs: dice.pick([1000, 60_000, 600_000, hour, 3 * hour]),
  }))
  return [...activations, ...more.toSorted((a, b) => a.at - b.at)]
}
