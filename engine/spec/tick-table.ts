import type { Cron } from './cron.ts'
import { tickRuns, type TickRun } from './cron-ticks.ts'

/** The ticks of a cron text from an instant on, by number. What was walked over once is kept, a date at a time. */
export interface TickTable {
  /** Tick number `index`, counted from 0; undefined when there are not so many. */
  at(index: number): Date | undefined
  /** Number of the first tick at `instant` or later; how many ticks there are when there is none. */
  numberFrom(instant: Date): number
}

const tables = new WeakMap<Cron, Map<number, TickTable>>()
const mostTables = 100

/** The ticks at `start` or later. Answers of the same table after the first take the time of a binary search. */
export function tickTable(cron: Cron, start: Date): TickTable {
  const ofCron = tables.get(cron) ?? new Map<number, TickTable>()
  if (!tables.has(cron)) tables.set(cron, ofCron)
  const known = ofCron.get(start.getTime())
  if (known) return known
  const table = new GrowingTable(cron, start.getTime())
  if (ofCron.size >= mostTables) ofCron.clear()
  ofCron.set(start.getTime(), table)
  return table
}

interface NumberedRun extends TickRun {
  /** Number of its first tick. */
  readonly number: number
}

class GrowingTable implements TickTable {
  readonly #cron: Cron
  readonly #ahead: Iterator<TickRun>
  readonly #runs: NumberedRun[] = []
  #count = 0

  constructor(cron: Cron, start: number) {
    this.#cron = cron
    this.#ahead = tickRuns(cron, start)
  }

  at(index: number): Date | undefined {
    while (this.#count <= index) if (!this.#grow()) return undefined
    const run = this.#lastRun((each) => each.number <= index)
    return run && new Date(this.#tick(run, index - run.number))
  }

  numberFrom(instant: Date): number {
    const time = instant.getTime()
    while (this.#lastTick() < time) if (!this.#grow()) return this.#count
    const run = this.#lastRun((each) => this.#tick(each, 0) <= time)
    if (!run) return 0
    let offset = 0
    for (let step = 2 ** 17; step >= 1; step /= 2) {
      const next = offset + step
      if (next <= run.count && this.#tick(run, next - 1) < time) offset = next
    }
    return run.number + offset
  }

  #grow(): boolean {
    const next = this.#ahead.next()
    if (next.done) return false
    this.#runs.push({ ...next.value, number: this.#count })
    this.#count += next.value.count
    return true
  }

  #lastTick(): number {
    const run = this.#runs.at(-1)
    return run ? this.#tick(run, run.count - 1) : -Infinity
  }

  #tick({ base, first }: NumberedRun, offset: number): number {
    return base + this.#cron.timeOfDay(first + offset) * 1000
  }

  /** The last run of which `holds` is true; it is true up to some run and false from there on. */
  #lastRun(holds: (run: NumberedRun) => boolean): NumberedRun | undefined {
    let [low, high] = [0, this.#runs.length]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (holds(this.#runs[middle]!)) low = middle + 1
      else high = middle
    }
    return this.#runs[low - 1]
  }
}
