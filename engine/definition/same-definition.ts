import { Lexer } from 'yaml'
import { readingLimits } from './limits.ts'
import { parseSource } from './parse-source.ts'
import type { DefinitionForm, FieldValue, Parameter, PipelineDefinition, PipelineObject } from './pipeline-definition.ts'
import { readDefinition } from './read-definition.ts'
import { createSourceText } from './source-text.ts'
import type { SourceNode } from './source-tree.ts'

/** Whether two texts are the same definition: in the same form, with the same objects, fields, values and parameters, lists and fields in the
 *  same order. Two YAML forms must also agree in all that is not read, such as `tests`, and in comments, anchors and tags. */
export function saysTheSame(one: string, other: string, form: DefinitionForm): boolean {
  const seen = form === 'json' ? said : (text: string) => [said(text), marksIn(text).toSorted(), tree(text)]
  return JSON.stringify(seen(one)) === JSON.stringify(seen(other))
}

/** The comments, anchors, aliases and tags of a YAML text, as written and in file order. */
export function marksIn(text: string): string[] {
  const marks: string[] = []
  let scalar = false
  for (const token of new Lexer().lex(text)) {
    if (token === '\x1f') scalar = true
    else {
      if (!scalar && /^[#&*!]/.test(token)) marks.push(token.trimEnd())
      scalar = false
    }
  }
  return marks
}

/** Warnings are about how it is written: a repair is told once only. */
function said(text: string): unknown {
  const { definition, form, diagnostics } = readDefinition(text, 'a')
  const mistakes = diagnostics.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code} ${message}`)
  return [form, mistakes.toSorted(), definition && definitionSaid(definition)]
}

/** The objects by id: sections may change places. */
function definitionSaid({ name, description, objects, parameters, values, secretValues }: PipelineDefinition): unknown {
  const byId = [...objects.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return [name, description, byId.map(objectSaid), [...parameters.values()].map(parameterSaid), [...values], [...(secretValues ?? [])]]
}

function objectSaid({ id, name, type, fields }: PipelineObject): unknown {
  return [id, name, type, [...fields].map(([field, values]) => [field, values.map(valueSaid)])]
}

function valueSaid(value: FieldValue): unknown {
  return 'ref' in value ? { ref: value.ref } : value.text
}

function parameterSaid({ range: _, attributes, ...rest }: Parameter): unknown {
  return { ...rest, attributes: [...attributes] }
}

/** All that the text says, whatever the order of keys. */
function tree(text: string): unknown {
  const { root } = parseSource(createSourceText(text, 'a'), readingLimits)
  return root && nodeSaid(root)
}

function nodeSaid(node: SourceNode): unknown {
  if (node.kind === 'text') return node.text
  if (node.kind === 'list') return node.items.map(nodeSaid)
  if (node.kind === 'nothing') return null
  return node.entries.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ key, value }) => ({ [key]: nodeSaid(value) }))
}
