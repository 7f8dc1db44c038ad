import { Lexer } from 'yaml'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { SourceText } from './source-text.ts'

const shown = 10

/** One diagnostic for each value such as `path: #{myBucket}/x` that stands without quotes: to YAML everything from the `#` on is a
 *  comment, so the author's value would vanish without a word. */
export function checkHiddenExpressions({ text, range }: SourceText): Diagnostic[] {
  if (!/[ \t]#\{/.test(text)) return []
  return [...commentedExpressions(text).take(shown)].map((offset) => {
    const message = 'An expression that stands without quotes after a blank is a comment to YAML.'
    return mistake('EXPRESSION_IN_COMMENT', range(offset, offset + 2), message, 'Put the whole value in double quotes: "#{...}".')
  })
}

function* commentedExpressions(text: string): Generator<number> {
  let offset = 0
  let scalar = false
  let lineIsEmpty = true
  for (const token of new Lexer().lex(text)) {
    if (token === '\x1f') scalar = true
    else if (token !== '\x02' && token !== '\x18') {
      if (!scalar && token.startsWith('#{') && !lineIsEmpty) yield offset
      scalar = false
      lineIsEmpty = token.endsWith('\n') || (lineIsEmpty && token.trim() === '')
      offset += token.length
    }
  }
}
