import { parseExpression } from './parse.ts'
import { syntaxLimits } from './syntax.ts'
import { SyntaxFault } from './tokens.ts'
import type { Part, SyntaxProblem } from './syntax.ts'

/** A text cut into literals and expressions, in order, and what is wrong with it. Never throws. A faulty expression is left out of the
 *  parts, and reading goes on behind it. `\#{` is a literal `#{`; a lone `#` and `${...}` are plain text.
 *  @see spec/expressions.md 3 */
export function scan(text: string): { parts: readonly Part[]; problems: readonly SyntaxProblem[] } {
  const parts: Part[] = []
  const problems: SyntaxProblem[] = []
  let from = 0
  let literal = ''
  let expressions = 0
  const flush = () => {
    if (literal) parts.push({ kind: 'literal', text: literal })
    literal = ''
  }
  for (;;) {
    const offset = text.indexOf('#{', from)
    if (offset < 0 || problems.length === syntaxLimits.problems) break
    if (offset > from && text[offset - 1] === '\\') {
      literal += `${text.slice(from, offset - 1)}#{`
      from = offset + 2
      continue
    }
    literal += text.slice(from, offset)
    flush()
    if (++expressions > syntaxLimits.expressions) {
      problems.push({ offset, length: 2, message: `The text holds more than ${syntaxLimits.expressions} expressions.` })
      return { parts, problems }
    }
    from = readPart(text, offset, parts, problems)
  }
  literal += text.slice(from)
  flush()
  return { parts, problems }
}

/** Adds the expression or its problem; gives the place to go on from. */
function readPart(text: string, offset: number, parts: Part[], problems: SyntaxProblem[]): number {
  try {
    const { expression, end } = parseExpression(text, offset + 2)
    parts.push({ kind: 'expression', expression, offset, end })
    return end
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    problems.push(error.problem)
    const brace = text.indexOf('}', Math.min(error.problem.offset, text.length))
    return brace < 0 ? text.length : brace + 1
  }
}
