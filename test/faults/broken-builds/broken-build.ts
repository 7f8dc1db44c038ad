/** A build with the mechanism taken out that survives a fault, and the test that must fail on it. */
export interface BrokenBuild {
  /** Of failure-modes.md: `F19`. */
  readonly row: string
  /** What is taken out, in words. */
  readonly mechanism: string
  /** Where it stands, from the root. */
  readonly file: string
  /** A text that stands there exactly once. */
  readonly find: string
  readonly replace: string
  /** The file of the test, from the root. */
  readonly test: string
  /** The beginning of the name of the test that fails. */
  readonly fails: string
}
