import { sql, type Kysely } from 'kysely'
import type { InstanceStatus } from '../lifecycle/statuses.ts'
import type { Database, PipelineState } from './database.ts'
import { reasonOf } from './reason-of.ts'

/** Why an instance is not running or has not ended: exactly one of these for each that has not ended. */
export type ReasonCode =
  | 'WAITING_FOR_INTERVAL'
  | 'PIPELINE_INACTIVE'
  | 'PAUSED'
  | 'MAX_ACTIVE'
  | 'DEPENDENCY'
  | 'DEPENDENCY_FAILED'
  | 'PRECONDITION'
  | 'NOT_TRUE_YET'
  | 'NO_PERMISSION'
  | 'RETRY_DELAY'
  | 'RESOURCE'
  | 'RESOURCE_CREATING'
  | 'RESOURCE_IDLE'
  | 'POOL_FULL'
  | 'NO_WORKER'
  | 'QUEUED'
  | 'RUNNING'
  | 'SHUTTING_DOWN'
  | 'ENDED'

/** An instance that another waits for. */
export interface WaitedFor {
  readonly instanceId: string
  /** As commands take it. */
  readonly task: string
  readonly interval: Date
  readonly status: InstanceStatus
}

/** Times are UTC. */
export interface Reason {
  readonly instanceId: string
  readonly instanceKey: string
  /** As commands take it: of a precondition that guards several, `arrived/load`. */
  readonly task: string
  /** Start of the interval. */
  readonly interval: Date
  readonly family: string
  readonly status: InstanceStatus
  readonly code: ReasonCode
  /** What it waits for: a task, a component that is paused, a worker group, a pipeline; itself, where it waits for nothing but time. */
  readonly object: string
  /** The instance that it waits for, where it is one; of DEPENDENCY_FAILED where the failure began. */
  readonly waitsFor: WaitedFor | undefined
  readonly since: Date | undefined
  /** When it is looked at next, where that is by the clock. */
  readonly nextTime: Date | undefined
  /** Where it runs. */
  readonly hostname: string | undefined
  /** What is known besides: the answer of a precondition, the error before a retry, the status of what it waits for, or how it ended. */
  readonly detail: string | undefined
  /** Worker groups that live workers serve; none when no worker is live. */
  readonly served: readonly string[]
}

export interface ReasonFilter {
  readonly pipelineId: string
  readonly componentId?: string
  /** Of a precondition: what it guards. */
  readonly referrerId?: string
  readonly interval?: Date
  readonly ids?: readonly string[]
  readonly limit?: number
}

/** Reasons of a pipeline's instances that have not ended, oldest interval first. One statement, which does not slow with history. */
export async function reasons(db: Kysely<Database>, filter: ReasonFilter): Promise<readonly Reason[]> {
  const { rows } = await reasonsQuery(filter).execute(db)
  return rows.map(reasonOf)
}

const ended = sql`('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')`
const failed = sql`('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')`

/** A worker that has not been seen for this long does not count as live. */
const liveFor = sql.lit('90 seconds')

