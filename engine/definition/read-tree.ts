import type { Diagnostic } from './diagnostic.ts'
import { checkText, readingLimits } from './limits.ts'
import { looksLikeJson, readJsonText } from './read-json-text.ts'
import { readYamlText } from './read-yaml-text.ts'
import { createSourceText, type SourceText } from './source-text.ts'
import type { SourceNode } from './source-tree.ts'

/** A text as a tree. Without `root` the diagnostics say why there is none. */
export interface ReadTree {
  readonly root?: SourceNode
  readonly diagnostics: readonly Diagnostic[]
}

/** The tree of a text in JSON or YAML, which its beginning tells. `file` is only a name for places. */
export function readTree(text: string, file: string): ReadTree {
  const source = createSourceText(text, file)
  const refused = checkText(source, readingLimits)
  if (refused.length > 0) return { diagnostics: refused }
  return looksLikeJson(source.text) ? readAsJson(source) : readAsYaml(source)
}

/** JSON; or a map in YAML's own brackets, where only the YAML parser understands it. */
function readAsJson(source: SourceText): ReadTree {
  const json = readJsonText(source, readingLimits)
  if (json.root || json.diagnostics.some(({ code }) => code !== 'BAD_SYNTAX')) return json
  const yaml = readAsYaml(source)
  return yaml.root ? yaml : json
}

function readAsYaml(source: SourceText): ReadTree {
  const { root, diagnostics, hidden } = readYamlText(source, readingLimits)
  // an expression taken for a comment swallows brackets: what the parser says of it only confuses
  return root ? { root, diagnostics: hidden } : { diagnostics: hidden.length > 0 ? hidden : diagnostics }
}
