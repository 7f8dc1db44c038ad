import { Lexer } from 'yaml'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { SourceText } from './source-text.ts'

/** How much a definition may be before anything is parsed. */
export interface ReadingLimits {
  readonly bytes: number
  /** Collections inside one another. A definition needs six. */
  readonly depth: number
  /** Uses of `*anchor`. */
  readonly aliases: number
  /** Nodes that aliases stand for, all together. */
  readonly aliasedNodes: number
  /** Maps, lists and texts, all together: what is made of one takes a hundred bytes and more. */
  readonly values: number
}

export const readingLimits: ReadingLimits = { bytes: 20 * 1024 * 1024, depth: 64, aliases: 1000, aliasedNodes: 100_000, values: 4_000_000 }

/** The first reason not to parse `source` at all; empty when there is none. Linear in time, and it stops at the first excess:
 *  nesting is counted on the lexer's tokens, since the parser recurses and two documents of 2 KB could stop the process.
 *  @see failure-modes.md A1, A2, A3, A5 */
export function checkLimits(source: SourceText, limits: ReadingLimits): Diagnostic[] {
  const refusal = tooLarge(source, limits) ?? badCharacter(source) ?? tooDeepOrTooManyAliases(source, limits)
  return refusal ? [refusal] : []
}

function tooLarge({ text, range }: SourceText, { bytes }: ReadingLimits): Diagnostic | undefined {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return undefined
  const hint = 'Move data and scripts out of the definition: scriptUri and filePath can refer to them.'
  return mistake('TOO_LARGE', range(0), `The definition is larger than ${bytes} bytes.`, hint)
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/

function badCharacter({ text, range }: SourceText): Diagnostic | undefined {
  const at = text.search(control)
  if (at !== -1) {
    const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
    const message = `The definition holds the control character U+${code}.`
    return mistake('BAD_CHARACTER', range(at), message, 'Remove it, and save the file as UTF-8.')
  }
  if (text.isWellFormed()) return undefined
  return mistake('BAD_CHARACTER', range(text.search(/\p{Cs}/u)), 'The definition holds half a character.', 'Save the file as UTF-8.')
}

function tooDeepOrTooManyAliases({ text, range }: SourceText, limits: ReadingLimits): Diagnostic | undefined {
  const nesting = new Nesting()
  let aliases = 0
  let offset = 0
  for (const token of new Lexer().lex(text)) {
    if (isMark(token)) {
      nesting.mark(token)
      continue
    }
    nesting.take(token)
    if (nesting.depth > limits.depth) {
      const message = `The definition nests more than ${limits.depth} levels deep.`
      return mistake('TOO_DEEP', range(offset), message, 'Objects are not nested: refer from one to the other by id.')
    }
    if (nesting.isAlias && ++aliases > limits.aliases) return tooManyAliases(range(offset), limits)
    offset += token.length
  }
  return undefined
}

/** Also said when the aliases stand for too much. */
export function tooManyAliases(range: ReturnType<SourceText['range']>, limits: ReadingLimits): Diagnostic {
  const message = `The definition uses more than ${limits.aliases} YAML aliases, or they stand for more than ${limits.aliasedNodes} values.`
  return mistake('TOO_MANY_ALIASES', range, message, 'Put shared fields into defaults or into a parent object.')
}

const scalarFollows = '\x1f'

/** The lexer's own marks have no length in the text. */
function isMark(token: string): boolean {
  return token === scalarFollows || token === '\x02' || token === '\x18'
}

/** How deep the collections are, token by token. A level of block style is a column at which something begins; it is over when
 *  something begins further left. This counts a leaf as a level too, which does no harm. */
class Nesting {
  isAlias = false
  private flow = 0
  private column = 0
  private scalar = false
  private blockText = false
  private readonly columns: number[] = []

  get depth(): number {
    return this.flow + this.columns.length
  }

  mark(token: string): void {
    if (token === scalarFollows) this.scalar = true
  }

  take(token: string): void {
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
