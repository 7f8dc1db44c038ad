import type { DefinitionGraph } from './definition-graph.ts'

/** Ids of a graph's nodes, each behind what it waits for; otherwise in file order. A machine comes behind what runs on it. */
export function dependencyOrder({ nodes, edges }: DefinitionGraph): readonly string[] {
  const before = Map.groupBy(edges, ({ to }) => to)
  const placed = new Set<string>()
  const place = (id: string, above: ReadonlySet<string>): void => {
    if (placed.has(id) || above.has(id)) return
    const below = new Set([...above, id])
    for (const { from } of before.get(id) ?? []) place(from, below)
    placed.add(id)
  }
  for (const { id } of nodes) place(id, new Set())
  return [...placed]
}
