import type { SluiceError } from '../../errors.ts'
import type { ImportedDefinition } from './import-definition.ts'
import type { ImportSource } from './import-source.ts'

/** How the import of one pipeline ended. */
export type Outcome = Imported | Empty | Failed

export interface Imported extends Omit<ImportedDefinition, 'text'> {
  readonly kind: 'imported'
  readonly source: ImportSource
  readonly file: string
  /** The file was there already and said the same. */
  readonly unchanged: boolean
}

/** There is nothing to import. */
export interface Empty {
  readonly kind: 'empty'
  readonly origin: string
  readonly message: string
}

export interface Failed {
  readonly kind: 'failed'
  readonly origin: string
  readonly error: SluiceError
}

/** Whether it can run as it is: nothing of its definition is unsupported or wrong, and nothing has to be given again. */
export function mayRun({ fates, diagnostics, valuesNeeded }: Imported): boolean {
  const lacks = fates.some(({ of, fate }) => fate === 'not supported' && of !== 'pipeline' && of !== 'tag' && of !== 'file')
  return !lacks && valuesNeeded.length === 0 && diagnostics.every(({ severity }) => severity !== 'error')
}

/** What a program that waits for the command is told: the gravest of the failures, or 0. */
export function exitCodeOf(outcomes: readonly Outcome[]): number {
  return Math.max(0, ...outcomes.map((outcome) => (outcome.kind === 'failed' ? outcome.error.exitCode : 0)))
}
