import type { SourceRange } from '../../definition/source-range.ts'

/** One entry of a definition's `tests`. */
export interface PipelineTest {
  readonly name: string
  readonly range: SourceRange
  /** As `--param` gives them. */
  readonly parameters: Readonly<Record<string, readonly string[]>>
  /** The interval that holds it; on demand and for schedules that begin at activation the time of that. */
  readonly at?: { readonly time: Date; readonly range: SourceRange }
  readonly fields: readonly FieldExpectation[]
  /** Codes that activation refuses it with, in any order; absent when the test does not list them. */
  readonly errors?: { readonly codes: readonly string[]; readonly range: SourceRange }
}

/** What one field of one object must come to. */
export interface FieldExpectation {
  readonly object: string
  readonly objectRange: SourceRange
  readonly field: string
  readonly fieldRange: SourceRange
  /** None: the field is left out. */
  readonly values: readonly string[]
  readonly range: SourceRange
}

/** An expectation that was not met. `expected` and `actual` are texts to be shown. */
export interface TestFailure {
  readonly range: SourceRange
  /** `object.field`, or `errors`. */
  readonly what: string
  readonly expected: string
  readonly actual: string
}
