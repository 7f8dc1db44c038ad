import { CST, Parser } from 'yaml'
import { CommentPlacer } from './comment-placer.ts'
import type { Layout, LayoutCollection, LayoutDocument, LayoutEntry, LayoutLine, LayoutNothing, LayoutText } from './layout-tree.ts'

/** How a YAML text is laid out. The text must have been read without mistakes, and its lines must end in `\n` alone. */
export function readLayout(text: string): LayoutDocument {
  return new LayoutReader(text).read()
}

type Item = CST.BlockMap['items'][number] | CST.BlockSequence['items'][number] | CST.FlowCollection['items'][number]

class LayoutReader {
  private readonly text: string
  private readonly comments: CommentPlacer

  constructor(text: string) {
    this.text = text
    this.comments = new CommentPlacer(text)
  }

  read(): LayoutDocument {
    const head: LayoutLine[] = []
    const whole: LayoutEntry = { before: [], value: nothing([]) }
    for (const token of new Parser().parse(this.text)) {
      if (token.type === 'directive') head.push(...this.comments.takeAll(), token.source)
      else if (token.type === 'document') this.document(token, head, whole)
      else if (token.type === 'doc-end') this.comments.take(token.end)
      else this.comments.take([token])
    }
    return { head, whole, tail: this.comments.takeAll() }
  }

  private document({ start, value, end }: CST.Document, head: LayoutLine[], whole: LayoutEntry): void {
    const properties: string[] = []
    for (const token of start) {
      if (token.type === 'doc-start') head.push(...this.comments.takeAll(), token.source)
      properties.push(...this.comments.take([token]))
    }
    whole.value = this.value(value, properties, whole, -1)
    this.comments.take(end)
  }

  /** `owner` is the entry whose value is read; it begins at `column`. */
  private value(token: CST.Token | undefined, properties: string[], owner: LayoutEntry, column: number): Layout {
    switch (token?.type) {
      case 'block-map':
        return this.block('map', token, properties, column)
      case 'block-seq':
        return this.block('list', token, properties, column)
      case 'flow-collection':
        return this.flow(token, properties, owner)
      case 'alias':
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
      case 'block-scalar':
        this.comments.continue(owner)
        return this.scalar(token, properties)
      default: {
        const none = nothing(properties)
        this.comments.close(none.tail, column + 1)
        return none
      }
    }
  }

  private block(kind: 'map' | 'list', { items }: CST.BlockMap | CST.BlockSequence, properties: string[], outer: number): LayoutCollection {
    const tail: LayoutLine[] = []
    let column = 0
    const entries = items.flatMap((item) => {
      const { entry, begins } = this.item(item, kind, true)
      column ||= begins
      return entry ? [entry] : []
    })
    // a list may stand at the column of its key: what follows at that column is not the list's
    this.comments.close(tail, Math.max(column, outer + 1))
    return { kind, flow: false, properties, entries, tail }
  }

  private flow({ start, items, end }: CST.FlowCollection, properties: string[], owner: LayoutEntry): LayoutCollection {
    const kind = start.type === 'flow-map-start' ? 'map' : 'list'
    const tail: LayoutLine[] = []
    this.comments.continue(owner)
    const entries = items.flatMap((item) => this.item(item, kind, false).entry ?? [])
    this.comments.closeFlow(entries.length > 0 ? tail : owner.before)
    this.comments.continue(owner)
    this.comments.take(end)
    return { kind, flow: true, properties, entries, tail }
  }

  /** The last item of a collection may hold nothing but comments. */
  private item(item: Item, kind: 'map' | 'list', block: boolean): { entry?: LayoutEntry; begins: number } {
    const first = item.start.findIndex(({ type }) => !['space', 'newline', 'comment', 'comma'].includes(type))
    const leading = first === -1 ? item.start : item.start.slice(0, first)
    this.comments.take(leading)
    const token = item.start[first] ?? item.key ?? item.sep?.[0] ?? item.value
    if (!token) return { begins: 0 }
    const begins = this.comments.columnOf(token.offset)
    const entry: LayoutEntry = { before: [], value: nothing([]) }
    this.comments.begin(entry)
    const properties = this.comments.take(item.start.slice(leading.length))
    this.content(item, kind, properties, entry, block ? begins : Infinity)
    return { entry, begins }
  }

  private content({ key, sep, value }: Item, kind: 'map' | 'list', properties: string[], entry: LayoutEntry, column: number): void {
    if (kind === 'list' && sep === undefined) {
      entry.value = this.value(value, properties, entry, column)
    } else if (kind === 'map') {
      entry.key = this.key(key ?? value, properties)
      entry.value = this.value(sep && value, this.comments.take(sep), entry, column)
    } else {
      // `[key: value]` is a map of one entry within a list
      const pair: LayoutEntry = { before: [], key: this.key(key, properties), value: nothing([]) }
      entry.value = { kind: 'map', flow: true, properties: [], entries: [pair], tail: [] }
      pair.value = this.value(value, this.comments.take(sep), entry, column)
    }
  }

  private key(token: CST.Token | null | undefined, properties: string[]): LayoutText {
    const read = token && CST.isScalar(token) ? this.scalar(token, properties) : undefined
    return read?.kind === 'text' ? read : { kind: 'text', properties, text: '', style: 'quoted', wrapped: false }
  }

  private scalar(token: CST.FlowScalar | CST.BlockScalar, properties: string[]): Layout {
    if (token.type === 'block-scalar') {
      this.comments.take(token.props)
      this.comments.endOfBlockText()
      return blockText(token, properties)
    }
    this.comments.take(token.end)
    if (token.type === 'alias') return { kind: 'alias', properties, name: token.source.slice(1) }
    const style = token.type === 'scalar' ? 'plain' : 'quoted'
    return { kind: 'text', properties, text: CST.resolveAsScalar(token, false).value, style, wrapped: token.source.includes('\n') }
  }
}

function nothing(properties: readonly string[]): LayoutNothing {
  return { kind: 'nothing', properties, tail: [] }
}

function blockText(token: CST.BlockScalar, properties: readonly string[]): LayoutText {
  const header = token.props.flatMap((prop) => (prop.type === 'block-scalar-header' ? [prop.source] : [])).join('')
  const { value: text } = CST.resolveAsScalar(token, false)
  if (!header.startsWith('>')) return { kind: 'text', properties, text, style: 'literal', wrapped: false }
  const lines = token.source.split('\n')
  const indicated = /[1-9]/.exec(header)?.[0]
  const margin = indicated ? token.indent + Number(indicated) : (lines.find((line) => line.trim() !== '')?.search(/[^ ]/) ?? 0)
  return { kind: 'text', properties, text, style: 'folded', lines: lines.map((line) => line.slice(margin)), wrapped: true }
}
