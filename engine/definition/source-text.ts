import type { SourceRange } from './source-range.ts'

/** A text that knows where its characters stand. */
export interface SourceText {
  readonly file: string
  /** Without a byte order mark. */
  readonly text: string
  /** The place of the UTF-16 units from `start` up to, not including, `end`. */
  range(start: number, end?: number): SourceRange
}

export function createSourceText(text: string, file: string): SourceText {
  const clean = text.startsWith('\uFEFF') ? text.slice(1) : text
  let starts: number[] | undefined
  return {
    file,
    text: clean,
    range(start, end = start + 1) {
      starts ??= lineStarts(clean)
      const from = position(starts, start)
      const to = position(starts, Math.max(start, end))
      return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
    },
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function position(starts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}
