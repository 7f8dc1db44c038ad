import type { Diagnostic } from './diagnostic.ts'
import { formatAwsJson } from './format-aws-json.ts'
import { inAuthorsOrder, inSectionOrder } from './order-layout.ts'
import { readDefinition } from './read-definition.ts'
import { readLayout } from './read-layout.ts'
import { saysTheSame } from './same-definition.ts'
import { writeLayout } from './write-layout.ts'

/** What formatting a definition comes to. */
export interface FormattedDefinition {
  /** Absent when the definition has an error, or when it cannot be formatted without loss. */
  readonly text?: string
  readonly diagnostics: readonly Diagnostic[]
  /** Why a definition without errors is not formatted: a sentence. */
  readonly refusal?: string
  readonly hint?: string
}

/** The definition in its canonical layout: the YAML form as YAML with every comment, AWS's JSON as JSON. What is formatted stays as it is.
 *  The text says the same as before, which is proved by reading both.
 *
 *  Lines end in CRLF when the first one did; a byte order mark is dropped. */
export function formatDefinition(text: string, file: string): FormattedDefinition {
  const { form, diagnostics } = readDefinition(text, file)
  if (!form || diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics }
  const clean = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const { texts, ...why } = form === 'json' ? formatAwsJson(clean, file) : { texts: yamlTexts(clean) }
  const lineEnd = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n'
  const same = texts.map((found) => found.replaceAll('\n', lineEnd)).find((found) => saysTheSame(text, found, form))
  return same === undefined ? { diagnostics, ...notTheSame, ...why } : { text: same, diagnostics }
}

/** The best layout, and the next best: an alias may not stand before its anchor, so sections that share one may have to stay in place. */
function yamlTexts(text: string): string[] {
  const layout = readLayout(text)
  return [inSectionOrder(layout), inAuthorsOrder(layout)].map(writeLayout)
}

const notTheSame = {
  refusal: 'The definition would not be the same in its canonical layout.',
  hint: 'Please report it with the file. Anchors, tags and texts with unusual characters are the likely cause.',
}
