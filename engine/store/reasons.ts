import { sql, type Kysely } from 'kysely'
import type { Database } from './database.ts'
import type { Reason } from './reason.ts'
import { reasonOf, type ReasonRow } from './reason-of.ts'

export interface ReasonFilter {
  readonly pipelineId: string
  readonly componentId?: string
  /** Of a precondition: what it guards. */
  readonly referrerId?: string
  readonly interval?: Date
  /** Only these instances, and what they wait for, and what that waits for, as far as dependencies and resources lead. */
  readonly upstreamOf?: readonly string[]
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

/** The statement behind `reasons`. Few relations a part, since a person waits for its planning too; instances of others are looked up one by one
 *  (`lateral ... limit 1`), since joined the planner may read them all. */
export function reasonsQuery({ pipelineId, componentId, referrerId, interval, upstreamOf, limit = 1000 }: ReasonFilter) {
  const wanted = [
    ...(componentId === undefined ? [] : [sql`and i.component_id = ${componentId}`]),
    ...(referrerId === undefined ? [] : [sql`and i.referrer_id = ${referrerId}`]),
    ...(interval === undefined ? [] : [sql`and i.interval_start = ${interval}`]),
    ...(upstreamOf === undefined ? [] : [sql`and i.id in (select id from upstream)`]),
  ]
  return sql<ReasonRow>`
    with recursive first as (select 1 from instances where false), -- is to be locked first: see purge_window
    upstream (id) as (
      select unnest(${[...(upstreamOf ?? [])]}::bigint[])
      union
      select p.id from upstream u, lateral (
        select d.producer_id as id from dependencies d where d.consumer_id = u.id union all select i.resource_id from instances i where i.id = u.id
      ) w, lateral (select p.id from instances p where p.id = w.id and p.status not in ${ended} limit 1) p
    ), chosen as materialized (
      select i.* from instances i where i.pipeline_id = ${pipelineId} and i.status not in ${ended} ${sql.join(wanted, sql` `)}
      order by i.interval_start, i.id limit ${limit}
    ), room as materialized ( -- who takes the room that those on hold wait for
      select i.component_id, count(*) filter (where i.status <> 'SCHEDULED' and i.rerun = 0 and i.backfill_id is null)::int as active,
        (array_agg(i.id order by i.interval_start) filter (where i.status <> 'SCHEDULED' and i.rerun = 0 and i.backfill_id is null))[1] as active_id,
        (array_agg(i.id order by i.interval_start) filter (where i.hold is not null))[1] as held_id
      from instances i
      where i.pipeline_id = ${pipelineId} and i.status not in ${ended} and i.family <> 'precondition'
        and i.component_id in (select coalesce(nullif(h.referrer_id, ''), h.component_id) from chosen h where h.hold is not null)
      group by 1
    ), paused as materialized (
      select id from components where pipeline_id = ${pipelineId} and paused
    ), stands as materialized (
      select i.*, a.held, a.pool as of_pool, a.available_time as attempt_time, a.start_time, a.hostname, a.check_because, a.check_kind, a.check_since, room.active, room.active_id, room.held_id
      from chosen i
      left join room on i.hold is not null and room.component_id = coalesce(nullif(i.referrer_id, ''), i.component_id)
      left join lateral (
        select * from attempts a where i.status in ('WAITING_FOR_RUNNER', 'RUNNING') and a.instance_id = i.id and a.number = i.attempt_count limit 1
      ) a on true
    ), blocked as materialized (
      select i.id, b.* from stands i, lateral (
        select p.id as blocker_id, p.component_id as blocker_component, p.referrer_id as blocker_referrer, p.instance_key as blocker_key, p.status as blocker_status,
          d.kind as blocker_kind, p.status in ${failed} as blocker_failed
        from dependencies d, lateral (select * from instances p where p.id = d.producer_id and p.status not in ('FINISHED', 'SKIPPED') limit 1) p
        where d.consumer_id = i.id
        order by p.status in ${failed} desc, d.kind = 'precondition', p.id limit 1
      ) b where i.status = 'WAITING_ON_DEPENDENCIES'
    )
    select i.id::text, i.instance_key, i.component_id, i.referrer_id, i.family, i.interval_start, i.status, i.hold, i.due_time, i.actual_start_time, i.error_message, i.worker_group,
      (select state from pipelines where id = ${pipelineId}) as pipeline_state,
      i.component_id in (select id from paused) as paused, i.referrer_id in (select id from paused) as referrer_paused, i.active, i.hold_room,
      i.held, i.of_pool as pool, (select l.slots from pools l where l.name = i.of_pool) as slots, i.cancellation_reason,
      i.attempt_time as available_time, i.attempt_time <= now() as overdue, case when i.available_time > now() then i.available_time end as retry_time, i.start_time, i.hostname, i.check_because, i.check_kind, i.check_since,
      case when i.family = 'resource' then exists (
        select 1 from instances u join attempts t on t.instance_id = u.id where u.resource_id = i.id and t.status = 'WAITING_FOR_RUNNER' and t.held = 'RESOURCE'
      ) else false end as wanted,
      b.blocker_kind, coalesce(b.blocker_failed, false) as blocker_failed, b.blocker_status, b.blocker_component, b.blocker_referrer, b.blocker_key,
      f.id::text as for_id, f.component_id as for_component, f.referrer_id as for_referrer, f.instance_key as for_key, f.interval_start as for_interval, f.status as for_status,
      (select coalesce(array_agg(distinct g), '{}') from workers w, unnest(w.worker_groups) g where w.seen_time > now() - interval ${liveFor}) as served
    from stands i
    left join blocked b on b.id = i.id
    left join lateral (
      select * from instances f where f.id = case
        when b.blocker_failed then (${origin}) when b.id is not null then b.blocker_id
        when i.hold is not null then case when i.active >= i.hold_room then i.active_id else nullif(i.held_id, i.id) end
        when i.held = 'RESOURCE' then i.resource_id end limit 1
    ) f on true
    order by i.interval_start, i.id
  `
}

/** Where a failure began: what failed while nothing before it had. Preconditions take no part: they run again with what they guard. */
const origin = sql`
  with recursive broken as (
    select b.blocker_id as id
    union
    select p.id from broken, dependencies d, lateral (select p.id from instances p where p.id = d.producer_id and p.status in ${failed} limit 1) p
      where d.consumer_id = broken.id and d.kind <> 'precondition'
  )
  select k.id from broken k where not exists (
    select 1 from dependencies d join instances p on p.id = d.producer_id where d.consumer_id = k.id and d.kind <> 'precondition' and p.status in ${failed}
  ) order by k.id limit 1`
