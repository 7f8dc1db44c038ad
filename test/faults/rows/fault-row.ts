/** One row of failure-modes.md and what shows that it holds. */
export interface FaultRow {
  /** `F1` to `F73`. */
  readonly id: string
  readonly fault: string
  /** What happens then, and by which mechanism. */
  readonly holds: string
  /** Files of the mechanism, from the root. */
  readonly in: readonly string[]
  /** `path/of.test.ts > title`, each of which runs with `npm test`. */
  readonly tests: readonly string[]
  /** What is not there yet, or not shown, and why. */
  readonly lacks?: string
}
