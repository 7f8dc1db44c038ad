/** A parsed expression. `offset` is where it begins in the whole text, in UTF-16 units. */
export type Expression = NumberLiteral | TextLiteral | Path | Chain | Call | Negation | Operation

export interface NumberLiteral {
  readonly kind: 'number'
  readonly offset: number
  readonly value: number
  readonly decimal: boolean
}

export interface TextLiteral {
  readonly kind: 'text'
  readonly offset: number
  readonly text: string
}

/** One word of a path with its place; `@` and `*` are part of it. */
export interface Name {
  readonly name: string
  readonly offset: number
}

/** `table`, `input.database.username`, `parent.@id`: at least one name. */
export interface Path {
  readonly kind: 'path'
  readonly offset: number
  readonly names: readonly [Name, ...Name[]]
}

/** Field access on something that is not a path, such as a call: `names` are read from what `of` gives. */
export interface Chain {
  readonly kind: 'chain'
  readonly offset: number
  readonly of: Expression
  readonly names: readonly Name[]
}

/** Both call styles: `x.f(a)` is `f(x, a)`. */
export interface Call {
  readonly kind: 'call'
  readonly offset: number
  readonly name: string
  readonly operands: readonly Expression[]
}

export interface Negation {
  readonly kind: 'negation'
  readonly offset: number
  readonly operand: Expression
}

/** Operators of one precedence from left to right. A list, so that a long sum is no deep tree. */
export interface Operation {
  readonly kind: 'operation'
  readonly offset: number
  readonly first: Expression
  readonly rest: readonly { readonly operator: Operator; readonly offset: number; readonly operand: Expression }[]
}

export type Operator = '+' | '-' | '*' | '/' | '^'

/** A piece of a text; `end` is exclusive and behind the closing brace. */
export type Part = { readonly kind: 'literal'; readonly text: string } | ExpressionPart

export interface ExpressionPart {
  readonly kind: 'expression'
  readonly expression: Expression
  readonly offset: number
  readonly end: number
}

/** A mistake in how a text is written. */
export interface SyntaxProblem {
  readonly offset: number
  readonly length: number
  readonly message: string
  readonly hint?: string
}

/** What the parser may not exceed, so that no text can exhaust the stack or the time of its reader. */
export const syntaxLimits = { expressions: 2_000, expressionLength: 16_384, nesting: 32, methods: 32, problems: 10 } as const
