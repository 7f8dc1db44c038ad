import { Lexer } from 'yaml'
import type { Diagnostic } from './diagnostic.ts'
import { HiddenExpressions } from './hidden-expressions.ts'
import { tooManyAliases, type ReadingLimits } from './limits.ts'
import { mistake } from './problem.ts'
import type { SourceText } from './source-text.ts'
import { isMark, YamlNesting } from './yaml-nesting.ts'

/** The first reason not to give `source` to the YAML parser, if there is one, and the expressions that it would take for comments. Linear in
 *  time, and it stops at the first excess: the parser recurses, so that two documents of 2 KB could stop the process, and makes objects of
 *  some hundred bytes, so that 20 MB of brackets would take gigabytes.
 *  @see failure-modes.md A1, A2, A3 */
export function scanYamlTokens(source: SourceText, limits: ReadingLimits): { refusal?: Diagnostic; hidden: readonly Diagnostic[] } {
  const count = new TokenCount(limits)
  const hidden = new HiddenExpressions(source)
  let offset = 0
  for (const token of new Lexer().lex(source.text)) {
    const refuse = count.take(token)
    if (refuse) return { refusal: refuse(source.range(offset), limits), hidden: [] }
    hidden.take(token, offset)
    if (!isMark(token)) offset += token.length
  }
  return { hidden: hidden.diagnostics }
}

type Refusal = typeof tooManyAliases

class TokenCount {
  readonly #limits: ReadingLimits
  readonly #nesting = new YamlNesting()
  #tokens = 0
  #aliases = 0

  constructor(limits: ReadingLimits) {
    this.#limits = limits
  }

  take(token: string): Refusal | undefined {
    this.#nesting.take(token)
    if (this.#nesting.depth > this.#limits.depth) return tooDeep
    if (this.#nesting.isAlias && ++this.#aliases > this.#limits.aliases) return tooManyAliases
    if (!isMark(token)) this.#tokens += weight(token)
    return this.#tokens > this.#limits.tokens ? tooManyTokens : undefined
  }
}

/** Each line of a text costs as much as a token. */
function weight(token: string): number {
  let lines = 1
  for (let at = token.indexOf('\n'); at !== -1 && at < token.length - 1; at = token.indexOf('\n', at + 1)) lines++
  return lines
}

const tooDeep: Refusal = (range, { depth }) => {
  const message = `The definition nests more than ${depth} levels deep.`
  return mistake('TOO_DEEP', range, message, 'Objects are not nested: refer from one to the other by id.')
}

const tooManyTokens: Refusal = (range, { tokens }) => {
  const message = `The definition holds more than ${tokens} words and signs.`
  const hint = 'Split it into several pipelines. Without anchors, aliases, tags, "?" keys and quotes over several lines it may be longer.'
  return mistake('TOO_LARGE', range, message, hint)
}
