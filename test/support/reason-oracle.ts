import type { Reason } from '../../engine/store/reason.ts'
import type { Store } from '../../engine/store/open-store.ts'

interface Facts {
  id: string
  status: string
  hold: string | null
  family: string
  component: string
  referrer: string
  state: string
  group: string | null
  resource: string | null
  held: string | null
  kind: string | null
  past: boolean
  /** Of a resource: it is made again later. */
  later: boolean
}

interface Edge {
  producer: string
  consumer: string
  kind: string
}

const failed = ['FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT']

/** Judges reasons by the plain rows of the tables, one question at a time. */
export class ReasonOracle {
  readonly #facts: ReadonlyMap<string, Facts>
  readonly #edges: readonly Edge[]
  readonly #paused: ReadonlySet<string>
  readonly #groups: ReadonlySet<string>

  private constructor(facts: readonly Facts[], edges: readonly Edge[], paused: readonly string[], groups: readonly string[]) {
    this.#facts = new Map(facts.map((row) => [row.id, row]))
    this.#edges = edges
    this.#paused = new Set(paused)
    this.#groups = new Set(groups)
  }

  static async of({ pool }: Store, pipelineId: string): Promise<ReasonOracle> {
    const instances = await pool.query<Facts>(
      `select i.id::text, i.status, i.hold, i.family, i.component_id as component, i.referrer_id as referrer, p.state, i.worker_group as "group", i.resource_id::text as resource,
        a.held, case when a.check_because = 'refused' then 'NO_PERMISSION' end as kind, coalesce(a.available_time < now(), false) as past, coalesce(i.available_time > now(), false) as later
        from instances i join pipelines p on p.id = i.pipeline_id left join attempts a on a.instance_id = i.id and a.status in ('WAITING_FOR_RUNNER', 'RUNNING')
        where i.pipeline_id = $1`,
      [pipelineId],
    )
    const edges = await pool.query<Edge>('select producer_id::text as producer, consumer_id::text as consumer, kind from dependencies')
    const paused = await pool.query<{ id: string }>('select id from components where pipeline_id = $1 and paused', [pipelineId])
    const groups = await pool.query<{ name: string }>('select unnest(worker_groups) as name from workers')
    return new ReasonOracle(
      instances.rows,
      edges.rows,
      paused.rows.map(({ id }) => id),
      groups.rows.map(({ name }) => name),
    )
  }

  /** Ids of all that have not ended. */
  open(): readonly string[] {
    return [...this.#facts.values()].filter(({ status }) => ![...failed, 'FINISHED', 'SKIPPED'].includes(status)).map(({ id }) => id)
  }

  isTrue({ instanceId, code, object, waitsFor }: Reason): boolean {
    const own = this.#facts.get(instanceId)!
    const on = waitsFor && this.#facts.get(waitsFor.instanceId)
    const isLive = this.#groups.has(own.group ?? '')
    const waits = own.status === 'WAITING_ON_DEPENDENCIES'
    const ready = own.status === 'WAITING_FOR_RUNNER'
    const stranded = own.past && !isLive
    const isHeld = own.status === 'SCHEDULED' && own.hold !== null && own.state === 'SCHEDULED'
    const isPaused = this.#paused.has(own.component) || this.#paused.has(own.referrer)
    switch (code) {
      case 'WAITING_FOR_INTERVAL':
        return own.status === 'SCHEDULED' && own.hold === null && own.state === 'SCHEDULED'
      case 'PIPELINE_INACTIVE':
        return own.status === 'SCHEDULED' && own.state !== 'SCHEDULED' && object === own.state
      case 'PAUSED':
        return isHeld && this.#paused.has(object) && (object === own.component || object === own.referrer)
      case 'MAX_ACTIVE':
        return isHeld && !isPaused && (!on || (!this.#isEnded(on) && on.component === (own.referrer || own.component)))
      case 'DEPENDENCY':
      case 'PRECONDITION':
        return (
          waits &&
          this.#failedBefore(own.id, true).length === 0 &&
          on !== undefined &&
          !this.#isEnded(on) &&
          this.#isEdge(on.id, own.id, code === 'PRECONDITION')
        )
      case 'DEPENDENCY_FAILED':
        return (
          waits &&
          on !== undefined &&
          failed.includes(on.status) &&
          this.#reaches(own.id, on.id) &&
          this.#failedBefore(on.id, false).length === 0
        )
      case 'NOT_TRUE_YET':
        return ready && own.held === 'CHECK' && own.kind === null && !stranded && own.family === 'precondition'
      case 'NO_PERMISSION':
        return ready && own.held === 'CHECK' && own.kind === 'NO_PERMISSION' && !stranded
      case 'RETRY_DELAY':
        return (ready && own.held === 'RETRY_DELAY' && !stranded) || (own.family === 'resource' && waits && own.later)
      case 'RESOURCE':
        return ready && own.held === 'RESOURCE' && on?.id === own.resource && on.component === object
      case 'NO_WORKER':
        return ready && !isLive && object === own.group && (own.held === null || stranded) && own.held !== 'RESOURCE'
      case 'QUEUED':
        return ready && isLive && own.held === null && object === own.group
      case 'RUNNING':
        return own.status === 'RUNNING'
      case 'SHUTTING_DOWN':
        return own.status === 'SHUTTING_DOWN'
      case 'RESOURCE_CREATING':
        return own.family === 'resource' && (own.status === 'CREATING' || (waits && !own.later && this.#isWanted(own.id)))
      case 'RESOURCE_IDLE':
        return own.family === 'resource' && waits && !own.later && !this.#isWanted(own.id)
      default:
        return false
    }
  }

  #isEnded({ status }: Facts): boolean {
    return [...failed, 'FINISHED', 'SKIPPED'].includes(status)
  }

  #isEdge(producer: string, consumer: string, guards: boolean): boolean {
    return this.#edges.some((edge) => edge.producer === producer && edge.consumer === consumer && (edge.kind === 'precondition') === guards)
  }

  #failedBefore(id: string, preconditions: boolean): readonly string[] {
    return this.#edges
      .filter(({ consumer, kind }) => consumer === id && (preconditions || kind !== 'precondition'))
      .map(({ producer }) => producer)
      .filter((producer) => failed.includes(this.#facts.get(producer)?.status ?? ''))
  }

  /** Whether a failure came from `origin` to `id`, over failed ones. */
  #reaches(id: string, origin: string): boolean {
    return this.#failedBefore(id, true).some((producer) => producer === origin || this.#reaches(producer, origin))
  }

  #isWanted(id: string): boolean {
    return [...this.#facts.values()].some(
      ({ resource, held, status }) => resource === id && held === 'RESOURCE' && status === 'WAITING_FOR_RUNNER',
    )
  }
}
