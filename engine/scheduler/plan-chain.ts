import type { ChainAnswer, PlanAnswer, PlanChain, PlanStep } from '../lifecycle/planned.ts'

/** One schedule that is to be planned, interval by interval from where it stands, or one of a backfill. */
export interface Course {
  readonly pipelineId: string
  /** Tells it from all others. */
  readonly key: string
  /** For a person who reads that it cannot be planned. */
  readonly title: string
  /** Rejects when its definition cannot be read. */
  open(): Promise<Steps>
}

/** The steps of a course, one after the other. */
export interface Steps {
  /** Step number `n`, from 0. LATER: it is not due yet; OVER: there is none. */
  at(n: number): ChainStep | 'LATER' | 'OVER'
  /** Follows it no further: called when it is OVER at its first step. */
  end(): Promise<void>
}

export interface ChainStep extends PlanStep {
  /** How many intervals may be active at once, where that is not what `maxActiveInstances` says. */
  readonly room?: number
  /** It is planned by itself, not with those that follow. */
  readonly alone?: boolean
}

/** How many intervals of one schedule are planned before the others that are due have had their turn. */
const turn = 50

/** A course as far as it has come in one look: what to ask for next, and what became of it. */
export class Journey {
  readonly course: Course
  readonly #steps: Steps
  #taken = 0
  #size: number | undefined
  #growing = false
  #answer: PlanAnswer = 'EARLY'

  /** `waits`: it had no room before, and mostly gets that for one interval at a time. */
  constructor(course: Course, steps: Steps, waits: boolean) {
    this.course = course
    this.#steps = steps
    this.#size = waits ? 1 : undefined
  }

  /** How many intervals were planned. */
  get taken(): number {
    return this.#taken
  }

  /** FULL or PAUSED when that keeps it from going on, PLANNED when it went on, else why it did not. */
  get outcome(): PlanAnswer {
    return this.#answer !== 'FULL' && this.#taken > 0 ? 'PLANNED' : this.#answer
  }

  /** The next intervals to ask for, until they make about `most` rows; empty when there are none now. */
  async chain(most: number): Promise<PlanChain> {
    const chain: ChainStep[] = []
    const places = new Set<string>()
    for (let rows = 0; rows < most && chain.length < (this.#size ?? 1) && this.#taken + chain.length < turn;) {
      const step = this.#steps.at(this.#taken + chain.length)
      if (step === 'OVER' && this.#taken + chain.length === 0) await this.#end()
      if (step === 'OVER' || step === 'LATER' || (chain.length > 0 && (step.alone || fillsOne(places, step)))) break
      chain.push(step)
      if (step.alone) break
      this.#size ??= Math.max(1, step.room ?? Math.min(...Object.values(step.plan.limits)))
      rows += step.plan.rows.length
      for (const row of step.plan.rows) if (row.status === 'SCHEDULED') places.add(`${row.component} ${row.start.getTime()}`)
    }
    return chain
  }

  /** Whether it may go on, after `asked` intervals were asked for. */
  took(asked: number, { planned, answer }: ChainAnswer): boolean {
    this.#taken += planned
    this.#answer = answer
    if (planned === asked) {
      // Where all have begun that may for certain, there is rarely room for more; what was cut short for another reason goes on as it was.
      if (this.#size === asked) {
        this.#size = this.#growing ? this.#size * 2 : 1
        this.#growing = true
      }
      return this.#taken < turn
    }
    this.#size = 1
    return answer === 'FULL' && planned > 0
  }

  async #end(): Promise<void> {
    await this.#steps.end()
    this.#answer = 'PLANNED'
  }
}

/** What was kept as a place by an earlier interval of a chain can be filled only once that is stored. */
function fillsOne(places: ReadonlySet<string>, { plan }: PlanStep): boolean {
  return places.size > 0 && plan.rows.some((row) => row.status !== 'SCHEDULED' && places.has(`${row.component} ${row.start.getTime()}`))
}
