import type { Diagnostic } from './diagnostic.ts'
import { JsonCursor } from './json-cursor.ts'
import { JsonRepairs } from './json-repairs.ts'
import type { ReadingLimits } from './limits.ts'
import { JsonFault } from './json-fault.ts'
import { mistake } from './problem.ts'
import type { SourceRange } from './source-range.ts'
import type { SourceText } from './source-text.ts'
import type { SourceEntry, SourceNode, SourceScalar } from './source-tree.ts'

/** What reading a JSON text came to. Without `root` there is a mistake. */
export interface ReadJson {
  readonly root?: SourceNode
  /** Warnings about what was repaired, or the one mistake that ended the reading. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Whether a text is meant as JSON: it begins with a map whose first key, if any, stands in double quotes. */
export function looksLikeJson(text: string): boolean {
  return /^\s*(?:(?:\/\/|#)[^\n]*\n\s*)*\{\s*(?:["}]|\/[/*]|#|$)/.test(text.slice(0, 10_000))
}

/** The text as a tree. Numbers and booleans stay the text they are; a key may come twice. Published definitions are not always JSON:
 *  line breaks and tabs inside strings, trailing commas and comments are accepted, and told in a warning of each sort. Linear in time;
 *  the nesting is bounded by the limits.
 *  @see spec/wire-api.md 8.1 */
export function readJsonText(source: SourceText, limits: ReadingLimits): ReadJson {
  const reader = new JsonReader(source, limits)
  try {
    return { root: reader.document(), diagnostics: reader.repairs.diagnostics() }
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    return { diagnostics: [error.diagnostic] }
  }
}

class JsonReader {
  readonly repairs: JsonRepairs
  readonly #cursor: JsonCursor
  readonly #limits: ReadingLimits
  #depth = 0
  #nodes = 0

  constructor(source: SourceText, limits: ReadingLimits) {
    this.repairs = new JsonRepairs()
    this.#cursor = new JsonCursor(source, this.repairs)
    this.#limits = limits
  }

  document(): SourceNode {
    const cursor = this.#cursor
    cursor.skipBlanks()
    const root = this.#value()
    cursor.skipBlanks()
    if (!cursor.atEnd) throw cursor.unexpected('the end of the text')
    return root
  }

  #value(): SourceNode {
    if (++this.#nodes > this.#limits.values) throw new JsonFault(this.#tooManyValues())
    const cursor = this.#cursor
    switch (cursor.peek()) {
      case '{':
        return this.#nested(() => this.#map())
      case '[':
        return this.#nested(() => this.#list())
      case '"':
        return cursor.string()
      default:
        return this.#word()
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > this.#limits.depth) throw new JsonFault(this.#tooDeep())
    const node = read()
    this.#depth--
    return node
  }

  #map(): SourceNode {
    const cursor = this.#cursor
    const begin = cursor.mark()
    const entries: SourceEntry[] = []
    cursor.each('{', '}', () => entries.push(this.#entry()))
    return { kind: 'map', entries, range: cursor.since(begin) }
  }

  #entry(): SourceEntry {
    const cursor = this.#cursor
    if (cursor.peek() !== '"') throw cursor.unexpected('a key in double quotes')
    const { text: key, range: keyRange } = cursor.string()
    cursor.skipBlanks()
    cursor.expect(':')
    cursor.skipBlanks()
    return { key, keyRange, value: this.#value() }
  }

  #list(): SourceNode {
    const cursor = this.#cursor
    const begin = cursor.mark()
    const items: SourceNode[] = []
    cursor.each('[', ']', () => items.push(this.#value()))
    return { kind: 'list', items, range: cursor.since(begin) }
  }

  /** A number, `true`, `false` or `null`. */
  #word(): SourceScalar | SourceNode {
    const word = this.#cursor.word()
    if (!word) throw this.#cursor.unexpected('a value')
    if (word.text === 'null') return { kind: 'nothing', range: word.range }
    if (/^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(word.text)) return word
    throw new JsonFault(unknownWord(word.text, word.range))
  }

  #tooDeep(): Diagnostic {
    const message = `The definition nests more than ${this.#limits.depth} levels deep.`
    return mistake('TOO_DEEP', this.#cursor.here(), message, 'Objects are not nested: refer from one to the other by id.')
  }

  #tooManyValues(): Diagnostic {
    const message = `The definition holds more than ${this.#limits.values} values.`
    return mistake('TOO_LARGE', this.#cursor.here(), message, 'Split it into several pipelines.')
  }
}

function unknownWord(text: string, range: SourceRange): Diagnostic {
  const shown = text.length > 40 ? `${text.slice(0, 40)}...` : text
  return mistake('BAD_SYNTAX', range, `The text is not valid JSON: ${shown} is no value.`, 'Put text in double quotes.')
}
