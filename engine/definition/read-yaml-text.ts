import type { ReadingLimits } from './limits.ts'
import { parseSource, type ParsedSource } from './parse-source.ts'
import { readPlainYaml } from './read-plain-yaml.ts'
import type { SourceText } from './source-text.ts'

/** The YAML text as a tree. Nearly all texts are read the fast way; what that one does not know, and every mistake, is for the parser.
 *  The text itself must have been checked before. */
export function readYamlText(source: SourceText, limits: ReadingLimits): ParsedSource {
  const root = readPlainYaml(source, limits)
  return root ? { root, diagnostics: [], hidden: [] } : parseSource(source, limits)
}
