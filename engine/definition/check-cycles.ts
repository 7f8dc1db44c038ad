import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { ResolvedObject, ResolvedObjects } from './resolve-objects.ts'
import type { SourceRange } from './source-range.ts'

/** The fields whose targets an object waits for. What it names as `output` waits for it.
 *  @see spec/behaviour.md 3.1 */
const waitsFor = ['dependsOn', 'input', 'precondition']

interface Edge {
  readonly to: string
  readonly range?: SourceRange
}

/** One diagnostic for each ring of objects that wait for one another, with the whole way round. */
export function checkCycles({ objects }: CheckContext): Diagnostic[] {
  return [...rings(graphOf(objects))].map(([ids, edge]) => {
    const message = `${ids[0]} waits for itself: ${[...ids, ids[0]].join(' -> ')}.`
    return mistake('CYCLE', edge.range, message, 'Remove one of these dependencies, inputs, outputs or preconditions.')
  })
}

function graphOf(objects: ResolvedObjects): Map<string, Edge[]> {
  const graph = new Map<string, Edge[]>([...objects.keys()].map((id) => [id, []]))
  for (const object of objects.values()) {
    for (const { to, range } of waitsFor.flatMap((name) => targets(object, name))) graph.get(object.id)!.push({ to, range })
    for (const { to, range } of targets(object, 'output')) graph.get(to)?.push({ to: object.id, range })
  }
  return graph
}

function targets({ fields }: ResolvedObject, name: string): Edge[] {
  return (fields.get(name)?.values ?? []).flatMap((value) => ('ref' in value ? [{ to: value.ref, range: value.range }] : []))
}

/** The ids of each ring that a walk in depth closes, beginning with the first in file order, and that one's edge to the next.
 *  Not recursive: a chain may be as long as the definition. */
function* rings(graph: ReadonlyMap<string, readonly Edge[]>): Generator<[string[], Edge]> {
  const order = new Map([...graph.keys()].map((id, at) => [id, at]))
  const done = new Set<string>()
  for (const start of graph.keys()) {
    const path: string[] = [start]
    const taken: Edge[] = []
    const depthOf = new Map([[start, 0]])
    const open = done.has(start) ? [] : [graph.get(start)!.values()]
    while (open.length > 0) {
      const { value: edge, done: exhausted } = open.at(-1)!.next()
      if (exhausted) {
        const left = path.pop()!
        done.add(left)
        depthOf.delete(left)
        taken.pop()
        open.pop()
      } else if (depthOf.has(edge.to)) {
        const from = depthOf.get(edge.to)!
        yield turned(path.slice(from), [...taken.slice(from), edge], order)
      } else if (!done.has(edge.to) && graph.has(edge.to)) {
        depthOf.set(edge.to, path.push(edge.to) - 1)
        taken.push(edge)
        open.push(graph.get(edge.to)!.values())
      }
    }
  }
}

function turned(ids: readonly string[], edges: readonly Edge[], order: ReadonlyMap<string, number>): [string[], Edge] {
  const first = ids.reduce((best, id, at) => (order.get(id)! < order.get(ids[best]!)! ? at : best), 0)
  return [[...ids.slice(first), ...ids.slice(0, first)], edges[first]!]
}
