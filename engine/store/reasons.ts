import { sql, type Kysely } from 'kysely'
import type { Database } from './database.ts'

/** Why an instance is not running or has not ended: exactly one a non-terminal instance. Times are UTC. */
export interface Reason {
  readonly instanceId: string
  readonly instanceKey: string
  readonly status: string
  readonly code:
    | 'WAITING_FOR_INTERVAL'
    | 'PAUSED'
    | 'MAX_ACTIVE'
    | 'DEPENDENCY'
    | 'DEPENDENCY_FAILED'
    | 'PRECONDITION'
    | 'RETRY_DELAY'
    | 'NOT_TRUE_YET'
    | 'RESOURCE'
    | 'POOL_FULL'
    | 'NO_WORKER'
    | 'QUEUED'
    | 'RUNNING'
    | 'RESOURCE_CREATING'
    | 'RESOURCE_IDLE'
    | 'SHUTTING_DOWN'
    | 'ENDED'
  /** What it waits for: an instance key, a worker group, or the answer of a precondition. */
  readonly object: string
  readonly since: Date | undefined
  /** When it is looked at next, where that is by the clock. */
  readonly nextTime: Date | undefined
  /** Where it runs. */
  readonly hostname: string | undefined
  /** Status of what it waits for, or how it ended. */
  readonly detail: string | undefined
}

/** A worker that has not been seen for this long does not count as live. */
const liveFor = sql.lit('90 seconds')

/** Reasons of a pipeline's instances in one statement, those that have not ended first, oldest interval first. */
export async function reasons(
  db: Kysely<Database>,
  filter: {
    readonly pipelineId: string
    readonly componentId?: string
    readonly instanceId?: string
    readonly ended?: boolean
    readonly limit?: number
  },
): Promise<readonly Reason[]> {
  const { rows } = await sql<ReasonRow>`
    select i.id, i.instance_key, i.component_id, i.hold, coalesce(c.paused or c2.paused, false) as paused, i.status, i.interval_start, i.due_time, i.actual_start_time, i.actual_end_time, i.error_message, i.cancellation_reason,
      a.held, a.pool, (select l.slots from pools l where l.name = a.pool) as slots, coalesce(a.available_time, case when i.available_time > now() then i.available_time end) as available_time, a.start_time, a.hostname, a.check_because, a.check_since, i.worker_group, i.family,
      b.instance_key as blocker, b.status as blocker_status, b.kind as blocker_kind, r.instance_key as resource_key, r.status as resource_status,
      exists (select 1 from workers w where i.worker_group = any(w.worker_groups) and w.seen_time > now() - interval ${liveFor}) as has_worker
    from instances i
    left join attempts a on a.instance_id = i.id and a.number = i.attempt_count
    left join instances r on r.id = i.resource_id
    left join components c on c.pipeline_id = i.pipeline_id and c.id = i.component_id
    left join components c2 on c2.pipeline_id = i.pipeline_id and c2.id = i.referrer_id
    left join lateral (
      select p.instance_key, p.status, d.kind from dependencies d join instances p on p.id = d.producer_id
      where i.status = 'WAITING_ON_DEPENDENCIES' and d.consumer_id = i.id and p.status not in ('FINISHED', 'SKIPPED')
      order by p.status in ('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT') desc, d.kind = 'precondition', p.id limit 1
    ) b on true
    where i.pipeline_id = ${filter.pipelineId}
      and (${filter.componentId ?? null}::text is null or i.component_id = ${filter.componentId ?? null})
      and (${filter.instanceId ?? null}::bigint is null or i.id = ${filter.instanceId ?? null})
      and (${filter.ended ?? false} or i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED'))
    order by i.status in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED'), i.interval_start, i.id
    limit ${filter.limit ?? 1000}
  `.execute(db)
  return rows.map(toReason)
}

