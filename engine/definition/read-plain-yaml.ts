import type { ReadingLimits } from './limits.ts'
import { readBlockText } from './plain-yaml-block-text.ts'
import { isBlank, isLineBreak, NotPlain, PlainYamlCursor, sign, type Mark } from './plain-yaml-cursor.ts'
import { readFlow } from './plain-yaml-flow.ts'
import { endsKey, readScalar } from './plain-yaml-scalars.ts'
import type { SourceRange } from './source-range.ts'
import type { SourceText } from './source-text.ts'
import type { SourceEntry, SourceList, SourceMap, SourceNode, SourceScalar } from './source-tree.ts'

/** The same tree that `parseSource` gives, to the last place, in a tenth of the time; undefined for a text that is not wholly within the
 *  plain core of YAML, and so for every text with a mistake. The core is what people write: maps and lists as blocks or in brackets, texts
 *  on one line, block texts, comments. Outside are anchors, aliases, tags, directives, `?`, quotes over several lines, tabs.
 *  The text itself must have been checked before. Linear in time. */
export function readPlainYaml(source: SourceText, limits: Pick<ReadingLimits, 'depth' | 'values'>): SourceMap | undefined {
  if (/\r(?!\n)/.test(source.text)) return undefined
  try {
    return new PlainYamlReader(new PlainYamlCursor(source, limits)).document()
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

/** Reads blocks. `parentIndent` is always the indentation of the map or list around: what belongs to it stands further right. */
class PlainYamlReader {
  readonly #cursor: PlainYamlCursor
  /** Behind the node just read and all that belongs to it: its line end, comments below it. There the map or list around it ends, too. */
  #reach: Mark

  constructor(cursor: PlainYamlCursor) {
    this.#cursor = cursor
    this.#reach = cursor.mark()
  }

  document(): SourceMap {
    const cursor = this.#cursor
    cursor.skipToStart()
    const root = this.#node(-1)
    // what no map or list took, for its indentation, has none that is right
    if (root.kind !== 'map' || root.range.column !== 1 || !cursor.atEnd) return cursor.leave()
    return root
  }

  /** What stands at the beginning of a line or behind a dash: there a map or a list may begin. */
  #node(parentIndent: number): SourceNode {
    const cursor = this.#cursor
    if (this.#atDash()) return cursor.nested(() => this.#list())
    if (this.#atBracket()) return this.#flow(parentIndent)
    if (this.#atBlockText()) return this.#blockText(parentIndent)
    const afterComment = cursor.commentIndent !== -1
    const begin = cursor.mark()
    const scalar = readScalar(cursor, false)
    if (this.#skipColon()) return cursor.nested(() => this.#map(begin, scalar))
    // a comment further left makes the slow way's lexer forget the indentation, and then it takes further lines for the same text
    if (afterComment) cursor.leave()
    this.#endLine(parentIndent)
    return scalar
  }

  #list(): SourceList {
    const cursor = this.#cursor
    cursor.countValue()
    const begin = cursor.mark()
    const { indent } = cursor
    const items: SourceNode[] = []
    do {
      const commented = items.length > 0 && cursor.commentIndent !== -1
      cursor.at++
      cursor.commentIndent = -1 // comments before an item are the item's
      cursor.skipSpaces()
      items.push(this.#atLineEnd() ? this.#lower(indent, indent + 1, commented) : this.#node(indent))
    } while (cursor.indent === indent && this.#atDash())
    return { kind: 'list', items, range: this.#end(begin, indent) }
  }

  /** The map whose first key has been read, up to and with its colon. */
  #map(begin: Mark, firstKey: SourceNode): SourceMap {
    const cursor = this.#cursor
    cursor.countValue()
    const indent = begin.column - 1
    const entries = [this.#entry(indent, firstKey)]
    while (cursor.indent === indent && !cursor.atEnd && !this.#atDash()) {
      const key = readScalar(cursor, false)
      if (!this.#skipColon()) cursor.leave()
      entries.push(this.#entry(indent, key))
    }
    return { kind: 'map', entries, range: this.#end(begin, indent) }
  }

  #entry(indent: number, key: SourceNode): SourceEntry {
    if (key.kind !== 'text' || key.text === '<<') return this.#cursor.leave()
    return { key: key.text, keyRange: key.range, value: this.#valueOfKey(indent) }
  }

  /** What stands behind a colon. */
  #valueOfKey(indent: number): SourceNode {
    this.#cursor.skipSpaces()
    if (this.#atLineEnd()) return this.#lower(indent, indent)
    if (this.#atBracket()) return this.#flow(indent)
    if (this.#atBlockText()) return this.#blockText(indent)
    const scalar = readScalar(this.#cursor, false)
    this.#endLine(indent)
    return scalar
  }

  /** What stands on the lines below a key or a dash that has nothing behind it. A list may begin at `listIndent`. An item of nothing that is
   *  `commented`, before it or below, reaches to what comes next. */
  #lower(parentIndent: number, listIndent: number, commented = false): SourceNode {
    const cursor = this.#cursor
    const empty = cursor.mark()
    const commentBehind = cursor.endLine()
    cursor.skipToContent()
    if (!cursor.atEnd && (cursor.indent > parentIndent || (cursor.indent === listIndent && this.#atDash()))) return this.#node(parentIndent)
    cursor.countValue()
    this.#reach = commented || commentBehind || cursor.commentIndent !== -1 ? cursor.mark() : empty
    cursor.commentIndent = -1
    return { kind: 'nothing', range: cursor.between(empty, empty) }
  }

  #flow(parentIndent: number): SourceNode {
    const node = readFlow(this.#cursor, parentIndent)
    this.#endLine(parentIndent)
    return node
  }

  #blockText(parentIndent: number): SourceScalar {
    const node = readBlockText(this.#cursor, parentIndent)
    this.#reach = { line: node.range.endLine, column: node.range.endColumn }
    this.#cursor.skipToContent()
    return node
  }

  /** Goes from a value to what comes next. Comments below that stand further right than `parentIndent` belong to the value. */
  #endLine(parentIndent: number): void {
    const cursor = this.#cursor
    cursor.endLine()
    const here = cursor.mark()
    this.#reach = cursor.skipToContent(parentIndent) ?? here
  }

  /** Ends a map or list where its last value ends. Comments that follow belong to it, unless all stand further left; then what is around
   *  it may claim them. */
  #end(begin: Mark, indent: number): SourceRange {
    const cursor = this.#cursor
    const range = cursor.between(begin, this.#reach)
    if (indent > 0 && cursor.commentIndent >= indent) {
      this.#reach = cursor.mark()
      cursor.commentIndent = -1
    }
    return range
  }

  /** Goes behind the colon of a key, if there is one. */
  #skipColon(): boolean {
    const cursor = this.#cursor
    cursor.skipSpaces()
    if (cursor.peek() !== sign.colon || !endsKey(cursor.peek(1), false)) return false
    cursor.at++
    return true
  }

  #atDash(): boolean {
    return this.#cursor.peek() === sign.dash && isBlank(this.#cursor.peek(1))
  }

  #atLineEnd(): boolean {
    const next = this.#cursor.peek()
    return isLineBreak(next) || next === sign.hash || Number.isNaN(next)
  }

  #atBracket(): boolean {
    const next = this.#cursor.peek()
    return next === sign.openBracket || next === sign.openBrace
  }

  #atBlockText(): boolean {
    const next = this.#cursor.peek()
    return next === sign.bar || next === sign.greater
  }
}
