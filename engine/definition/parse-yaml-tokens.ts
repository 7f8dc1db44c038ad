import { Lexer, Parser, type CST } from 'yaml'
import type { Diagnostic } from './diagnostic.ts'
import type { HiddenExpressions } from './hidden-expressions.ts'
import { tooManyAliases, type ReadingLimits } from './limits.ts'
import { mistake } from './problem.ts'
import type { SourceText } from './source-text.ts'
import { isMark, YamlNesting } from './yaml-nesting.ts'

/** Thrown at the first token beyond a limit, and caught by `parseSource`: never seen outside. */
export class Excess extends Error {
  readonly diagnostic: Diagnostic

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message)
    this.diagnostic = diagnostic
  }
}

/** What follows so many mistakes is no YAML; ten of them are shown. */
const enoughErrors = 1000

/** What the YAML parser makes of the text. Its tokens are counted before it sees them, since it recurses: two documents of 2 KB could stop
 *  the process, and 20 MB of brackets would take gigabytes. Linear in time.
 *  @see failure-modes.md A1, A2, A3 */
export function* parseYamlTokens({ text, range }: SourceText, limits: ReadingLimits, hidden: HiddenExpressions): Generator<CST.Token> {
  const parser = new Parser()
  const count = new TokenCount(limits)
  let errors = 0
  let offset = 0
  for (const token of new Lexer().lex(text)) {
    const refuse = count.take(token)
    if (refuse) throw new Excess(refuse(range(offset), limits))
    hidden.take(token, offset)
    for (const parsed of parser.next(token)) {
      yield parsed
      if (parsed.type === 'error' && ++errors >= enoughErrors) return
    }
    if (!isMark(token)) offset += token.length
  }
  yield* parser.end()
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
  const message = `The definition holds more than ${tokens} words and signs, which is too much for YAML that is not plain.`
  const hint = 'Split it into several pipelines, or do without anchors, aliases, tags, "?" keys, and quotes over several lines.'
  return mistake('TOO_LARGE', range, message, hint)
}
