import type { PlanChain, PlannedEdge, PlannedInstance } from '../lifecycle/planned.ts'

/** What `plan_intervals` is told of chains of which no two are of one pipeline, in the order of its parameters. */
export function planArguments(chains: readonly PlanChain[]): readonly unknown[] {
  const given = new Given()
  for (const [at, chain] of chains.entries()) given.add(chain, at + 1)
  return given.values()
}

/** Gathers an array for each parameter. Chains, steps, kinds and rows are numbered from 1. */
class Given {
  readonly #chains: unknown[] = []
  readonly #steps: unknown[] = []
  readonly #kinds: unknown[] = []
  readonly #places: unknown[] = []
  readonly #rows = new Columns(['step', 'kind', 'key', 'start', 'stop', 'due', 'late', 'status', 'resource'])
  readonly #edges = new Columns(['producer', 'consumer', 'kind'])

  add(steps: PlanChain, chain: number): void {
    const [first] = steps
    if (!first) throw new Error('A chain without an interval cannot be planned.')
    const { pipelineId: pipeline, version, schedule, backfillId: backfill } = first.target
    this.#chains.push({ pipeline, version, schedule: schedule?.id, rhythm: schedule?.type, backfill, limits: first.plan.limits })
    // An instance is one row, however many intervals name it.
    const known: Known = { kinds: new Map(), rows: new Map(), edges: new Set() }
    for (const step of steps) this.#addStep(step, chain, known)
  }

  values(): readonly unknown[] {
    const { step, kind, key, start, stop, due, late, status, resource } = this.#rows.lists
    const json = [this.#chains, this.#steps, this.#kinds].map((list) => JSON.stringify(list))
    const { producer, consumer, kind: edgeKind } = this.#edges.lists
    return [...json, step, kind, key, start, stop, due, late, status, resource, JSON.stringify(this.#places), producer, consumer, edgeKind]
  }

  #addStep({ target, plan: { rows, edges, limits } }: PlanChain[number], chain: number, known: Known): void {
    const { schedule, due } = target
    const start = rows.find(({ component, status }) => status !== 'SCHEDULED' && component in limits)?.start
    this.#steps.push({
      chain,
      index: schedule?.index ?? 0,
      next: schedule?.nextIndex ?? 0,
      next_due: schedule?.nextDue,
      next_start: schedule?.nextStart,
      start,
      due,
    })
    const before = this.#rows.count
    const numbers = rows.map((row) => this.#row(row, chain, limits, known))
    for (const [at, { resource }] of rows.entries()) {
      if (resource !== null && numbers[at]! > before) this.#rows.lists['resource']![numbers[at]! - 1] = numbers[resource]
    }
    for (const edge of edges) this.#edge(edge, numbers, before, known)
  }

  #row(row: PlannedInstance, chain: number, limits: Readonly<Record<string, number>>, known: Known): number {
    const start = row.start.toISOString()
    const name = `${row.component} ${row.referrer}`
    const key = `${name} ${start}`
    const there = known.rows.get(key)
    if (there !== undefined) return there
    const kind = known.kinds.get(name) ?? this.#kind(row, chain, limits[row.component], known, name)
    const number = this.#rows.add([
      this.#steps.length,
      kind,
      row.key,
      start,
      row.stop.toISOString(),
      row.due.toISOString(),
      row.late && row.late.toISOString(),
      row.status,
      null,
    ])
    known.rows.set(key, number)
    const { schedule, rhythm, index } = row
    if (row.status === 'SCHEDULED' && schedule !== undefined) this.#places.push({ row: number, chain, schedule, rhythm, index })
    return number
  }

  #kind(row: PlannedInstance, chain: number, room: number | undefined, known: Known, name: string): number {
    const { component, referrer, type, family, grp, lane, pool, priority, cascades, fires, retries, used_by, rules } = row
    this.#kinds.push({
      chain,
      component,
      referrer,
      type,
      family,
      grp,
      lane,
      pool,
      priority,
      cascades,
      fires,
      retries,
      used_by,
      rules,
      room,
    })
    known.kinds.set(name, this.#kinds.length)
    return this.#kinds.length
  }

  /** What an earlier interval has made already has its edges. */
  #edge({ producer, consumer, kind }: PlannedEdge, numbers: readonly number[], before: number, known: Known): void {
    const [from, to] = [numbers[producer]!, numbers[consumer]!]
    const key = from * 2 ** 26 + to
    if (to <= before || known.edges.has(key)) return
    known.edges.add(key)
    this.#edges.add([from, to, kind])
  }
}

/** What a chain has named so far, by its number. */
interface Known {
  readonly kinds: Map<string, number>
  readonly rows: Map<string, number>
  readonly edges: Set<number>
}

class Columns {
  readonly lists: Readonly<Record<string, unknown[]>>
  readonly #names: readonly string[]
  count = 0

  constructor(names: readonly string[]) {
    this.#names = names
    this.lists = Object.fromEntries(names.map((name) => [name, []]))
  }

  /** The number of the row, from 1. */
  add(values: readonly unknown[]): number {
    for (const [at, name] of this.#names.entries()) this.lists[name]!.push(values[at])
    return ++this.count
  }
}
