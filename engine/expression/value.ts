import type { EvaluationObject, Scalar } from './scope.ts'

/** Text of a field, a parameter or a runtime field: it counts as a number where it looks like one. Text from quotes or from joining is
 *  a plain string and does not. */
export interface FieldText {
  readonly fieldText: string
}

/** What the word `parent` stands for: the component of an instance. Prints as its id. */
export interface ComponentReference {
  readonly component: EvaluationObject
}

/** One value while it is worked on. */
export type Item = Scalar | FieldText | ComponentReference

/** What an expression gives: one item, or a list of any length. An empty list is "no value". */
export type Value = Item | readonly Item[]

export function isList(value: Value): value is readonly Item[] {
  return Array.isArray(value)
}

export function toItems(value: Value): readonly Item[] {
  return isList(value) ? value : [value]
}

/** One item by itself, so that what follows need not go through lists. */
export function fromItems(items: readonly Item[]): Value {
  const [first] = items
  return first !== undefined && items.length === 1 ? first : items
}

/** Runtime strings count as field text. */
export function fromScalar(scalar: Scalar): Item {
  return typeof scalar === 'string' ? { fieldText: scalar } : scalar
}
