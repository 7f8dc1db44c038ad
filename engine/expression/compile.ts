import { scan } from './scan.ts'
import type { Expression, Part, SyntaxProblem } from './syntax.ts'

/** A text ready to be evaluated any number of times. */
export interface CompiledText {
  /** The result, when there is no expression in it. */
  readonly literal?: string
  /** The text is this one expression and nothing else, so its value keeps its kind. */
  readonly only?: Expression
  /** The text is `[#{a}, #{b}]`: lists side by side become one list. */
  readonly sideBySide?: readonly Expression[]
  readonly parts: readonly Part[]
  readonly problems: readonly SyntaxProblem[]
}

/** In characters of all texts together: a tree takes some fifty times the room of its text. */
const cacheSize = 262_144
const cache = new Map<string, CompiledText>()
let cached = 0

/** The compiled form of a text, parsed once as long as newer texts have not pushed it out. Never throws. */
export function compile(text: string): CompiledText {
  if (!text.includes('#{')) return { literal: text, parts: [], problems: [] }
  const known = cache.get(text)
  if (known) return known
  const compiled = compileAnew(text)
  if (text.length <= cacheSize / 8) remember(text, compiled)
  return compiled
}

function compileAnew(text: string): CompiledText {
  const { parts, problems } = scan(text)
  const [first] = parts
  if (problems.length > 0 || parts.length > 1) return { parts, problems, sideBySide: problems.length > 0 ? undefined : sideBySide(parts) }
  if (first?.kind === 'expression') return { parts, problems, only: first.expression }
  return { parts, problems, literal: first?.text ?? '' }
}

function sideBySide(parts: readonly Part[]): readonly Expression[] | undefined {
  const last = parts.length - 1
  if (last < 2 || last % 2 === 1) return undefined
  const shaped = parts.every((part, at) => {
    if (part.kind === 'expression') return at % 2 === 1
    return part.text.trim() === (at === 0 ? '[' : at === last ? ']' : ',')
  })
  return shaped ? parts.flatMap((part) => (part.kind === 'expression' ? [part.expression] : [])) : undefined
}

function remember(text: string, compiled: CompiledText): void {
  cached += text.length
  for (const oldest of cache.keys()) {
    if (cached <= cacheSize) break
    cache.delete(oldest)
    cached -= oldest.length
  }
  cache.set(text, compiled)
}
