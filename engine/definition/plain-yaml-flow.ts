import { sign, type Mark, type PlainYamlCursor } from './plain-yaml-cursor.ts'
import { readScalar } from './plain-yaml-scalars.ts'
import type { SourceEntry, SourceList, SourceMap, SourceNode } from './source-tree.ts'

/** The list or map in brackets at the cursor, on one line or on several, which stand further right than `parentIndent`. */
export function readFlow(cursor: PlainYamlCursor, parentIndent: number): SourceList | SourceMap {
  return new FlowReader(cursor, parentIndent).collection()
}

class FlowReader {
  readonly #cursor: PlainYamlCursor
  readonly #parentIndent: number
  #level = 0

  constructor(cursor: PlainYamlCursor, parentIndent: number) {
    this.#cursor = cursor
    this.#parentIndent = parentIndent
  }

  collection(): SourceList | SourceMap {
    const cursor = this.#cursor
    cursor.countValue()
    const begin = cursor.mark()
    this.#level++
    const node = cursor.nested(() => (cursor.peek() === sign.openBrace ? this.#map(begin) : this.#list(begin)))
    this.#level--
    return node
  }

  #map(begin: Mark): SourceMap {
    const entries: SourceEntry[] = []
    this.#items(sign.closeBrace, () => entries.push(this.#entry()))
    return { kind: 'map', entries, range: this.#cursor.since(begin) }
  }

  #list(begin: Mark): SourceList {
    const items: SourceNode[] = []
    this.#items(sign.closeBracket, () => items.push(this.#value()))
    return { kind: 'list', items, range: this.#cursor.since(begin) }
  }

  /** Stops before each item; a comma may stand behind the last. */
  #items(close: number, read: () => void): void {
    const cursor = this.#cursor
    cursor.at++
    this.#skipBlanks()
    while (cursor.peek() !== close) {
      read()
      this.#skipBlanks()
      if (cursor.peek() === sign.comma) {
        cursor.at++
        this.#skipBlanks()
      } else if (cursor.peek() !== close) cursor.leave()
    }
    cursor.at++
  }

  #entry(): SourceEntry {
    const cursor = this.#cursor
    const key = readScalar(cursor, true)
    if (key.kind !== 'text' || key.text === '<<') return cursor.leave()
    const { text, range: keyRange } = key
    cursor.skipSpaces()
    if (cursor.peek() !== sign.colon) return { key: text, keyRange, value: { kind: 'nothing', range: keyRange } }
    cursor.at++
    cursor.skipSpaces()
    const here = cursor.mark()
    this.#skipBlanks()
    if (cursor.peek() !== sign.comma && cursor.peek() !== sign.closeBrace) return { key: text, keyRange, value: this.#value() }
    cursor.countValue()
    return { key: text, keyRange, value: { kind: 'nothing', range: cursor.between(here, here) } }
  }

  #value(): SourceNode {
    const first = this.#cursor.peek()
    return first === sign.openBrace || first === sign.openBracket ? this.collection() : readScalar(this.#cursor, true)
  }

  /** Goes over blanks, comments and line ends. What begins a line must stand further right than what the brackets belong to; only the
   *  outermost closing bracket may stand just below it. */
  #skipBlanks(): void {
    const cursor = this.#cursor
    let newLine = false
    for (;;) {
      cursor.skipSpaces()
      if (cursor.skipLineBreak()) newLine = true
      else if (cursor.peek() === sign.hash) this.#skipComment(newLine)
      else break
    }
    if (newLine && cursor.indent <= this.#parentIndent && !this.#mayCloseHere()) cursor.leave()
  }

  #skipComment(newLine: boolean): void {
    const cursor = this.#cursor
    // a comment at the left edge may be a mistake to the parser, even on a line of its own
    if (cursor.peek(-1) !== sign.space) cursor.leave()
    // an expression behind a blank is told by the slow way: the author meant no comment
    if (!newLine && cursor.peek(1) === sign.openBrace) cursor.leave()
    cursor.skipToLineEnd()
  }

  #mayCloseHere(): boolean {
    const cursor = this.#cursor
    const closes = cursor.peek() === sign.closeBrace || cursor.peek() === sign.closeBracket
    return closes && this.#level === 1 && cursor.indent === this.#parentIndent
  }
}
