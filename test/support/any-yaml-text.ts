import fc from 'fast-check'
import { quote } from '../../engine/definition/write-json.ts'
import { nastyTexts } from './any-definition.ts'

/** A YAML form as no one would lay it out: sections and fields in any order, blocks and brackets, every way to quote, anchors and aliases,
 *  comments and empty lines wherever they may stand. Some of the texts have mistakes. */
export function anyYamlText(): fc.Arbitrary<string> {
  return fc.gen().map((generate) => new Scribbler((choices) => generate(() => choices)).file())
}

type Pick = <T>(choices: fc.Arbitrary<T>) => T

/** Long texts only cost time here. */
const texts = nastyTexts().filter((text) => text.length < 100)

/** What a map holds: objects of fields, fields of values, or anything. */
type Content = 'objects' | 'parameters' | 'fields' | 'values' | 'anything'

const sections: Readonly<Record<string, Content>> = {
  parameters: 'parameters',
  values: 'values',
  defaults: 'fields',
  dataNodes: 'objects',
  activities: 'objects',
  objects: 'objects',
  tests: 'anything',
}

class Scribbler {
  private readonly pick: Pick
  private readonly anchors: Readonly<Record<'text' | 'fields', string[]>> = { text: [], fields: [] }
  private names = 0

  constructor(pick: Pick) {
    this.pick = pick
  }

  file(): string {
    const titles = this.pick(fc.shuffledSubarray(['sluice', 'name', 'description', ...Object.keys(sections)], { minLength: 1 }))
    const start = this.maybe(1, 12) ? `${this.lines(0)}---${this.trailing()}\n` : ''
    const text = start + titles.map((title) => this.lines(0) + this.section(title)).join('') + this.lines(0)
    const ended = this.maybe(1, 4) ? text.replace(/\n$/, '') : text
    return this.maybe(1, 8) ? ended.replaceAll('\n', '\r\n') : ended
  }

  private section(title: string): string {
    const content = sections[title]
    if (content) return `${title}:${this.map(2, content)}`
    return title === 'sluice' ? `sluice:  1${this.trailing()}\n` : `${title}: ${this.text(2)}`
  }

  /** What follows a colon; ends in a line break. */
  private map(indent: number, content: Content): string {
    const anchored = content === 'fields' && this.maybe(1, 6) ? this.anchor('fields') : undefined
    const inBrackets = content !== 'values' && this.maybe(1, 3)
    const written = inBrackets ? this.bracketMap(indent, content) : this.blockMap(indent, content)
    const named = anchored ? ` &${anchored}` : ''
    if (anchored) this.anchors.fields.push(anchored)
    return `${named}${written}`
  }

  private bracketMap(indent: number, content: Content): string {
    return ` ${this.brackets(indent, content)}${this.trailing()}\n`
  }

  private blockMap(indent: number, content: Content): string {
    const deeper = indent + this.pick(fc.constantFrom(0, 0, 2))
    const entries = this.keys(content).map((key) => {
      const explicit = this.maybe(1, 15) ? `? ${key}${this.trailing()}\n${' '.repeat(deeper)}:` : `${key}:`
      return `${this.lines(deeper)}${' '.repeat(deeper)}${explicit}${this.entry(deeper + 2, content, key)}`
    })
    return `${this.trailing()}\n${entries.join('')}`
  }

  private entry(indent: number, content: Content, key: string): string {
    if (content === 'objects') {
      const known = this.anchors.fields.at(-1)
      return known && this.maybe(1, 4) ? ` *${known}${this.trailing()}\n` : this.map(indent, 'fields')
    }
    if (content === 'parameters') return this.map(indent, 'values')
    const single = content === 'fields' && (key === 'type' || key === 'name')
    const kinds = single
      ? fc.constant('text')
      : fc.constantFrom('text', 'text', 'text', 'text', 'list', 'brackets', 'alias', 'ref', 'nothing', 'map')
    const kind = this.pick(kinds)
    const known = this.anchors.text.at(-1)
    if (kind === 'list') return `${this.trailing()}\n${this.list(indent - this.pick(fc.constantFrom(0, 2)), content)}`
    if (kind === 'brackets') return this.bracketMap(indent, 'values')
    if (kind === 'alias' && known) return ` *${known}${this.trailing()}\n`
    if (kind === 'ref' && content !== 'values') return ` { ref: ${this.word()} }\n`
    if (kind === 'nothing' && content !== 'fields') return `${this.trailing()}\n`
    if (kind === 'map' && content === 'anything') return this.map(indent, content)
    const anchored = this.maybe(1, 8) ? this.anchor('text') : undefined
    const text = this.text(indent)
    if (!anchored) return ` ${text}`
    this.anchors.text.push(anchored)
    return ` &${anchored} ${text}`
  }

  private list(indent: number, content: Content): string {
    const items = Array.from({ length: this.pick(fc.integer({ min: 1, max: 3 })) }, () => {
      if (content === 'anything' && this.maybe(1, 3)) return `- - ${this.text(indent + 4)}`
      if (content === 'anything' && this.maybe(1, 3))
        return `-  a: ${this.text(indent + 5)}${' '.repeat(indent + 3)}b:${this.entry(indent + 5, content, 'b')}`
      return `- ${this.text(indent + 2)}`
    })
    return items.map((item) => `${this.lines(indent)}${' '.repeat(indent)}${item}`).join('')
  }