/** The statement behind `reasons`. */
export function reasonsQuery({ pipelineId, componentId, referrerId, interval, ids, limit = 1000 }: ReasonFilter) {
  const wanted = [
    ...(componentId === undefined ? [] : [sql`and i.component_id = ${componentId}`]),
    ...(referrerId === undefined ? [] : [sql`and i.referrer_id = ${referrerId}`]),
    ...(interval === undefined ? [] : [sql`and i.interval_start = ${interval}`]),
    ...(ids === undefined ? [] : [sql`and i.id = any(${[...ids]}::bigint[])`]),
  ]
  return sql<ReasonRow>`
    with chosen as materialized (
      select i.* from instances i where i.pipeline_id = ${pipelineId} and i.status not in ${ended} ${sql.join(wanted, sql` `)}
      order by i.interval_start, i.id limit ${limit}
    ), room as materialized ( -- who takes the room that those on hold wait for
      select i.component_id, count(*) filter (where i.status <> 'SCHEDULED' and i.rerun = 0)::int as active,
        (array_agg(i.id order by i.interval_start) filter (where i.status <> 'SCHEDULED' and i.rerun = 0))[1] as active_id,
        (array_agg(i.id order by i.interval_start) filter (where i.hold is not null))[1] as held_id
      from instances i
      where i.pipeline_id = ${pipelineId} and i.status not in ${ended} and i.family <> 'precondition'
        and i.component_id in (select coalesce(nullif(h.referrer_id, ''), h.component_id) from chosen h where h.hold is not null)
      group by 1
    ), served as materialized (
      select coalesce(array_agg(distinct g), '{}') as groups from workers w, unnest(w.worker_groups) g where w.seen_time > now() - interval ${liveFor}
    )
    select i.id::text, i.instance_key, i.component_id, i.referrer_id, i.family, i.interval_start, i.status, i.hold, i.due_time, i.actual_start_time, i.error_message, i.worker_group,
      p.state as pipeline_state, coalesce(c.paused, false) as paused, coalesce(c2.paused, false) as referrer_paused, room.active, i.hold_room,
      a.held, a.available_time, a.available_time <= now() as overdue, a.start_time, a.hostname, a.lease_until, a.check_because, a.check_kind, a.check_since,
      i.family = 'resource' and exists (
        select 1 from instances u join attempts t on t.instance_id = u.id where u.resource_id = i.id and t.status = 'WAITING_FOR_RUNNER' and t.held = 'RESOURCE'
      ) as wanted, b.kind as blocker_kind, coalesce(b.status in ${failed}, false) as blocker_failed, b.status as blocker_status,
      b.component_id as blocker_component, b.referrer_id as blocker_referrer, b.instance_key as blocker_key,
      f.id::text as for_id, f.component_id as for_component, f.referrer_id as for_referrer, f.instance_key as for_key, f.interval_start as for_interval, f.status as for_status,
      served.groups as served
    from chosen i
    cross join served
    join pipelines p on p.id = i.pipeline_id
    left join attempts a on a.instance_id = i.id and a.number = i.attempt_count
    left join components c on c.pipeline_id = i.pipeline_id and c.id = i.component_id
    left join components c2 on c2.pipeline_id = i.pipeline_id and c2.id = i.referrer_id
    left join room on i.hold is not null and room.component_id = coalesce(nullif(i.referrer_id, ''), i.component_id)
    left join lateral (
      select p.id, p.component_id, p.referrer_id, p.instance_key, p.status, d.kind from dependencies d join instances p on p.id = d.producer_id
      where i.status = 'WAITING_ON_DEPENDENCIES' and d.consumer_id = i.id and p.status not in ('FINISHED', 'SKIPPED')
      order by p.status in ${failed} desc, d.kind = 'precondition', p.id limit 1
    ) b on true
    left join lateral (
      -- Where the failure began: what failed while nothing before it had. Preconditions take no part: they run again with what they guard.
      with recursive broken as (
        select b.id where b.status in ${failed}
        union
        select p.id from broken join dependencies d on d.consumer_id = broken.id join instances p on p.id = d.producer_id
          where d.kind <> 'precondition' and p.status in ${failed}
      )
      select k.id from broken k where not exists (
        select 1 from dependencies d join instances p on p.id = d.producer_id where d.consumer_id = k.id and d.kind <> 'precondition' and p.status in ${failed}
      ) order by k.id limit 1
    ) origin on true
    left join instances f on f.id = case
      when i.status = 'WAITING_ON_DEPENDENCIES' then coalesce(origin.id, b.id)
      when i.hold is not null then case when room.active >= i.hold_room then room.active_id else nullif(room.held_id, i.id) end
      when a.held = 'RESOURCE' then i.resource_id end
    order by i.interval_start, i.id
  `
}

/** What the statement finds of an instance. */
export interface ReasonRow {
  id: string
  instance_key: string
  component_id: string
  referrer_id: string
  family: string
  interval_start: Date
  status: InstanceStatus
  hold: string | null
  due_time: Date
  actual_start_time: Date | null
  error_message: string | null
  worker_group: string | null
  pipeline_state: PipelineState
  paused: boolean
  referrer_paused: boolean
  /** Active runs of its component, and how many there may be, of what is on hold. */
  active: number | null
  hold_room: number | null
  held: string | null
  available_time: Date | null
  overdue: boolean | null
  start_time: Date | null
  hostname: string | null
  lease_until: Date | null
  check_because: string | null
  check_kind: string | null
  check_since: Date | null
  /** Of a resource: whether something is ready to run on it. */
  wanted: boolean
  blocker_kind: string | null
  blocker_failed: boolean
  blocker_status: InstanceStatus | null
  blocker_component: string | null
  blocker_referrer: string | null
  blocker_key: string | null
  for_id: string | null
  for_component: string | null
  for_referrer: string | null
  for_key: string | null
  for_interval: Date | null
  for_status: InstanceStatus | null
  served: string[]
}
