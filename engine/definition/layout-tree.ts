/** A YAML text as its author laid it out: what it says, and every comment and blank line at the entry it belongs to. */
export type Layout = LayoutCollection | LayoutText | LayoutAlias | LayoutNothing

export interface LayoutCollection {
  readonly kind: 'map' | 'list'
  /** Written in brackets. */
  readonly flow: boolean
  /** Anchor and tag as written: `&shop`. */
  readonly properties: readonly string[]
  readonly entries: readonly LayoutEntry[]
  /** Lines after the last entry that still belong to the collection. */
  readonly tail: LayoutLine[]
}

/** One entry of a map, which has a key, or of a list. */
export interface LayoutEntry {
  readonly before: LayoutLine[]
  key?: LayoutText
  /** The comment at the end of the entry's first line. */
  comment?: string
  value: Layout
}

/** A comment with its sign, or an empty line. */
export type LayoutLine = string

export interface LayoutText {
  readonly kind: 'text'
  readonly properties: readonly string[]
  readonly text: string
  readonly style: 'plain' | 'quoted' | 'literal' | 'folded'
  /** Of a folded text: its lines from the left edge. */
  readonly lines?: readonly string[]
  /** A plain or quoted text that its author broke over several lines. */
  readonly wrapped: boolean
}

export interface LayoutAlias {
  readonly kind: 'alias'
  readonly properties: readonly string[]
  readonly name: string
}

/** A key with nothing behind it, and the comments that stand where its value would. */
export interface LayoutNothing {
  readonly kind: 'nothing'
  readonly properties: readonly string[]
  readonly tail: LayoutLine[]
}

/** A whole file. */
export interface LayoutDocument {
  /** Directives and the sign of the document's start, if the author wrote one, with what stands before it. */
  readonly head: readonly LayoutLine[]
  /** An entry without a key that holds everything. */
  readonly whole: LayoutEntry
  readonly tail: readonly LayoutLine[]
}
