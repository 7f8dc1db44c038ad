import type { PlanAnswer } from '../lifecycle/planned.ts'

/** How many of those that wait are tried in one look. */
const atOnce = 256

/** Schedules that were due and had no room, or are paused. They are set apart, so that those behind them come to their turn: of them only some are
 *  tried in each look, those that have waited longest since they were tried. */
export class SetApart {
  readonly #waiting = new Map<string, 'FULL' | 'PAUSED'>()
  #tried: ReadonlySet<string> = new Set()

  /** Begins a look: chooses those that are tried in it. */
  begin(): void {
    this.#tried = new Set(this.#waiting.keys().take(atOnce))
  }

  has(key: string): boolean {
    return this.#waiting.has(key)
  }

  /** Whether this look is to plan it. */
  mayTry(key: string): boolean {
    return !this.#waiting.has(key) || this.#tried.has(key)
  }

  heard(key: string, outcome: PlanAnswer | undefined): void {
    this.#waiting.delete(key)
    if (outcome === 'FULL' || outcome === 'PAUSED') this.#waiting.set(key, outcome)
  }

  /** Forgets those that are not due any more. */
  keep(seen: ReadonlySet<string>): void {
    for (const key of this.#waiting.keys()) if (!seen.has(key)) this.#waiting.delete(key)
  }

  /** Whether there are more than one look tries. */
  get hasMore(): boolean {
    return this.#waiting.size > atOnce
  }

  get anyFull(): boolean {
    return this.#waiting.values().some((why) => why === 'FULL')
  }
}
