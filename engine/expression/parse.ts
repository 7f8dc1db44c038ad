import { readToken, SyntaxFault } from './tokens.ts'
import { syntaxLimits } from './syntax.ts'
import type { Expression, Name, Operation, Operator } from './syntax.ts'
import type { Token } from './tokens.ts'

/** The expression that begins at `start`, just behind `#{`, and the place behind its closing brace. The brace is found by parsing, so
 *  strings may hold braces. Recursion is bound by `syntaxLimits.nesting`, time by `syntaxLimits.expressionLength`.
 *  @throws SyntaxFault
 *  @see spec/expressions.md 3 */
export function parseExpression(text: string, start: number): { expression: Expression; end: number } {
  const parser = new Parser(text, start)
  const expression = parser.sum()
  return { expression, end: parser.closingBrace() }
}

const levels: readonly (readonly string[])[] = [['+', '-'], ['*', '/'], ['^']]

class Parser {
  readonly #text: string
  readonly #start: number
  #token: Token
  #nesting = 0
  #methods = 0

  constructor(text: string, start: number) {
    this.#text = text
    this.#start = start
    this.#token = readToken(text, start, true)
  }

  sum(): Expression {
    return this.#operation(0)
  }

  closingBrace(): number {
    if (!this.#is('}')) throw this.#unexpected('"}"')
    return this.#token.end
  }

  #operation(level: number): Expression {
    const operators = levels[level]
    if (!operators) return this.#unary()
    const first = this.#operation(level + 1)
    const rest: Operation['rest'][number][] = []
    while (this.#token.kind === 'symbol' && operators.includes(this.#token.text)) {
      const { text, offset } = this.#token
      this.#advance(true)
      rest.push({ operator: text as Operator, offset, operand: this.#operation(level + 1) })
    }
    return rest.length === 0 ? first : { kind: 'operation', offset: first.offset, first, rest }
  }

  #unary(): Expression {
    if (!this.#is('-')) return this.#postfix()
    const { offset } = this.#token
    this.#advance(true)
    return this.#nested(() => ({ kind: 'negation', offset, operand: this.#unary() }))
  }

  #postfix(): Expression {
    let result = this.#primary()
    let names: Name[] = []
    while (this.#is('.')) {
      this.#advance(true)
      const name = this.#name()
      if (!this.#is('(')) names.push(name)
      else {
        result = this.#method(name, readFields(result, names))
        names = []
      }
    }
    return readFields(result, names)
  }

  /** A method call makes the tree one level deeper without any nesting in the text. */
  #method(name: Name, subject: Expression): Expression {
    if (++this.#methods > syntaxLimits.methods)
      throw this.#problem(`The expression has more than ${syntaxLimits.methods} calls behind a dot.`)
    return this.#call(name, [subject])
  }

  #primary(): Expression {
    const { kind, text, offset } = this.#token
    if (kind === 'number') return this.#number()
    if (kind === 'string') {
      this.#advance(false)
      return { kind: 'text', offset, text }
    }
    if (kind === 'name') {
      const name = this.#name()
      return this.#is('(') ? this.#call(name, []) : { kind: 'path', offset, names: [name] }
    }
    if (!this.#is('(')) throw this.#unexpected('a value')
    this.#advance(true)
    const inner = this.#nested(() => this.sum())
    this.#expect(')')
    return inner
  }

  #number(): Expression {
    const { text, offset } = this.#token
    const decimal = text.includes('.')
    const value = Number(text)
    if (decimal ? !Number.isFinite(value) : !Number.isSafeInteger(value))
      throw new SyntaxFault({
        offset,
        length: text.length,
        message: 'The number is too large.',
        hint: 'Put it in quotes to keep it as text.',
      })
    this.#advance(false)
    return { kind: 'number', offset, value, decimal }
  }

  #name(): Name {
    const { kind, text, offset } = this.#token
    if (kind !== 'name') throw this.#unexpected('a name')
    this.#advance(false)
    return { name: text, offset }
  }

  #call({ name, offset }: Name, subject: readonly Expression[]): Expression {
    if (!/^[A-Za-z]/.test(name))
      throw new SyntaxFault({ offset, length: name.length, message: `"${name}" is a field and cannot be called.` })
    const operands = [...subject]
    this.#advance(true)
    if (!this.#is(')')) {
      operands.push(this.#nested(() => this.sum()))
      while (this.#is(',')) {
        this.#advance(true)
        operands.push(this.#nested(() => this.sum()))
      }
    }
    this.#expect(')')
    return { kind: 'call', offset, name, operands }
  }

  #nested<T>(parse: () => T): T {
    if (++this.#nesting > syntaxLimits.nesting) throw this.#problem(`The expression is nested deeper than ${syntaxLimits.nesting} levels.`)
    const result = parse()
    this.#nesting--
    return result
  }

  #is(symbol: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.text === symbol
  }

  #expect(symbol: string): void {
    if (!this.#is(symbol)) throw this.#unexpected(`"${symbol}"`)
    this.#advance(false)
  }

  #advance(operand: boolean): void {
    this.#token = readToken(this.#text, this.#token.end, operand)
    if (this.#token.end - this.#start > syntaxLimits.expressionLength)
      throw this.#problem(`The expression is longer than ${syntaxLimits.expressionLength} characters.`)
  }

  #unexpected(wanted: string): SyntaxFault {
    const { kind, text } = this.#token
    if (kind === 'end') return this.#problem(`The text ends where ${wanted} is expected.`, 'Every #{ needs its closing }.')
    const found = kind === 'string' ? 'a string' : `"${text.slice(0, 40)}"`
    return this.#problem(`Expected ${wanted}, found ${found}.`, kind === 'string' ? 'A quote inside a string is written twice.' : undefined)
  }

  #problem(message: string, hint?: string): SyntaxFault {
    const { offset, end } = this.#token
    return new SyntaxFault({ offset, length: Math.max(end - offset, 1), message, hint })
  }
}

/** `(input).x` is the same as `input.x`, so that the rules for paths cannot be avoided with parentheses. */
function readFields(of: Expression, names: readonly Name[]): Expression {
  const [first] = names
  if (!first) return of
  if (of.kind === 'path') return { ...of, names: [...of.names, ...names] }
  if (of.kind === 'chain') return { ...of, names: [...of.names, ...names] }
  return { kind: 'chain', offset: first.offset, of, names }
}
