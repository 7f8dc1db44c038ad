import { referencesOf, type TextUses } from '../expression/index.ts'

const nothing: TextUses = { problems: [], names: [], functions: [], patterns: [], spans: [] }

/** What the expressions of a text are made of. */
export type UsesOf = (text: string) => TextUses

/** Reads each text once, for as long as one definition is checked: several checks look at the same texts. */
export function rememberUses(): UsesOf {
  const known = new Map<string, TextUses>()
  return (text) => {
    if (!text.includes('#{')) return nothing
    const found = known.get(text) ?? referencesOf(text)
    known.set(text, found)
    return found
  }
}
