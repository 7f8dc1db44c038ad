import type { ReadingLimits } from './limits.ts'
import type { SourceRange } from './source-range.ts'
import type { SourceText } from './source-text.ts'

/** Thrown where a text leaves the plain core of YAML, and caught by the reader: never seen outside. */
export class NotPlain extends Error {}

/** Line and column count from 1, columns in UTF-16 units. */
export interface Mark {
  readonly line: number
  readonly column: number
}

/** Signs as numbers: a text of megabytes is looked at sign by sign, and a string for each would cost more than all else. */
export const sign = {
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  doubleQuote: 34,
  hash: 35,
  singleQuote: 39,
  plus: 43,
  comma: 44,
  dash: 45,
  dot: 46,
  colon: 58,
  greater: 62,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  bar: 124,
  closeBrace: 125,
} as const

/** Goes through a text once, from sign to sign and from line to line, and knows line and column without looking back. */
export class PlainYamlCursor {
  readonly text: string
  /** The offset of the next sign. */
  at = 0
  /** Of comments that stand on lines of their own before the next sign: how many blanks are before the deepest; -1 without any. */
  commentIndent = -1
  readonly #file: string
  readonly #limits: Pick<ReadingLimits, 'depth' | 'values'>
  #line = 1
  #lineStart = 0
  #depth = 0
  #values = 0

  constructor({ text, file }: SourceText, limits: Pick<ReadingLimits, 'depth' | 'values'>) {
    this.text = text
    this.#file = file
    this.#limits = limits
  }

  /** The next sign, or the one `ahead` of it; NaN behind the end. */
  peek(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead)
  }

  get atEnd(): boolean {
    return this.at >= this.text.length
  }

  /** How far the next sign is from the left edge. */
  get indent(): number {
    return this.at - this.#lineStart
  }

  mark(): Mark {
    return { line: this.#line, column: this.indent + 1 }
  }

  since({ line, column }: Mark): SourceRange {
    return { file: this.#file, line, column, endLine: this.#line, endColumn: this.indent + 1 }
  }

  between(from: Mark, to: Mark): SourceRange {
    return { file: this.#file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
  }

  /** The place of what stands on this line from `start` to the next sign. */
  sinceOffset(start: number): SourceRange {
    const line = this.#line
    return { file: this.#file, line, column: start - this.#lineStart + 1, endLine: line, endColumn: this.indent + 1 }
  }

  leave(): never {
    throw new NotPlain()
  }

  /** To be called once for each key and value, so that a flood of them ends here. */
  countValue(): void {
    if (++this.#values > this.#limits.values) this.leave()
  }

  /** What `read` reads one level deeper. The margin is for texts, which `YamlNesting` counts as levels, too. */
  nested<T>(read: () => T): T {
    if (++this.#depth > this.#limits.depth - 4) this.leave()
    const node = read()
    this.#depth--
    return node
  }

  skipSpaces(): void {
    while (this.text.charCodeAt(this.at) === sign.space) this.at++
  }

  /** Goes to the next line over blanks and a comment; whether there was one. Anything else there is outside. */
  endLine(): boolean {
    this.skipSpaces()
    const comment = this.peek() === sign.hash
    if (comment) {
      // `path: #{myBucket}` is told by the slow way: the author meant no comment
      if (this.peek(-1) !== sign.space || this.peek(1) === sign.openBrace) this.leave()
      this.skipToLineEnd()
    }
    if (!this.atEnd && !this.skipLineBreak()) this.leave()
    return comment
  }

  /** CRLF is one line break. */
  skipLineBreak(): boolean {
    const next = this.peek()
    if (!isLineBreak(next)) return false
    this.at += next === sign.lineFeed ? 1 : 2
    this.#line++
    this.#lineStart = this.at
    return true
  }

  skipToLineEnd(): void {
    const end = this.text.indexOf('\n', this.at)
    if (end === -1) this.at = this.text.length
    else this.at = this.text.charCodeAt(end - 1) === sign.carriageReturn ? end - 1 : end
  }

  /** Goes to the first sign that counts. A line `---` may stand before it. */
  skipToStart(): void {
    this.#skipLines(Infinity)
    if (this.#atDocumentMark() && this.peek() === sign.dash && isLineBreak(this.peek(3))) this.at += 3
    this.skipToContent()
  }

  /** Goes on from the beginning of a line to the next sign that is no comment. Comments behind more than `absorbAbove` blanks belong to what
   *  stands before them, until one does not; the end of the last such comment's line is the answer. */
  skipToContent(absorbAbove = Infinity): Mark | undefined {
    const absorbed = this.#skipLines(absorbAbove)
    if (this.peek() === sign.tab || this.#atDocumentMark()) this.leave()
    return absorbed
  }

  #skipLines(absorbAbove: number): Mark | undefined {
    let absorbed: Mark | undefined
    this.commentIndent = -1
    for (;;) {
      this.skipSpaces()
      if (this.peek() === sign.hash) {
        const { indent } = this
        this.skipToLineEnd()
        this.skipLineBreak()
        if (this.commentIndent === -1 && indent > absorbAbove) absorbed = this.mark()
        else this.commentIndent = Math.max(this.commentIndent, indent)
      } else if (!this.skipLineBreak()) return absorbed
    }
  }

  #atDocumentMark(): boolean {
    const first = this.peek()
    if (this.indent > 0 || (first !== sign.dash && first !== sign.dot)) return false
    return this.peek(1) === first && this.peek(2) === first && isBlank(this.peek(3))
  }
}

/** The beginning of a line break: that no CR stands alone has been checked before. */
export function isLineBreak(code: number): boolean {
  return code === sign.lineFeed || code === sign.carriageReturn
}

/** A blank, the end of a line or the end of the text. */
export function isBlank(code: number): boolean {
  return code === sign.space || code === sign.tab || isLineBreak(code) || Number.isNaN(code)
}

/** What a plain text inside brackets ends at. */
export function isFlowSign(code: number): boolean {
  return (
    code === sign.comma || code === sign.openBracket || code === sign.closeBracket || code === sign.openBrace || code === sign.closeBrace
  )
}
