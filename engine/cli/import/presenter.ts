import type { Outcome } from './outcome.ts'

/** Shows an import as it goes: for a person or for a program. */
export interface ImportPresenter {
  /** One pipeline has ended. */
  ended(outcome: Outcome): void
  /** All have, or the rest cannot be tried. */
  summary(outcomes: readonly Outcome[], notTried: number): void
}
