/** The lexer's marks, which have no length in the text: a scalar follows, a document begins, brackets end in the middle. */
export const scalarFollows = '\x1f'
const otherMarks = ['\x02', '\x18']

export function isMark(token: string): boolean {
  return token === scalarFollows || otherMarks.includes(token)
}

/** How deep the collections are, token by token. A level of block style is a column at which something begins; it is over when
 *  something begins further left. This counts a leaf as a level too, which does no harm. */
export class YamlNesting {
  isAlias = false
  private flow = 0
  private column = 0
  private scalar = false
  private blockText = false
  private readonly columns: number[] = []

  get depth(): number {
    return this.flow + this.columns.length
  }

  take(token: string): void {
    this.isAlias = false
    if (isMark(token)) this.scalar ||= token === scalarFollows
    else this.sign(token)
  }

  private sign(token: string): void {
    const first = token[0]
    this.isAlias = !this.scalar && first === '*'
    if (this.scalar) this.text()
    else if (first === '|' || first === '>') this.blockText = true
    else if (!/[\s#:,]/.test(first ?? ' ')) this.content(token)
    this.scalar = false
    const lastBreak = token.lastIndexOf('\n')
    this.column = lastBreak === -1 ? this.column + token.length : token.length - lastBreak - 1
  }

  /** The text of a block scalar begins at the left edge, whatever its level: it closes nothing. */
  private text(): void {
    if (this.blockText) this.blockText = false
    else this.content('')
  }

  private content(token: string): void {
    if (token === ']' || token === '}') this.flow = Math.max(0, this.flow - 1)
    else if (this.flow === 0) this.open()
    if (token === '[' || token === '{') this.flow++
  }

  private open(): void {
    while (this.columns.length > 0 && (this.columns.at(-1) ?? 0) >= this.column) this.columns.pop()
    this.columns.push(this.column)
  }
}
