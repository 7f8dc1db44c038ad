import { sql, type Kysely } from 'kysely'
import type { InstanceStatus } from '../lifecycle/statuses.ts'
import type { Database } from './database.ts'

/** One run in a grid of tasks and intervals. */
export interface GridCell {
  readonly componentId: string
  /** Of a precondition: what it guards. */
  readonly referrerId: string
  readonly family: string
  readonly interval: Date
  /** HELD: planned whole, but it may not begin yet. */
  readonly status: InstanceStatus | 'HELD'
  /** Whether it waits for its next try. */
  readonly retries: boolean
}

export interface GridFilter {
  readonly pipelineId: string
  /** Intervals that start then or later, and before. */
  readonly from?: Date
  readonly to?: Date
  /** How many intervals: the newest. */
  readonly limit: number
}

/** The runs of the newest intervals, oldest interval first. One statement, which does not slow with history. Places kept for later are left out. */
export async function gridCells(db: Kysely<Database>, filter: GridFilter): Promise<readonly GridCell[]> {
  const { rows } = await gridQuery(filter).execute(db)
  return rows
}

/** The statement behind `gridCells`: it finds the intervals one after the other in the index, newest first, then what is in them. */
export function gridQuery({ pipelineId, from, to, limit }: GridFilter) {
  const inside = sql`i.pipeline_id = ${pipelineId} and (i.status <> 'SCHEDULED' or i.hold is not null)
    ${from ? sql`and i.interval_start >= ${from}` : sql``}`
  return sql<GridCell>`
    with recursive times (start, place) as (
      (select i.interval_start, 1 from instances i where ${inside} ${to ? sql`and i.interval_start < ${to}` : sql``} order by i.interval_start desc limit 1)
      union all
      select n.interval_start, t.place + 1 from times t, lateral (
        select i.interval_start from instances i where ${inside} and i.interval_start < t.start order by i.interval_start desc limit 1
      ) n where t.place < ${limit}
    )
    select i.component_id as "componentId", i.referrer_id as "referrerId", i.family, i.interval_start as interval,
      case when i.hold is null then i.status else 'HELD' end as status, case when i.status = 'WAITING_FOR_RUNNER' then exists (
        select 1 from attempts a where a.instance_id = i.id and a.number = i.attempt_count and a.held = 'RETRY_DELAY') else false end as retries
    from times t join instances i on i.pipeline_id = ${pipelineId} and i.interval_start = t.start and (i.status <> 'SCHEDULED' or i.hold is not null)
    order by i.interval_start, i.id
  `
}
