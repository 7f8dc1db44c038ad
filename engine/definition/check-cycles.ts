import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { ResolvedObject, ResolvedObjects } from './resolve-objects.ts'
import type { SourceRange } from './source-range.ts'

/** The fields whose targets an object waits for. What it names as `output` waits for it.
 *  @see spec/behaviour.md 3.1 */
const waitsFor = ['dependsOn', 'input', 'precondition']

const mostRings = 20
const mostNames = 100

interface Edge {
  readonly to: string
  readonly range?: SourceRange
}

type Graph = ReadonlyMap<string, readonly Edge[]>

/** One object of a ring and its edge to the next. */
interface Link {
  readonly id: string
  readonly edge?: Edge
}

/** One diagnostic for each ring of objects that wait for one another, with the whole way round; at most 20. */
export function checkCycles({ objects }: CheckContext): Diagnostic[] {
  const graph = graphOf(objects)
  const order = new Map([...graph.keys()].map((id, at) => [id, at]))
  return [...rings(graph).take(mostRings)].map((ring) => describe(fromFirst(ring, order)))
}

function describe(ring: readonly Link[]): Diagnostic {
  const [first] = ring
  const names = ring.slice(0, mostNames).map(({ id }) => id)
  const rest = ring.length > mostNames ? [`(${ring.length - mostNames} more)`] : []
  const message = `${first?.id} waits for itself: ${[...names, ...rest, first?.id].join(' -> ')}.`
  return mistake('CYCLE', first?.edge?.range, message, 'Remove one of these dependencies, inputs, outputs or preconditions.')
}

function graphOf(objects: ResolvedObjects): Graph {
  const graph = new Map<string, Edge[]>([...objects.keys()].map((id) => [id, []]))
  for (const object of objects.values()) {
    graph.get(object.id)?.push(...waitsFor.flatMap((name) => targets(object, name)))
    for (const { to, range } of targets(object, 'output')) graph.get(to)?.push({ to: object.id, range })
  }
  return graph
}

function targets({ fields }: ResolvedObject, name: string): Edge[] {
  return (fields.get(name)?.values ?? []).flatMap((value) => ('ref' in value ? [{ to: value.ref, range: value.range }] : []))
}

/** The rings that a walk in depth closes. */
function* rings(graph: Graph): Generator<Link[]> {
  const done = new Set<string>()
  for (const start of graph.keys()) if (!done.has(start)) yield* ringsFrom(start, graph, done)
}

interface Step {
  readonly id: string
  readonly edges: Iterator<Edge, undefined>
  taken?: Edge
}

/** Not recursive: a chain may be as long as the definition. */
function* ringsFrom(start: string, graph: Graph, done: Set<string>): Generator<Link[]> {
  const path: Step[] = []
  const depthOf = new Map<string, number>()
  const enter = (id: string): void => {
    depthOf.set(id, path.length)
    path.push({ id, edges: (graph.get(id) ?? []).values() })
  }
  enter(start)
  for (let step = path.at(-1); step; step = path.at(-1)) {
    step.taken = step.edges.next().value
    const next = step.taken?.to
    if (next === undefined) {
      done.add(step.id)
      depthOf.delete(step.id)
      path.pop()
      continue
    }
    const depth = depthOf.get(next)
    if (depth !== undefined) yield path.slice(depth).map(({ id, taken }) => ({ id, edge: taken }))
    else if (!done.has(next)) enter(next)
  }
}

/** The same ring, begun with the object that comes first in the file. */
function fromFirst(ring: readonly Link[], order: ReadonlyMap<string, number>): Link[] {
  const place = ({ id }: Link): number => order.get(id) ?? 0
  const first = ring.reduce((best, link, at) => (place(link) < place(ring[best] ?? link) ? at : best), 0)
  return [...ring.slice(first), ...ring.slice(0, first)]
}
