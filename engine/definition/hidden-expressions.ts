import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { SourceText } from './source-text.ts'
import { isMark, scalarFollows } from './yaml-nesting.ts'

const shown = 10

/** Collects one diagnostic for each value such as `path: #{myBucket}/x` that stands without quotes: to YAML everything from the `#` on is
 *  a comment, so the author's value would vanish without a word. */
export class HiddenExpressions {
  readonly diagnostics: Diagnostic[] = []
  readonly #range: SourceText['range']
  readonly #mayHold: boolean
  #scalar = false
  #lineIsEmpty = true

  constructor({ text, range }: SourceText) {
    this.#range = range
    this.#mayHold = /[ \t]#\{/.test(text)
  }

  /** Looks at the lexer's next token. */
  take(token: string, offset: number): void {
    if (!this.#mayHold) return
    if (isMark(token)) {
      this.#scalar ||= token === scalarFollows
      return
    }
    if (!this.#scalar && token.startsWith('#{') && !this.#lineIsEmpty) this.#tell(offset)
    this.#scalar = false
    this.#lineIsEmpty = token.endsWith('\n') || (this.#lineIsEmpty && token.trim() === '')
  }

  #tell(offset: number): void {
    if (this.diagnostics.length >= shown) return
    const message = 'An expression that stands without quotes after a blank is a comment to YAML.'
    const hint = 'Put the whole value in double quotes: "#{...}".'
    this.diagnostics.push(mistake('EXPRESSION_IN_COMMENT', this.#range(offset, offset + 2), message, hint))
  }
}
