import { DefinitionDraft } from './definition-draft.ts'
import type { Diagnostic } from './diagnostic.ts'
import { checkText, readingLimits } from './limits.ts'
import type { PipelineDefinition } from './pipeline-definition.ts'
import { inOrder, mistake } from './problem.ts'
import { isAwsForm, readAwsForm } from './read-aws-json.ts'
import { readYamlForm } from './read-yaml-form.ts'
import { readYamlText } from './read-yaml-text.ts'
import { createSourceText } from './source-text.ts'
import type { SourceNode } from './source-tree.ts'

export interface ReadDefinition {
  readonly definition?: PipelineDefinition
  /** Which of the two forms the text has; absent without a definition. */
  readonly form?: DefinitionForm
  readonly diagnostics: Diagnostic[]
}

export type DefinitionForm = 'yaml' | 'json'

/** The definition that `text` holds, in the YAML form or in AWS's JSON, which its shape tells. Mistakes are collected: a definition may
 *  come with errors, so that it can be checked further; there is none when the text is refused or cannot be parsed.
 *  `file` is only a name for places. */
export function readDefinition(text: string, file: string): ReadDefinition {
  const source = createSourceText(text, file)
  const refused = checkText(source, readingLimits)
  if (refused.length > 0) return { diagnostics: refused }
  const { root, diagnostics, hidden } = readYamlText(source, readingLimits)
  // an expression taken for a comment swallows brackets: what the parser says of it only confuses
  if (!root) return { diagnostics: inOrder(hidden.length > 0 ? hidden : diagnostics) }
  const { diagnostics: found, ...read } = readForm(root, file)
  const lines = new Set(hidden.map(({ range }) => range?.line))
  const told = found.filter(({ code, range }) => code !== 'EMPTY_VALUE' || !lines.has(range?.line))
  return { ...read, diagnostics: inOrder([...hidden, ...told]) }
}

function readForm(root: SourceNode, file: string): ReadDefinition {
  if (root.kind !== 'map') {
    const message = root.kind === 'nothing' ? 'The file holds no definition.' : 'A definition is a map of sections, but this is not.'
    const hint = 'Begin with "sluice: 1" and a section such as "activities:", or with AWS\'s {"objects": [...]}.'
    return { diagnostics: [mistake('NOT_A_DEFINITION', root.range, message, hint)] }
  }
  const draft = new DefinitionDraft(file)
  const form = isAwsForm(root) ? 'json' : 'yaml'
  if (form === 'json') readAwsForm(root, draft)
  else readYamlForm(root, draft)
  return { definition: draft.finish(), form, diagnostics: draft.diagnostics }
}
