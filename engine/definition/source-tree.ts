import type { SourceRange } from './source-range.ts'

/** What a text says, as plain data with places: every scalar is text as written, every key is data (`__proto__` too). */
export type SourceNode = SourceMap | SourceList | SourceScalar | SourceNothing

export interface SourceMap {
  readonly kind: 'map'
  /** In file order; a key may come twice. */
  readonly entries: readonly SourceEntry[]
  readonly range: SourceRange
}

export interface SourceEntry {
  readonly key: string
  readonly keyRange: SourceRange
  readonly value: SourceNode
}

export interface SourceList {
  readonly kind: 'list'
  readonly items: readonly SourceNode[]
  readonly range: SourceRange
}

export interface SourceScalar {
  readonly kind: 'text'
  readonly text: string
  readonly range: SourceRange
}

/** `null`, `~` or a key with nothing behind it. */
export interface SourceNothing {
  readonly kind: 'nothing'
  readonly range: SourceRange
}

/** The value of the last entry with that key. */
export function entryOf(map: SourceMap, key: string): SourceEntry | undefined {
  return map.entries.findLast((entry) => entry.key === key)
}
