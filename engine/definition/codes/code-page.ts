/** What there is to say about one kind of diagnostic, wherever it occurs. */
export interface CodePage {
  /** What is wrong, in a line. */
  readonly title: string
  /** Why it matters, and what the rule is. */
  readonly why: string
  /** What to do. */
  readonly cure: string
}
