/** One rule of how pipelines behave, in a sentence of ours. */
export interface Rule {
  /** Section of the specification and a few words that name the rule: `2.1 whole intervals`. */
  readonly id: string
  readonly rule: string
  /** Files that do it. */
  readonly in: readonly string[]
  /** Tests that show it, as `file > title`; the title is that of the source, also of a row of a table. */
  readonly tests: readonly string[]
  /** What we decided otherwise than AWS, or than what was first proposed. */
  readonly differs?: string
  /** What of it there is not yet. */
  readonly notYet?: string
}
