import { isLineBreak, sign, type Mark, type PlainYamlCursor } from './plain-yaml-cursor.ts'
import type { SourceScalar } from './source-tree.ts'

/** The text behind `|` or `>`, whose lines stand further right than `parentIndent`. Leaves the cursor on the first line behind it.
 *  @see YAML 1.2.2, 8.1 */
export function readBlockText(cursor: PlainYamlCursor, parentIndent: number): SourceScalar {
  cursor.countValue()
  const begin = cursor.mark()
  const fold = cursor.peek() === sign.greater ? folded : literal
  cursor.at++
  const chomping = cursor.peek()
  if (chomping === sign.dash || chomping === sign.plus) cursor.at++
  cursor.endLine()
  const emptyLines = skipEmptyLines(cursor, parentIndent)
  const { lines, filled, end, filledEnd } = readLines(cursor, cursor.indent)
  const text = '\n'.repeat(emptyLines) + fold(lines.slice(0, filled))
  if (chomping === sign.plus) {
    const breaks = Math.max(1, lines.length - filled + Number(end.column === 1))
    return { kind: 'text', text: text + '\n'.repeat(breaks), range: cursor.between(begin, end) }
  }
  return { kind: 'text', text: chomping === sign.dash ? text : `${text}\n`, range: cursor.between(begin, filledEnd) }
}

/** How many lines are empty before the first one that is not, whose blanks are the margin of all. */
function skipEmptyLines(cursor: PlainYamlCursor, parentIndent: number): number {
  let count = 0
  let widest = 0
  for (;;) {
    cursor.skipSpaces()
    const { indent } = cursor
    if (cursor.skipLineBreak()) {
      count++
      widest = Math.max(widest, indent)
    } else if (cursor.atEnd || indent <= parentIndent || indent < widest) cursor.leave()
    else return count
  }
}

interface Lines {
  /** Without the margin. */
  readonly lines: readonly string[]
  /** How many there are up to the last one that is not empty. */
  readonly filled: number
  /** Behind the last line, and behind the last one that is not empty. */
  readonly end: Mark
  readonly filledEnd: Mark
}

/** The lines that have the margin or are empty. */
function readLines(cursor: PlainYamlCursor, margin: number): Lines {
  const lines: string[] = []
  let filled = 0
  let end = cursor.mark()
  let filledEnd = end
  for (;;) {
    cursor.skipSpaces()
    const start = cursor.at - cursor.indent + margin
    if (cursor.indent < margin && !isLineBreak(cursor.peek())) break
    cursor.skipToLineEnd()
    const line = cursor.text.slice(Math.min(start, cursor.at), cursor.at)
    lines.push(line)
    const goesOn = cursor.skipLineBreak()
    end = cursor.mark()
    if (line !== '') {
      filled = lines.length
      filledEnd = end
    }
    if (!goesOn) break
  }
  return { lines, filled, end, filledEnd }
}

function literal(lines: readonly string[]): string {
  return lines.join('\n')
}

/** A line break between two lines at the margin is a blank; n empty lines between them are n line breaks. Lines that begin further right
 *  keep the breaks around them. */
function folded(lines: readonly string[]): string {
  let text = ''
  let separator = ''
  let afterIndented = false
  for (const line of lines) {
    if (line === '') {
      if (separator === '\n') text += '\n'
      else separator = '\n'
    } else if (line.startsWith(' ') || line.startsWith('\t')) {
      if (separator === ' ') separator = '\n'
      else if (!afterIndented && separator === '\n') separator = '\n\n'
      text += separator + line
      separator = '\n'
      afterIndented = true
    } else {
      text += separator + line
      separator = ' '
      afterIndented = false
    }
  }
  return text
}
