import type { SyntaxProblem } from './syntax.ts'

/** One token of an expression. `end` is exclusive; `text` of a string is its content with doubled quotes undone. */
export interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'symbol' | 'end'
  readonly text: string
  readonly offset: number
  readonly end: number
}

/** Thrown by the lexer and the parser, caught by `scan`: never seen outside. */
export class SyntaxFault extends Error {
  readonly problem: SyntaxProblem

  constructor(problem: SyntaxProblem) {
    super(problem.message)
    this.problem = problem
  }
}

const space = /[ \t\r\n]*/y
const digitLike = /[\d.]/
const number = /\d+(?:\.\d+)?|\.\d+/y
const name = /[@*]?[A-Za-z][A-Za-z0-9_]*/y
const symbols = new Set(['+', '-', '*', '/', '^', '(', ')', ',', '.', '}'])

/** The token at or after `from`. Whether `*` begins a secret's name or multiplies depends on what stood before: `operand` says that
 *  a value may begin here.
 *  @throws SyntaxFault for a string without an end and for signs that no expression has */
export function readToken(text: string, from: number, operand: boolean): Token {
  const offset = skipSpace(text, from)
  if (offset >= text.length) return { kind: 'end', text: '', offset, end: offset }
  const first = text.charAt(offset)
  if (first === "'" || first === '"') return readString(text, offset, first)
  const digits = digitLike.test(first) && (operand || first !== '.') ? match(number, text, offset) : ''
  if (digits) return token('number', digits, offset)
  const word = symbols.has(first) && !(operand && first === '*') ? '' : match(name, text, offset)
  if (word) return { kind: 'name', text: ownString(word), offset, end: offset + word.length }
  if (symbols.has(first)) return token('symbol', first, offset)
  throw new SyntaxFault({ offset, length: 1, message: `"${first}" has no meaning in an expression.`, hint: hintFor(first) })
}

function token(kind: Token['kind'], text: string, offset: number): Token {
  return { kind, text, offset, end: offset + text.length }
}

/** Most tokens follow one another without a blank. */
function skipSpace(text: string, from: number): number {
  return text.charCodeAt(from) > 32 ? from : from + match(space, text, from).length
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

function readString(text: string, offset: number, quote: string): Token {
  let content = ''
  let from = offset + 1
  for (;;) {
    const end = text.indexOf(quote, from)
    if (end < 0) throw new SyntaxFault({ offset, length: 1, message: `The string that begins here has no closing ${quote}.` })
    content += text.slice(from, end)
    if (text[end + 1] !== quote) return { kind: 'string', text: ownString(content), offset, end: end + 1 }
    content += quote
    from = end + 2
  }
}

/** The same string, but one of its own: a piece cut out of a text keeps all of the text in memory, and takes longer to look up in a
 *  Map each time. */
function ownString(piece: string): string {
  const known = interned.get(piece)
  if (known !== undefined) return known
  const own = String(JSON.parse(JSON.stringify(piece)))
  if (own.length > 64) return own
  if (interned.size >= 5_000) interned.clear()
  interned.set(own, own)
  return own
}

/** The same few names and patterns stand in nearly all texts. */
const interned = new Map<string, string>()

function hintFor(sign: string): string | undefined {
  if ('<>=!&|?'.includes(sign)) return 'Expressions have no comparisons, logic or conditions: only + - * / ^ and functions.'
  if (sign === '{' || sign === '#') return 'Expressions are not nested: inside #{...} write the name alone.'
  if (sign === '_' || sign === '$') return 'Names begin with a letter, with @ for a runtime field or * for a secret.'
  return undefined
}
