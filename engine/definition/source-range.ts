/** A place in a text: lines and columns count from 1, columns in UTF-16 units; `end` is exclusive. */
export interface SourceRange {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}
