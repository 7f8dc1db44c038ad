import type { CST } from 'yaml'
import type { LayoutEntry, LayoutLine } from './layout-tree.ts'

interface Pending {
  readonly line: LayoutLine
  readonly column: number
}

/** Gives each comment and blank line of a YAML text to the entry or collection it belongs to, while the text is read from its beginning
 *  to its end. A comment behind something stays with it; one on a line of its own stands above the next entry, or, where a collection
 *  has just ended, at that collection's end when it is indented as far as its entries. */
export class CommentPlacer {
  private readonly text: string
  private pending: Pending[] = []
  /** Collections that have ended since the last entry began, the innermost first. */
  private closed: { tail: LayoutLine[]; column: number }[] = []
  private entry: LayoutEntry | undefined
  private atLineStart = true

  constructor(text: string) {
    this.text = text
  }

  /** Takes comments and line breaks, and returns the anchors and tags among the tokens. */
  take(tokens: readonly CST.Token[] | undefined): string[] {
    return (tokens ?? []).flatMap((token) => {
      if (token.type === 'space') return []
      if (token.type === 'newline') this.lineBreak()
      else if (token.type === 'comment') this.comment(token)
      else this.atLineStart = false
      return token.type === 'anchor' || token.type === 'tag' ? [token.source] : []
    })
  }

  begin(entry: LayoutEntry): void {
    entry.before.push(...this.takeAll())
    this.continue(entry)
  }

  /** What follows on this line belongs to `entry`, and what stands between its key and its value goes above it. */
  continue(entry: LayoutEntry): void {
    entry.before.push(...this.pending.flatMap(({ line }) => (line === '' ? [] : [line])))
    this.pending = []
    this.entry = entry
    this.atLineStart = false
  }

  endOfBlockText(): void {
    this.atLineStart = true
  }

  /** A block collection has ended whose entries begin at `column`. */
  close(tail: LayoutLine[], column: number): void {
    this.closed.push({ tail, column })
  }

  /** A collection in brackets ends here. */
  closeFlow(tail: LayoutLine[]): void {
    tail.push(...this.takeAll())
  }

  /** The lines that belong to none of the collections that have ended. */
  takeAll(): LayoutLine[] {
    const rest: LayoutLine[] = []
    let blanks: LayoutLine[] = []
    let level = 0
    for (const { line, column } of this.pending) {
      if (line === '') blanks.push(line)
      else {
        while (column < (this.closed[level]?.column ?? 0)) level++
        const target = this.closed[level]?.tail ?? rest
        target.push(...blanks, line)
        blanks = []
      }
    }
    rest.push(...blanks)
    this.pending = []
    this.closed = []
    return rest
  }

  columnOf(offset: number): number {
    return offset - (this.text.lastIndexOf('\n', offset - 1) + 1)
  }

  private lineBreak(): void {
    if (this.atLineStart) this.pending.push({ line: '', column: 0 })
    this.atLineStart = true
  }

  private comment({ source, offset }: CST.SourceToken | CST.ErrorToken): void {
    const line = source.trimEnd()
    if (this.atLineStart || !this.entry) this.pending.push({ line, column: this.columnOf(offset) })
    else if (this.entry.comment === undefined) this.entry.comment = line
    else this.entry.before.push(line)
    this.atLineStart = false
  }
}
