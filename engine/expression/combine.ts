import { spend } from './evaluation.ts'
import { fromItems, isList, toItems } from './value.ts'
import type { Evaluation } from './evaluation.ts'
import type { Item, Value } from './value.ts'

/** What `compute` gives for the values, element by element where they are lists: all combinations, the first list outermost. No result
 *  where a list is empty.
 *  @see spec/expressions.md 3.2 */
export function combine(evaluation: Evaluation, values: readonly Value[], compute: (items: readonly Item[]) => Item): Value {
  if (!values.some(isList)) return compute(values as readonly Item[])
  let rows: readonly (readonly Item[])[] = [[]]
  for (const value of values) {
    const items = toItems(value)
    spend(evaluation, rows.length * items.length)
    rows = rows.flatMap((row) => items.map((item) => [...row, item]))
  }
  return fromItems(rows.map(compute))
}

/** The texts put behind each other; where a piece has several or none, in all combinations, the first list outermost. "No value" is an
 *  empty text.
 *  @see spec/expressions.md 5.3 */
export function joinTexts(evaluation: Evaluation, pieces: readonly (string | readonly string[])[]): readonly string[] {
  if (isTexts(pieces)) {
    spend(evaluation, pieces.length, totalLength(pieces))
    return [pieces.reduce((text, piece) => text + piece, '')] // nearly always
  }
  let texts: readonly string[] = ['']
  for (const piece of pieces) {
    const ends = typeof piece === 'string' ? [piece] : piece.length === 0 ? [''] : piece
    spend(evaluation, texts.length * ends.length, texts.length * totalLength(ends) + (ends.length - 1) * totalLength(texts))
    texts = texts.flatMap((text) => ends.map((end) => text + end))
  }
  return texts
}

function isTexts(pieces: readonly (string | readonly string[])[]): pieces is readonly string[] {
  return pieces.every((piece) => typeof piece === 'string')
}

function totalLength(texts: readonly string[]): number {
  let length = 0
  for (const text of texts) length += text.length
  return length
}
