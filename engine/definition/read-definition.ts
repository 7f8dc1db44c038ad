import { isAwsForm } from './aws-shapes.ts'
import { DefinitionDraft } from './definition-draft.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { DefinitionForm, PipelineDefinition } from './pipeline-definition.ts'
import { inOrder, mistake } from './problem.ts'
import { readAwsForm } from './read-aws-json.ts'
import { readTree } from './read-tree.ts'
import { readYamlForm } from './read-yaml-form.ts'
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
  const { root, diagnostics } = readTree(text, file)
  if (!root) return { diagnostics: inOrder(diagnostics) }
  const { diagnostics: found, ...read } = readForm(root, file)
  const hidden = new Set(diagnostics.filter(({ code }) => code === 'EXPRESSION_IN_COMMENT').map(({ range }) => range?.line))
  const told = found.filter(({ code, range }) => code !== 'EMPTY_VALUE' || !hidden.has(range?.line))
  return { ...read, diagnostics: inOrder([...diagnostics, ...told]) }
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
