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

/** The compiled form of a text, parsed once as long as newer texts have not pushed it out. Never throws. */
export function compile(text: string): CompiledText {
  if (!text.includes('#{')) return { literal: text, parts: [], problems: [] }
  const known = newer.get(text)
  if (known) return known
  const compiled = older.get(text) ?? compileAnew(text)
  remember(text, compiled)
  return compiled
}

/** In characters of all texts of one half: a tree takes some fifty times the room of its text. */
const halfSize = 131_072

/** When the newer half is full, the older one is forgotten and the newer one takes its place. */
let newer = new Map<string, CompiledText>()
let older: ReadonlyMap<string, CompiledText> = new Map()
let newerSize = 0

function remember(text: string, compiled: CompiledText): void {
  if (text.length > halfSize / 4) return
  newerSize += text.length
  if (newerSize > halfSize) {
    older = newer
    newer = new Map()
    newerSize = text.length
  }
  newer.set(text, compiled)
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
