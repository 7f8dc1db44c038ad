import type { PlanChain, PlanStep, PlannedEdge, PlannedInstance } from '../lifecycle/planned.ts'

/** What `plan_intervals` is told of chains of which no two are of one pipeline, in the order of its parameters. */
export function planArguments(chains: readonly PlanChain[]): readonly string[] {
  const given = new Given()
  for (const [at, chain] of chains.entries()) given.add(chain, at + 1)
  return given.values()
}

/** Gathers the elements of each parameter. Chains, steps, kinds and rows are numbered from 1. */
class Given {
  readonly #chains: unknown[] = []
  readonly #steps: unknown[] = []
  readonly #kinds: unknown[] = []
  readonly #places: unknown[] = []
  readonly #row = {
    step: list<number>(),
    kind: list<number>(),
    key: list<string>(),
    start: list<string>(),
    stop: list<string>(),
    due: list<string>(),
    late: list<string | null>(),
    status: list<string>(),
    resource: list<number | null>(),
  }
  readonly #edge = { producer: list<number>(), consumer: list<number>(), kind: list<string>() }
  /** Rows share the times of their interval. */
  readonly #times = new Map<Date, string>()

  add(steps: PlanChain, chain: number): void {
    const [first] = steps
    if (!first) throw new Error('A chain without an interval cannot be planned.')
    const { pipelineId: pipeline, version, schedule, backfillId: backfill } = first.target
    this.#chains.push({ pipeline, version, schedule: schedule?.id, rhythm: schedule?.type, backfill, limits: first.plan.limits })
    const known: Known = { kinds: new Map(), rows: new Map(), edges: new Set() }
    for (const step of steps) this.#addStep(step, chain, known)
  }

  values(): readonly string[] {
    const lists = (columns: Readonly<Record<string, List>>): readonly string[] => Object.values(columns).map(arrayText)
    return [
      JSON.stringify(this.#chains),
      JSON.stringify(this.#steps),
      JSON.stringify(this.#kinds),
      ...lists(this.#row),
      JSON.stringify(this.#places),
      ...lists(this.#edge),
    ]
  }

  #addStep({ target, plan: { rows, edges, limits } }: PlanStep, chain: number, known: Known): void {
    const { schedule, due } = target
    const start = rows.find(({ component, status }) => status !== 'SCHEDULED' && component in limits)?.start
    const [index, next] = [schedule?.index ?? 0, schedule?.nextIndex ?? 0]
    this.#steps.push({ chain, index, next, next_due: schedule?.nextDue, next_start: schedule?.nextStart, start, due })
    const before = this.#row.step.length
    const numbers = rows.map((row) => this.#rowOf(row, chain, limits, known))
    for (const [at, { resource }] of rows.entries()) {
      if (resource !== null && numbers[at]! > before) this.#row.resource[numbers[at]! - 1] = numbers[resource]!
    }
    for (const edge of edges) this.#addEdge(edge, numbers, before, known)
  }

  /** The number of the instance's row: one, however many intervals name it. */
  #rowOf(row: PlannedInstance, chain: number, limits: Readonly<Record<string, number>>, known: Known): number {
    const name = `${row.component} ${row.referrer}`
    const key = `${name} ${row.start.getTime()}`
    const there = known.rows.get(key)
    if (there !== undefined) return there
    const { step, kind, key: keys, start, stop, due, late, status, resource } = this.#row
    step.push(this.#steps.length)
    kind.push(known.kinds.get(name) ?? this.#kindOf(row, chain, limits[row.component], known, name))
    keys.push(quoted(row.key))
    start.push(this.#timeText(row.start))
    stop.push(this.#timeText(row.stop))
    due.push(this.#timeText(row.due))
    late.push(row.late && row.late.toISOString())
    status.push(row.status)
    const number = resource.push(null)
    known.rows.set(key, number)
    if (row.status === 'SCHEDULED' && row.schedule !== undefined)
      this.#places.push({ row: number, chain, schedule: row.schedule, rhythm: row.rhythm, index: row.index })
    return number
  }

  #kindOf(row: PlannedInstance, chain: number, room: number | undefined, known: Known, name: string): number {
    const { component, referrer, type, family, grp, lane, pool, priority, cascades, fires, retries, used_by, rules } = row
    const said = { component, referrer, type, family, grp, lane, pool, priority, cascades, fires, retries, used_by, rules }
    const number = this.#kinds.push({ chain, ...said, room })
    known.kinds.set(name, number)
    return number
  }

  /** What an earlier interval has made has its edges already. */
  #addEdge({ producer, consumer, kind }: PlannedEdge, numbers: readonly number[], before: number, known: Known): void {
    const [from, to] = [numbers[producer]!, numbers[consumer]!]
    const key = from * 2 ** 26 + to
    if (to <= before || known.edges.has(key)) return
    known.edges.add(key)
    this.#edge.producer.push(from)
    this.#edge.consumer.push(to)
    this.#edge.kind.push(kind)
  }

  #timeText(time: Date): string {
    const text = this.#times.get(time) ?? time.toISOString()
    this.#times.set(time, text)
    return text
  }
}

/** What a chain has named so far, by its number. */
interface Known {
  readonly kinds: Map<string, number>
  readonly rows: Map<string, number>
  readonly edges: Set<number>
}

/** Elements that need no quotes, or have them. */
type List = (number | string | null)[]

function list<T extends number | string | null>(): T[] {
  return []
}

/** An array as PostgreSQL reads it. node-pg would quote each element. */
function arrayText(elements: List): string {
  return `{${elements.map((element) => element ?? 'NULL').join()}}`
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
