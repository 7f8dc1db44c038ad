import { compile } from './compile.ts'
import { findFunction } from './functions/index.ts'
import { descendants } from './references.ts'
import type { Expression } from './syntax.ts'

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

/** Every expression of a text that can be read, in order. Never throws. */
export function expressionSpans(text: string): readonly ExpressionSpan[] {
  return compile(text).parts.flatMap((part) => (part.kind === 'expression' ? [{ offset: part.offset, end: part.end }] : []))
}

/** Every literal that a function of the text takes as a pattern, in order. Never throws. */
export function patternsOf(text: string): readonly PatternUse[] {
  const expressions = compile(text).parts.flatMap((part) => (part.kind === 'expression' ? [...descendants(part.expression)] : []))
  return expressions.flatMap(patternsOfCall).toSorted((a, b) => a.offset - b.offset)
}

function patternsOfCall(expression: Expression): PatternUse[] {
  if (expression.kind !== 'call') return []
  return expression.operands.flatMap((operand, at) => {
    if (operand.kind !== 'text' || !takesPattern(expression.name, expression.operands.length, at)) return []
    return [{ pattern: operand.text, offset: operand.offset, length: operand.text.length + 2 }]
  })
}

function takesPattern(name: string, operands: number, at: number): boolean {
  try {
    return findFunction(name, operands).parameters[at] === 'pattern'
  } catch {
    return false // told elsewhere as an unknown function or a wrong call
  }
}
