import { compile } from './compile.ts'
import { ExpressionFault } from './expression-error.ts'
import { argumentKinds } from './functions/function.ts'
import { findFunction, functions } from './functions/index.ts'
import type { Call, Expression, SyntaxProblem } from './syntax.ts'

/** A name path as it is used in a text: `input.directoryPath` is `['input', 'directoryPath']`. */
export interface NameUse {
  readonly path: readonly string[]
  /** In UTF-16 units from the start of the text. */
  readonly offset: number
  readonly length: number
}

/** A function as it is called in a text. */
export interface FunctionUse {
  readonly name: string
  readonly operands: number
  readonly offset: number
  readonly length: number
  /** What is wrong with the call whatever the values will be: no such function, a wrong count, a pattern with letters that mean nothing. */
  readonly problem?: { readonly message: string; readonly hint?: string }
}

/** A date pattern that stands as a literal in a text; places in UTF-16 units from the start of the text. */
export interface PatternUse {
  readonly pattern: string
  readonly offset: number
  readonly length: number
}

/** Where an expression stands in a text, `#{` and `}` included; the end is exclusive. */
export interface ExpressionSpan {
  readonly offset: number
  readonly end: number
}

/** What a text is made of, apart from its values; each list in order. */
export interface TextUses {
  readonly problems: readonly SyntaxProblem[]
  readonly names: readonly NameUse[]
  readonly functions: readonly FunctionUse[]
  readonly patterns: readonly PatternUse[]
  readonly spans: readonly ExpressionSpan[]
}

/** Every free name, function call and literal pattern of a text. Never throws; faulty expressions count as absent. */
export function referencesOf(text: string): TextUses {
  const { parts, problems } = compile(text)
  const uses: CollectedUses = { problems, names: [], functions: [], patterns: [], spans: [] }
  for (const part of parts) {
    if (part.kind !== 'expression') continue
    uses.spans.push({ offset: part.offset, end: part.end })
    collect(part.expression, uses)
  }
  // of `a.f(b)` the operand stands before its function
  for (const list of [uses.names, uses.functions, uses.patterns]) if (list.length > 1) list.sort((a, b) => a.offset - b.offset)
  return uses
}

interface CollectedUses extends TextUses {
  readonly names: NameUse[]
  readonly functions: FunctionUse[]
  readonly patterns: PatternUse[]
  readonly spans: ExpressionSpan[]
}

/** Adds what the expression uses, and all those inside it. */
function collect(expression: Expression, uses: CollectedUses): void {
  switch (expression.kind) {
    case 'path':
      uses.names.push(nameUse(expression))
      break
    case 'call':
      uses.functions.push(functionUse(expression))
      uses.patterns.push(...patternUses(expression))
      for (const operand of expression.operands) collect(operand, uses)
      break
    case 'negation':
      collect(expression.operand, uses)
      break
    case 'chain':
      collect(expression.of, uses)
      break
    case 'operation':
      collect(expression.first, uses)
      for (const { operand } of expression.rest) collect(operand, uses)
      break
    case 'number':
    case 'text':
  }
}

/** What is wrong with the way a text is written, at most ten problems. Never throws. */
export function syntaxErrors(text: string): readonly SyntaxProblem[] {
  return compile(text).problems
}

function nameUse({ names, offset }: Expression & { kind: 'path' }): NameUse {
  const last = names.at(-1) ?? names[0]
  return { path: names.map(({ name }) => name), offset, length: last.offset + last.name.length - offset }
}

function functionUse(call: Call): FunctionUse {
  const { name, offset, operands } = call
  const problem = problemOf(call)
  return { name, operands: operands.length, offset, length: name.length, ...(problem && { problem }) }
}

function problemOf({ name, operands }: Call): FunctionUse['problem'] {
  try {
    const { parameters } = findFunction(name, operands.length)
    for (const [at, kind] of parameters.entries()) {
      const operand = operands[at]
      if (operand?.kind === 'text') argumentKinds[kind](operand.text)
    }
    return undefined
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error
    const { message, value, hint } = error
    return { message: value === undefined ? message : `${message}: ${JSON.stringify(value.slice(0, 60))}.`, hint }
  }
}

function patternUses({ name, operands }: Call): PatternUse[] {
  const parameters = functions.get(name)?.parameters ?? []
  return operands.flatMap((operand, at) => {
    if (operand.kind !== 'text' || parameters[at] !== 'pattern') return []
    return [{ pattern: operand.text, offset: operand.offset, length: operand.text.length + 2 }]
  })
}
