import { Composer, isAlias, isMap, isScalar, isSeq, Parser, type CST, type Document, type Node, type Scalar, type YAMLMap } from 'yaml'
import type { Diagnostic } from './diagnostic.ts'
import { tooManyAliases, type ReadingLimits } from './limits.ts'
import { mistake } from './problem.ts'
import { scanYamlTokens } from './scan-yaml-tokens.ts'
import type { SourceRange } from './source-range.ts'
import type { SourceText } from './source-text.ts'
import type { SourceEntry, SourceNode } from './source-tree.ts'

const shown = 10

/** What reading a YAML text came to. Without `root` the diagnostics say why. */
export interface ParsedSource {
  readonly root?: SourceNode
  readonly diagnostics: readonly Diagnostic[]
  /** Expressions that YAML takes for comments. */
  readonly hidden: readonly Diagnostic[]
}

/** The text as a tree. Nothing is resolved to numbers, dates or booleans. The text itself must have been checked before. */
export function parseSource(source: SourceText, limits: ReadingLimits): ParsedSource {
  const { refusal, hidden } = scanYamlTokens(source, limits)
  if (refusal) return { diagnostics: [refusal], hidden }
  const documents = compose(source)
  const mistakes = syntaxMistakes(documents, source)
  return mistakes.length > 0 ? { diagnostics: mistakes, hidden } : { ...new TreeBuilder(source, limits).build(documents[0]), hidden }
}

/** The first document, and the second if there is one. */
function compose({ text }: SourceText): Document.Parsed[] {
  const composer = new Composer({
    schema: 'failsafe', // every scalar stays the text it was
    uniqueKeys: false, // the readers judge, and the parser's own check is quadratic
    strict: false,
  })
  return withoutStacks(() => [...composer.compose(untilEnoughMistakes(new Parser().parse(text)), true, text.length).take(2)])
}

/** What follows a thousand mistakes is no YAML; ten of them are shown. */
function* untilEnoughMistakes(tokens: Iterable<CST.Token>): Generator<CST.Token> {
  let mistakes = 0
  for (const token of tokens) {
    yield token
    if (token.type === 'error' && ++mistakes === 1000) return
  }
}

/** The parser makes an Error of each mistake. Their stacks, which nobody reads, would cost gigabytes when there are a million. */
function withoutStacks<T>(parse: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return parse()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function syntaxMistakes([first, second]: readonly Document.Parsed[], { range }: SourceText): Diagnostic[] {
  const found = (first?.errors ?? []).slice(0, shown).map(({ pos, message }) => {
    const sentence = shorten(message.replace(/\s+/g, ' '))
    return mistake('BAD_SYNTAX', range(pos[0], pos[1]), `The text is not valid YAML or JSON: ${sentence}`)
  })
  const hint = 'Keep one pipeline a file, without "---".'
  if (second) found.push(mistake('BAD_SYNTAX', range(second.range[0]), 'The file holds several YAML documents.', hint))
  return found.slice(0, shown)
}

/** The parser quotes what it does not understand, however long that is. */
function shorten(message: string): string {
  return message.length > 120 ? `${message.slice(0, 120)}...` : `${message.replace(/[ .]+$/, '')}.`
}

/** An alias is the very node it names, so a tree stays as small as its text; what it stands for is counted all the same. */
class TreeBuilder {
  private readonly source: SourceText
  private readonly limits: ReadingLimits
  private readonly diagnostics: Diagnostic[] = []
  private readonly anchors = new Map<string, SourceNode>()
  private readonly sizes = new WeakMap<SourceNode, number>()
  private aliasedNodes = 0

  constructor(source: SourceText, limits: ReadingLimits) {
    this.source = source
    this.limits = limits
  }

  build(document: Document | undefined): { root?: SourceNode; diagnostics: Diagnostic[] } {
    const root = this.node(document?.contents)
    return this.diagnostics.length > 0 ? { diagnostics: this.diagnostics.slice(0, shown) } : { root, diagnostics: [] }
  }

  private node(node: unknown, after?: SourceRange): SourceNode {
    if (isAlias(node)) return this.alias(node.source, this.range(node))
    const built = this.fresh(node, after)
    this.checkTag(node, built.range)
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) this.anchors.set(node.anchor, built)
    return built
  }

  private fresh(node: unknown, after?: SourceRange): SourceNode {
    if (isMap(node)) return this.map(node)
    if (isSeq(node)) return this.sized({ kind: 'list', items: node.items.map((item) => this.node(item)), range: this.range(node) })
    if (isScalar(node)) return this.scalar(node)
    return { kind: 'nothing', range: after ?? this.source.range(0) }
  }

  private map(node: YAMLMap): SourceNode {
    const entries = node.items.flatMap(({ key, value }) => this.entry(key, value))
    return this.sized({ kind: 'map', entries, range: this.range(node) })
  }

  private entry(key: unknown, value: unknown): SourceEntry[] {
    const keyRange = this.range(key as Node)
    const name = isScalar(key) ? this.scalar(key) : undefined
    if (name?.kind !== 'text') {
      this.refuse(keyRange, 'A key must be plain text.', 'Write the name of the section, object or field.')
      return []
    }
    if (name.text === '<<') this.refuse(keyRange, 'YAML merge keys (<<) are not understood.', 'Use defaults or a parent object instead.')
    return [{ key: name.text, keyRange, value: this.node(value, keyRange) }]
  }

  private scalar(node: Scalar): SourceNode {
    const range = this.range(node)
    const text = typeof node.value === 'string' ? node.value : '' // the failsafe schema knows no other scalar
    if (node.type === 'PLAIN' && /^(~|null|Null|NULL)?$/.test(text)) return { kind: 'nothing', range }
    if (text.includes('\0') || !text.isWellFormed()) {
      const message = 'The text holds a NUL character or half a character.'
      this.diagnostics.push(mistake('BAD_CHARACTER', range, message, 'Remove the escape sequence.'))
    }
    return { kind: 'text', text, range }
  }

  private alias(name: string, range: SourceRange): SourceNode {
    const target = this.anchors.get(name)
    if (!target) {
      this.refuse(range, `The alias *${name} refers to no anchor that is complete before it.`, `Define it first with &${name}.`)
      return { kind: 'nothing', range }
    }
    const within = this.aliasedNodes <= this.limits.aliasedNodes
    this.aliasedNodes += this.sizes.get(target) ?? 1
    if (within && this.aliasedNodes > this.limits.aliasedNodes) this.diagnostics.push(tooManyAliases(range, this.limits))
    return target
  }

  private sized<T extends SourceNode>(node: T): T {
    const children = node.kind === 'map' ? node.entries.map(({ value }) => value) : node.kind === 'list' ? node.items : []
    this.sizes.set(
      node,
      children.reduce((size, child) => size + (this.sizes.get(child) ?? 1), 1),
    )
    return node
  }

  private checkTag(node: unknown, range: SourceRange): void {
    const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined
    if (tag === undefined || knownTag.test(tag)) return
    this.refuse(range, `The YAML tag "${tag}" is not understood.`, 'Remove it: every value is text.')
  }

  private refuse(range: SourceRange, message: string, hint: string): void {
    this.diagnostics.push(mistake('UNSUPPORTED_YAML', range, message, hint))
  }

  private range(node: Node): SourceRange {
    const [start, end] = node.range ?? [0, 1]
    return this.source.range(start, end)
  }
}

const knownTag = /^(!|tag:yaml\.org,2002:(str|int|float|bool|null|timestamp|map|seq))$/
