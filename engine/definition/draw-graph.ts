import type { DefinitionGraph, EdgeKind } from './definition-graph.ts'

/** The graph as Mermaid: activities are boxes, data nodes cylinders, preconditions diamonds, resources boxes with double sides.
 *  No id is ever read as Mermaid: nodes have names of ours, and labels hold character codes for all but letters, digits and a few signs. */
export function drawMermaid({ nodes, edges }: DefinitionGraph): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]))
  return [
    'flowchart LR',
    ...nodes.map(({ id, family }) => {
      const [open, close] = brackets[family] ?? box
      return `  ${names.get(id)}${open}"${mermaidText(id)}"${close}`
    }),
    ...edges.map(({ from, to, kind }) => `  ${names.get(from)} ${arrows[kind]} ${names.get(to)}`),
  ].join('\n')
}

const box = ['[', ']'] as const
const brackets: Readonly<Record<string, readonly [string, string]>> = {
  activity: box,
  datanode: ['[(', ')]'],
  precondition: ['{', '}'],
  resource: ['[[', ']]'],
}

const arrows: Readonly<Record<EdgeKind, string>> = {
  dependsOn: '-->|dependsOn|',
  input: '==>|input|',
  output: '==>|output|',
  precondition: '-.->|precondition|',
  runsOn: '-.->|runsOn|',
}

function mermaidText(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} _.-]/gu, (sign) => `#${sign.codePointAt(0)};`)
}

/** The same as DOT, the language of Graphviz. */
export function drawDot({ nodes, edges }: DefinitionGraph): string {
  return [
    'digraph pipeline {',
    '  rankdir=LR',
    ...nodes.map(({ id, family }) => `  ${dotText(id)} [shape=${shapes[family] ?? 'box'}]`),
    ...edges.map(({ from, to, kind }) => `  ${dotText(from)} -> ${dotText(to)} [label=${kind}, style=${styles[kind]}]`),
    '}',
  ].join('\n')
}

const shapes: Readonly<Record<string, string>> = { activity: 'box', datanode: 'cylinder', precondition: 'diamond', resource: 'box3d' }
const styles: Readonly<Record<EdgeKind, string>> = {
  dependsOn: 'solid',
  input: 'bold',
  output: 'bold',
  precondition: 'dashed',
  runsOn: 'dotted',
}

/** A quoted DOT text. A backslash is doubled, since labels read escapes; a line end becomes one. */
function dotText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\r', '\\r').replaceAll('\n', '\\n')}"`
}
