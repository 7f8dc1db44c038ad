import { isAwsForm } from './aws-shapes.ts'
import { DefinitionDraft } from './definition-draft.ts'
import type { Diagnostic } from './diagnostic.ts'
import { checkHiddenExpressions } from './hidden-expressions.ts'
import { checkNesting, checkText, readingLimits } from './limits.ts'
import { parseSource } from './parse-source.ts'
import type { DefinitionForm, PipelineDefinition } from './pipeline-definition.ts'
import { inOrder, mistake } from './problem.ts'
import { readAwsForm } from './read-aws-json.ts'
import { looksLikeJson, readJsonText } from './read-json-text.ts'
import { readYamlForm } from './read-yaml-form.ts'
import { createSourceText, type SourceText } from './source-text.ts'
import type { SourceNode } from './source-tree.ts'

export interface ReadDefinition {
  readonly definition?: PipelineDefinition
  /** Which of the two forms the text has; absent without a definition. */
  readonly form?: DefinitionForm
  readonly diagnostics: Diagnostic[]
}

/** The definition that `text` holds, in the YAML form or in one of AWS's JSON shapes, which its contents tell. Mistakes are collected: a
 *  definition may come with errors, so that it can be checked further; there is none when the text is refused or cannot be parsed.
 *  `file` is only a name for places. */
export function readDefinition(text: string, file: string): ReadDefinition {
  const source = createSourceText(text, file)
  const refused = checkText(source, readingLimits)
  if (refused.length > 0) return { diagnostics: refused }
  return looksLikeJson(source.text) ? readAsJson(source) : readAsYaml(source)
}

/** JSON; or a map in YAML's own brackets, where only the YAML parser understands it. */
function readAsJson(source: SourceText): ReadDefinition {
  const { root, diagnostics } = readJsonText(source, readingLimits)
  if (root) return readForm(root, source.file, diagnostics)
  if (diagnostics.some(({ code }) => code !== 'BAD_SYNTAX')) return { diagnostics: [...diagnostics] }
  const yaml = readAsYaml(source)
  return yaml.definition ? yaml : { diagnostics: [...diagnostics] }
}

function readAsYaml(source: SourceText): ReadDefinition {
  const refused = checkNesting(source, readingLimits)
  if (refused.length > 0) return { diagnostics: refused }
  const { root, diagnostics } = parseSource(source, readingLimits)
  const hidden = checkHiddenExpressions(source)
  // an expression taken for a comment swallows brackets: what the parser says of it only confuses
  if (!root) return { diagnostics: inOrder(hidden.length > 0 ? hidden : diagnostics) }
  const { diagnostics: found, ...read } = readForm(root, source.file, [])
  const lines = new Set(hidden.map(({ range }) => range?.line))
  const told = found.filter(({ code, range }) => code !== 'EMPTY_VALUE' || !lines.has(range?.line))
  return { ...read, diagnostics: inOrder([...hidden, ...told]) }
}

function readForm(root: SourceNode, file: string, already: readonly Diagnostic[]): ReadDefinition {
  if (root.kind !== 'map') {
    const message = root.kind === 'nothing' ? 'The file holds no definition.' : 'A definition is a map of sections, but this is not.'
    const hint = 'Begin with "sluice: 1" and a section such as "activities:", or with AWS\'s {"objects": [...]}.'
    return { diagnostics: [...already, mistake('NOT_A_DEFINITION', root.range, message, hint)] }
  }
  const draft = new DefinitionDraft(file)
  const form = isAwsForm(root) ? 'json' : 'yaml'
  if (form === 'json') readAwsForm(root, draft)
  else readYamlForm(root, draft)
  return { definition: draft.finish(), form, diagnostics: inOrder([...already, ...draft.diagnostics]) }
}