interface ReasonRow {
  id: string
  instance_key: string
  component_id: string
  hold: string | null
  paused: boolean
  status: string
  due_time: Date
  actual_start_time: Date | null
  actual_end_time: Date | null
  error_message: string | null
  cancellation_reason: string | null
  held: string | null
  pool: string | null
  slots: number | null
  available_time: Date | null
  start_time: Date | null
  hostname: string | null
  check_because: string | null
  check_since: Date | null
  worker_group: string | null
  family: string
  blocker: string | null
  blocker_status: string | null
  blocker_kind: string | null
  resource_key: string | null
  resource_status: string | null
  has_worker: boolean
}

const failedStatuses = new Set(['FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT'])

function toReason(row: ReasonRow): Reason {
  const reason = (code: Reason['code'], object: string, more: Partial<Reason> = {}): Reason => ({
    instanceId: row.id,
    instanceKey: row.instance_key,
    status: row.status,
    code,
    object,
    since: row.actual_start_time ?? undefined,
    nextTime: undefined,
    hostname: undefined,
    detail: undefined,
    ...more,
  })
  switch (row.status) {
    case 'SCHEDULED':
      if (row.hold !== null) return reason(row.paused ? 'PAUSED' : 'MAX_ACTIVE', row.component_id)
      return reason('WAITING_FOR_INTERVAL', row.instance_key, { nextTime: row.due_time })
    case 'WAITING_ON_DEPENDENCIES':
      return waitingOnDependencies(row, reason)
    case 'WAITING_FOR_RUNNER':
      return waitingForRunner(row, reason)
    case 'RUNNING':
      return reason('RUNNING', row.hostname ?? '', {
        since: row.start_time ?? row.actual_start_time ?? undefined,
        hostname: row.hostname ?? undefined,
      })
    case 'SHUTTING_DOWN':
      return reason('SHUTTING_DOWN', row.instance_key, { detail: row.error_message ?? row.cancellation_reason ?? undefined })
    case 'CREATING':
      return reason('RESOURCE_CREATING', row.instance_key)
    default:
      return reason('ENDED', row.instance_key, {
        since: row.actual_end_time ?? undefined,
        detail: row.error_message ?? row.cancellation_reason ?? undefined,
      })
  }
}

type MakeReason = (code: Reason['code'], object: string, more?: Partial<Reason>) => Reason

function waitingOnDependencies(row: ReasonRow, reason: MakeReason): Reason {
  if (row.blocker === null && row.family === 'resource' && row.available_time)
    return reason('RETRY_DELAY', row.instance_key, { nextTime: row.available_time, detail: row.error_message ?? undefined })
  if (row.blocker === null)
    return row.family === 'resource' ? reason('RESOURCE_IDLE', row.instance_key) : reason('DEPENDENCY', row.instance_key)
  const detail = row.blocker_status ?? undefined
  if (failedStatuses.has(row.blocker_status ?? '')) return reason('DEPENDENCY_FAILED', row.blocker, { detail })
  return reason(row.blocker_kind === 'precondition' ? 'PRECONDITION' : 'DEPENDENCY', row.blocker, { detail })
}

function waitingForRunner(row: ReasonRow, reason: MakeReason): Reason {
  const nextTime = row.available_time ?? undefined
  if (row.held === 'CHECK') return reason('NOT_TRUE_YET', row.check_because ?? '', { since: row.check_since ?? undefined, nextTime })
  if (row.held === 'RETRY_DELAY') return reason('RETRY_DELAY', row.instance_key, { nextTime, detail: row.error_message ?? undefined })
  if (row.held === 'RESOURCE') return reason('RESOURCE', row.resource_key ?? '', { detail: row.resource_status ?? undefined })
  if (row.held === 'POOL') return reason('POOL_FULL', row.pool ?? '', { detail: String(row.slots ?? 0) })
  const group = row.worker_group ?? ''
  return reason(row.has_worker ? 'QUEUED' : 'NO_WORKER', group)
}