  private brackets(indent: number, content: Content): string {
    const gap = (): string => (this.maybe(1, 6) ? `${this.trailing()}\n${this.inner(indent + 2)}${' '.repeat(indent + 2)}` : ' ')
    const isMap = content !== 'values'
    const items = this.keys(content).map((key) => {
      if (!isMap) return `${gap()}${this.shortText()}`
      return `${gap()}${key}: ${content === 'fields' ? this.bracketValue(indent + 2, key) : this.brackets(indent + 2, 'fields')}`
    })
    const comma = items.length > 0 && this.maybe(1, 4) ? ',' : ''
    return isMap ? `{${items.join(',')}${comma}${gap()}}` : `[${items.join(',')}${comma}${gap()}]`
  }

  private bracketValue(indent: number, key: string): string {
    return key !== 'type' && key !== 'name' && this.maybe(1, 5) ? this.brackets(indent, 'values') : this.shortText()
  }

  /** Ends in a line break. */
  private text(indent: number): string {
    const style = this.pick(fc.constantFrom('short', 'short', 'short', 'literal', 'folded', 'wrapped'))
    if (style === 'short') return `${this.shortText()}${this.trailing()}\n`
    const margin = ' '.repeat(indent + this.pick(fc.constantFrom(0, 1)))
    if (style === 'wrapped') return this.wrapped(margin)
    const line = fc.constantFrom('', 'one', 'two #{x}', '  deep', '# three', 'a: b', '\ttab', 'end  ')
    const lines = [...this.pick(fc.constantFrom([], [], [''])), 'first', ...this.pick(fc.array(line))]
    const deepFirst = margin.length === indent && this.maybe(1, 5)
    const header = `${style === 'literal' ? '|' : '>'}${deepFirst ? '2' : ''}${this.pick(fc.constantFrom('', '-', '+'))}`
    const body = (deepFirst ? [' deep', ...lines] : lines).map((text) => (text === '' ? '' : margin + text))
    return `${header}${this.trailing()}\n${body.join('\n')}\n`
  }

  private wrapped(margin: string): string {
    const quotes = this.pick(fc.constantFrom('', '"', "'"))
    const word = fc.constantFrom('short', 'longer words', 'word'.repeat(8), '', 'a - b', ...(quotes === '' ? [] : ['#{x}', 'a: b']))
    const lines = this.pick(fc.array(word, { minLength: 1 })).map((text) => (text === '' ? '' : margin + text))
    return `${quotes}begin\n${lines.join('\n')}\n${margin}end${quotes}${this.trailing()}\n`
  }

  private shortText(): string {
    const common = fc.constantFrom('plain words', 'yes', '1.0', '2026-01-01', 's3://b/#{x}', 'say "hi"', '\\d+', 'two\nlines', 'a\n\n', ' ')
    const text = this.pick(fc.oneof(texts, common))
    const style = this.pick(fc.constantFrom('plain', 'single', 'double'))
    if (style === 'plain' && /^[A-Za-z0-9][\w ./-]*\w$/.test(text) && text !== 'null') return text
    return style === 'single' && /^[ -~]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : quote(text)
  }

  private unique(key: string): string {
    this.names++
    return /["']$/.test(key) ? `${key.slice(0, -1)}${this.names}${key.at(-1)}` : key + this.names
  }

  private keys(of: Content): string[] {
    const words = fc.constantFrom('command', 'input', 'my own', 'b', "'c'", '"*d"', '1', 'null1')
    const nasty = texts.map((text) => quote(`k${text}`))
    const special = of === 'fields' ? fc.constantFrom('type', 'name', 'id') : words
    const key = fc.oneof({ weight: 6, arbitrary: words }, { weight: 3, arbitrary: special }, nasty)
    const keys = this.pick(fc.uniqueArray(key, { minLength: 1, maxLength: 4 }))
    return of === 'objects' || of === 'parameters' ? keys.map((text) => this.unique(text)) : keys
  }

  private anchor(of: 'text' | 'fields'): string {
    this.names++
    return `${of}${this.names}`
  }

  /** Comments and empty lines, anywhere from the left edge to beyond where an entry begins. */
  private lines(indent: number): string {
    const line = fc.constantFrom(
      '\n',
      '\n',
      '\n',
      `# ${this.word()}\n`,
      ...[indent, indent, 2, indent + 2].map((at) => `${' '.repeat(at)}# ${this.word()}\n`),
    )
    return this.maybe(1, 3) ? this.pick(fc.array(line, { maxLength: 4 })).join('') : ''
  }

  /** The same within brackets, where comments are indented. */
  private inner(indent: number): string {
    return this.maybe(1, 3) ? `${this.maybe(1, 2) ? '\n' : ''}${' '.repeat(indent)}# ${this.word()}\n` : ''
  }

  private trailing(): string {
    return this.maybe(1, 6) ? `  #${this.word()}` : ''
  }

  private word(): string {
    this.names++
    return `w${this.names}`
  }

  private maybe(times: number, of: number): boolean {
    return this.pick(fc.integer({ min: 1, max: of })) <= times
  }
}
