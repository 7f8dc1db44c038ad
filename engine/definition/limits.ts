import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { SourceText } from './source-text.ts'

/** How much a definition may be. What goes beyond is refused before it costs memory. */
export interface ReadingLimits {
  readonly bytes: number
  /** Collections inside one another. A definition needs six. */
  readonly depth: number
  /** Uses of `*anchor`. */
  readonly aliases: number
  /** Nodes that aliases stand for, all together. */
  readonly aliasedNodes: number
  /** Maps, lists, keys and texts, all together: one costs two hundred bytes, and an ordinary object is ten. */
  readonly values: number
  /** Words, signs, blanks and lines of a text that the YAML parser takes apart: one costs it three hundred bytes, and an ordinary object is
   *  twenty-five. */
  readonly tokens: number
}

export const readingLimits: ReadingLimits = {
  bytes: 20 * 1024 * 1024,
  depth: 64,
  aliases: 1000,
  aliasedNodes: 100_000,
  values: 2_000_000,
  tokens: 3_000_000,
}

/** The first reason not to read `source` in any form; empty when there is none.
 *  @see failure-modes.md A5, A6 */
export function checkText(source: SourceText, limits: ReadingLimits): Diagnostic[] {
  const refusal = tooLarge(source, limits) ?? badCharacter(source)
  return refusal ? [refusal] : []
}

function tooLarge({ text, range }: SourceText, { bytes }: ReadingLimits): Diagnostic | undefined {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return undefined
  const hint = 'Move data and scripts out of the definition: scriptUri and filePath can refer to them.'
  return mistake('TOO_LARGE', range(0), `The definition is larger than ${bytes} bytes.`, hint)
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/

function badCharacter({ text, range }: SourceText): Diagnostic | undefined {
  const at = text.search(control)
  if (at !== -1) {
    const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
    const message = `The definition holds the control character U+${code}.`
    return mistake('BAD_CHARACTER', range(at), message, 'Remove it, and save the file as UTF-8.')
  }
  if (text.isWellFormed()) return undefined
  return mistake('BAD_CHARACTER', range(text.search(/\p{Cs}/u)), 'The definition holds half a character.', 'Save the file as UTF-8.')
}

/** Also said when the aliases stand for too much. */
export function tooManyAliases(range: ReturnType<SourceText['range']>, limits: ReadingLimits): Diagnostic {
  const message = `The definition uses more than ${limits.aliases} YAML aliases, or they stand for more than ${limits.aliasedNodes} values.`
  return mistake('TOO_MANY_ALIASES', range, message, 'Put shared fields into defaults or into a parent object.')
}
