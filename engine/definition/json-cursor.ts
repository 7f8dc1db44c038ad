import { JsonFault } from './json-fault.ts'
import type { JsonRepairs } from './json-repairs.ts'
import { mistake } from './problem.ts'
import type { SourceRange } from './source-range.ts'
import type { SourceText } from './source-text.ts'
import type { SourceScalar } from './source-tree.ts'

/** A place in the text, in UTF-16 units, and its line and column, which count from 1. */
interface Mark {
  readonly line: number
  readonly column: number
}

const [lineFeed, tab, quote, backslash] = ['\n', '\t', '"', '\\'].map((sign) => sign.charCodeAt(0)) as [number, number, number, number]

/** Goes through a JSON text token by token, and knows line and column without looking back. */
export class JsonCursor {
  readonly #text: string
  readonly #file: string
  readonly #repairs: JsonRepairs
  #at = 0
  #line = 1
  #lineStart = 0

  constructor({ text, file }: SourceText, repairs: JsonRepairs) {
    this.#text = text
    this.#file = file
    this.#repairs = repairs
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  peek(): string {
    return this.#text.charAt(this.#at)
  }

  mark(): Mark {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 }
  }

  since({ line, column }: Mark): SourceRange {
    return { file: this.#file, line, column, endLine: this.#line, endColumn: this.#at - this.#lineStart + 1 }
  }

  /** The next character. */
  here(): SourceRange {
    const { line, column } = this.mark()
    return { file: this.#file, line, column, endLine: line, endColumn: column + 1 }
  }

  expect(sign: string): void {
    if (this.peek() !== sign) throw this.unexpected(`"${sign}"`)
    this.#at++
  }

  unexpected(wanted: string): JsonFault {
    const message = `The text is not valid JSON: ${this.atEnd ? 'it ends' : `${this.#shown()} stands`} where ${wanted} should be.`
    return new JsonFault(mistake('BAD_SYNTAX', this.here(), message, this.#hint()))
  }

  /** Calls `read` before each item of a list or map, and goes behind the closing bracket. */
  each(open: string, close: string, read: () => void): void {
    this.expect(open)
    this.skipBlanks()
    while (this.peek() !== close) {
      read()
      this.skipBlanks()
      if (this.peek() === close) break
      if (this.peek() !== ',') throw this.unexpected(`"," or "${close}"`)
      const comma = this.here()
      this.#at++
      this.skipBlanks()
      if (this.peek() === close) this.#repairs.note('trailingComma', () => comma)
    }
    this.#at++
  }

  skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === lineFeed) this.#newLine()
      else if (code === 32 || code === 13 || code === tab) this.#at++
      else if (!this.#skipComment()) return
    }
  }

  /** The text between the quotes, escapes read. */
  string(): SourceScalar {
    const begin = this.mark()
    const from = ++this.#at
    let plain = true
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === quote) break
      if (Number.isNaN(code)) throw this.#unclosed(begin)
      if (code === lineFeed) {
        plain = false
        this.#repairs.note('lineBreak', () => this.since(begin))
        this.#newLine()
        continue
      }
      if (code === backslash) this.#at++
      if (code === backslash || code < 32) plain = false
      if (code === tab) this.#repairs.note('controlCharacter', () => this.here())
      this.#at++
    }
    const source = this.#text.slice(from, this.#at)
    this.#at++
    const range = this.since(begin)
    return { kind: 'text', text: plain ? source : this.#unescaped(source, range), range }
  }

  /** Letters, digits and signs up to the next blank, comma or bracket. */
  word(): SourceScalar | undefined {
    wordPattern.lastIndex = this.#at
    const text = wordPattern.exec(this.#text)?.[0] ?? ''
    if (text === '') return undefined
    const begin = this.mark()
    this.#at += text.length
    return { kind: 'text', text, range: this.since(begin) }
  }

  #unescaped(source: string, range: SourceRange): string {
    const escaped = source.replaceAll('\r\n', '\n').replaceAll(/[\n\t\r]/g, (sign) => escapes[sign] ?? sign)
    let text: string
    try {
      text = JSON.parse(`"${escaped}"`) as string
    } catch {
      const [wrong = '\\'] = /\\(?:u(?![0-9a-fA-F]{4}).{0,4}|[^"\\/bfnrtu])/.exec(escaped.replaceAll('\\\\', '')) ?? []
      const message = `The text is not valid JSON: ${wrong} is no escape.`
      throw new JsonFault(mistake('BAD_SYNTAX', range, message, 'A backslash is written twice: \\\\.'))
    }
    if (!text.includes('\0') && text.isWellFormed()) return text
    const message = 'The text holds a NUL character or half a character.'
    throw new JsonFault(mistake('BAD_CHARACTER', range, message, 'Remove the escape sequence.'))
  }

  #newLine(): void {
    this.#at++
    this.#line++
    this.#lineStart = this.#at
  }

  #skipComment(): boolean {
    const sign = this.peek()
    const next = this.#text.charAt(this.#at + 1)
    if (sign !== '#' && !(sign === '/' && (next === '/' || next === '*'))) return false
    const begin = this.mark()
    const close = next === '*' ? '*/' : '\n'
    const found = this.#text.indexOf(close, this.#at + 1)
    const end = found < 0 ? this.#text.length : found + (next === '*' ? 2 : 0)
    while (this.#at < end) {
      if (this.#text.charCodeAt(this.#at) === lineFeed) this.#newLine()
      else this.#at++
    }
    this.#repairs.note('comment', () => this.since(begin))
    return true
  }

  #unclosed({ line, column }: Mark): JsonFault {
    const range = { file: this.#file, line, column, endLine: line, endColumn: column + 1 }
    return new JsonFault(mistake('BAD_SYNTAX', range, 'The text is not valid JSON: the string that begins here has no closing quote.'))
  }

  #shown(): string {
    const [word = this.peek()] = /^[^\s"{}[\],:]{1,20}/.exec(this.#text.slice(this.#at, this.#at + 20)) ?? []
    return `"${word}"`
  }

  #hint(): string | undefined {
    if (/[“”„«»]/.test(this.peek())) return 'Typographic quotes are no quotes in JSON: write ".'
    if (this.peek() === "'") return 'JSON has only double quotes: write ".'
    if (this.#text.startsWith('...', this.#at)) return 'Something was left out here: put it back, or remove the dots.'
    return undefined
  }
}

const wordPattern = /[A-Za-z0-9+.-]*/y
const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }
