import { sql, type Kysely, type RawBuilder, type Selectable } from 'kysely'
import type { InstanceStatus } from '../lifecycle/statuses.ts'
import type { Database } from './database.ts'

/** One run of one component for one interval, as lists and trees show it. */
export interface InstanceRecord {
  readonly id: string
  readonly key: string
  readonly pipelineId: string
  readonly componentId: string
  readonly referrerId: string
  readonly type: string
  readonly family: string
  readonly status: InstanceStatus
  readonly intervalStart: Date
  readonly intervalEnd: Date
  readonly startTime: Date | undefined
  readonly endTime: Date | undefined
  readonly attempts: number
  readonly triesLeft: number
  readonly errorId: string | undefined
  readonly errorMessage: string | undefined
  readonly cancellationReason: string | undefined
  /** Of the newest attempt. */
  readonly attemptStartTime: Date | undefined
  readonly hostname: string | undefined
  readonly progress: Readonly<Record<string, unknown>> | undefined
}

export interface InstanceFilter {
  readonly pipelineId: string
  readonly id?: string
  readonly ids?: readonly string[]
  readonly componentId?: string
  /** Of a precondition: what it guards. */
  readonly referrerId?: string
  /** Start of the only interval. */
  readonly interval?: Date
  readonly statuses?: readonly InstanceStatus[]
  /** Intervals that start then or later, and before. */
  readonly from?: Date
  readonly to?: Date
  /** What is planned whole but may not begin yet comes too. */
  readonly held?: boolean
  /** How many at most: the newest intervals. */
  readonly limit?: number
}

/** Instances with their newest attempts, by interval and then in the order they were made; the newest when there are more than the limit. One
 *  statement. Places kept for later are left out. */
export async function listInstances(db: Kysely<Database>, filter: InstanceFilter): Promise<readonly InstanceRecord[]> {
  const { rows } = await listQuery(filter).execute(db)
  return rows.toReversed().map((row) => ({
    id: row.id,
    key: row.instance_key,
    pipelineId: row.pipeline_id,
    componentId: row.component_id,
    referrerId: row.referrer_id,
    type: row.type,
    family: row.family,
    status: row.status,
    intervalStart: row.interval_start,
    intervalEnd: row.interval_end,
    startTime: row.actual_start_time ?? undefined,
    endTime: row.actual_end_time ?? undefined,
    attempts: row.attempt_count,
    triesLeft: row.tries_left,
    errorId: row.error_id ?? undefined,
    errorMessage: row.error_message ?? undefined,
    cancellationReason: row.cancellation_reason ?? undefined,
    attemptStartTime: row.start_time ?? undefined,
    hostname: row.hostname ?? undefined,
    progress: row.progress ?? undefined,
  }))
}

type InstanceRow = Selectable<Database['instances']> & Pick<Selectable<Database['attempts']>, 'start_time' | 'hostname' | 'progress'>

/** The statement behind `listInstances`. */
function listQuery({ pipelineId, id, ids, componentId, referrerId, interval, statuses, from, to, held, limit = 10_000 }: InstanceFilter) {
  const conditions = [
    sql`i.pipeline_id = ${pipelineId}`,
    held ? sql`(i.status <> 'SCHEDULED' or i.hold is not null)` : sql`i.status <> 'SCHEDULED'`,
    ...(id === undefined ? [] : [sql`i.id = ${id}`]),
    ...(ids ? [sql`i.id = any(${[...ids]}::bigint[])`] : []),
    ...(componentId === undefined ? [] : [sql`i.component_id = ${componentId}`]),
    ...(referrerId === undefined ? [] : [sql`i.referrer_id = ${referrerId}`]),
    ...(interval ? [sql`i.interval_start = ${interval}`] : []),
    ...(from ? [sql`i.interval_start >= ${from}`] : []),
    ...(to ? [sql`i.interval_start < ${to}`] : []),
    // As literals, so that the planner sees that a partial index has all that is asked for.
    ...(statuses ? [sql`i.status in (${sql.join(statuses.map((status) => sql.lit(status)))})`] : []),
  ]
  const newest = (...more: RawBuilder<unknown>[]): RawBuilder<unknown> =>
    sql`(select i.* from instances i where ${sql.join([...conditions, ...more], sql` and `)} order by i.interval_start desc, i.id desc limit ${limit})`
  // Of one component: what no one refers to, which the index has in order, apart from preconditions.
  const parts =
    componentId !== undefined && referrerId === undefined ? [newest(sql`i.referrer_id = ''`), newest(sql`i.referrer_id > ''`)] : [newest()]
  return sql<InstanceRow>`
    with chosen as materialized (${sql.join(parts, sql` union all `)})
    select i.*, a.start_time, a.hostname, a.progress from chosen i
    left join lateral (select * from attempts a where a.instance_id = i.id and a.number = i.attempt_count limit 1) a on true
    order by i.interval_start desc, i.id desc limit ${limit}
  `
}

export interface AttemptRecord {
  readonly id: string
  readonly number: number
  readonly status: string
  readonly startTime: Date | undefined
  readonly endTime: Date | undefined
  readonly hostname: string | undefined
  readonly errorId: string | undefined
  readonly errorMessage: string | undefined
}

/** Every attempt of an instance, first to last. */
export async function listAttempts(db: Kysely<Database>, instanceId: string): Promise<readonly AttemptRecord[]> {
  const rows = await db.selectFrom('attempts').selectAll().where('instance_id', '=', instanceId).orderBy('number').execute()
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    status: row.status,
    startTime: row.start_time ?? undefined,
    endTime: row.end_time ?? undefined,
    hostname: row.hostname ?? undefined,
    errorId: row.error_id ?? undefined,
    errorMessage: row.error_message ?? undefined,
  }))
}

/** How many runs of a pipeline lists count. */
export const mostCounted = 1000

/** How many tasks of each pipeline stand in each status, by pipeline id, among the newest `most` and as many that have not ended. Data nodes and
 *  places kept for later are left out. One statement. */
export async function statusCounts(
  db: Kysely<Database>,
  pipelineIds: readonly string[],
  most = mostCounted,
): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
  if (pipelineIds.length === 0) return new Map()
  const { rows } = await countsQuery(pipelineIds, most).execute(db)
  const groups = Map.groupBy(rows, ({ pipeline_id: id }) => id)
  return new Map([...groups].map(([id, counts]) => [id, Object.fromEntries(counts.map(({ status, count }) => [status, count]))]))
}

/** The statement behind `statusCounts`. */
export function countsQuery(pipelineIds: readonly string[], most: number) {
  const run = sql`i.pipeline_id = p.id and i.status <> 'SCHEDULED' and i.family <> 'datanode'`
  return sql<{ pipeline_id: string; status: string; count: number }>`
    select p.id as pipeline_id, t.status, count(*)::int as count from unnest(${[...pipelineIds]}::text[]) as p(id), lateral (
      (select i.id, i.status from instances i where ${run} order by i.interval_start desc limit ${most})
      union
      (select i.id, i.status from instances i
        where ${run} and i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED') limit ${most})
    ) t group by 1, 2
  `
}
