import type { Catalog } from '../spec/catalog.ts'
import { runnableFamilies, type Family } from '../spec/declarations.ts'
import type { CompiledDefinition } from './pipeline-definition.ts'

/** The objects that run or hold data, and how they hang together. */
export interface DefinitionGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export interface GraphNode {
  readonly id: string
  readonly type: string
  readonly family: Family
}

/** Drawn in the direction in which the work flows; `runsOn` points to the machine. */
export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly kind: EdgeKind
}

export type EdgeKind = 'dependsOn' | 'input' | 'output' | 'precondition' | 'runsOn'

/** Fields that make edges, and whether what they name comes before the object. */
const kinds: readonly (readonly [EdgeKind, 'before' | 'after'])[] = [
  ['dependsOn', 'before'],
  ['precondition', 'before'],
  ['input', 'before'],
  ['output', 'after'],
  ['runsOn', 'after'],
]

/** The graph of a definition after inheritance, in file order. What only an expression names is not in it. */
export function definitionGraph({ components }: CompiledDefinition, catalog: Catalog): DefinitionGraph {
  const nodes = Object.values(components).flatMap(({ id, type }): GraphNode[] => {
    const family = catalog.get(type)?.family
    return family && runnableFamilies.includes(family) ? [{ id, type, family }] : []
  })
  const drawn = new Set(nodes.map(({ id }) => id))
  const edges = nodes.flatMap(({ id }) => edgesOf(id, components[id]?.fields ?? {}))
  return { nodes, edges: edges.filter(({ from, to }) => drawn.has(from) && drawn.has(to)) }
}

function edgesOf(id: string, fields: CompiledDefinition['components'][string]['fields']): GraphEdge[] {
  return kinds.flatMap(([kind, side]) =>
    (fields[kind] ?? []).flatMap((value) => {
      if (!('ref' in value)) return []
      return side === 'before' ? { from: value.ref, to: id, kind } : { from: id, to: value.ref, kind }
    }),
  )
}
