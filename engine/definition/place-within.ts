import type { SourceRange } from './source-range.ts'

/** A text and where it stands. */
export interface PlacedText {
  readonly text: string
  readonly range?: SourceRange
}

/** The place of a part of a value, where the value is written on one line just as it is; the whole value elsewhere.
 *  `offset` and `length` count UTF-16 units of the text. */
export function placeWithin({ text, range }: PlacedText, offset: number, length: number): SourceRange | undefined {
  if (!range || range.line !== range.endLine) return range
  const quotes = (range.endColumn - range.column - text.length) / 2
  if (quotes !== 0 && quotes !== 1) return range
  const column = range.column + quotes + offset
  return { ...range, column, endColumn: column + length }
}
