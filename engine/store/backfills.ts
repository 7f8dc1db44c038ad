import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { sql, type Kysely } from 'kysely'
import { pageSize } from '../lifecycle/planned.ts'
import type { Database } from './database.ts'
import { tellOthers } from './remote-signals.ts'
import { inTransaction } from './transaction.ts'

/** Which of the intervals that ended run once more; those that never ran, or were SKIPPED, always do. */
export type Again = 'none' | 'failed' | 'all'

/** Intervals of one schedule, by their numbers, both included. */
export interface BackfillRange {
  readonly scheduleId: string
  readonly scheduleType: 'cron' | 'timeseries'
  readonly first: number
  readonly last: number
}

export interface NewBackfill {
  readonly pipelineId: string
  /** Intervals with `from <= start < to`. */
  readonly from: Date
  readonly to: Date
  /** How many intervals of one schedule may be active at once. */
  readonly room: number
  readonly again: Again
  readonly ranges: readonly BackfillRange[]
}

/** Stores a backfill, which the scheduler then plans beside everything else; a FINISHED pipeline is SCHEDULED again for it. Resolves to its id,
 *  or to undefined when the pipeline is neither SCHEDULED nor FINISHED. */
export async function createBackfill(pool: pg.Pool, backfill: NewBackfill): Promise<string | undefined> {
  const { pipelineId, from, to, room, again, ranges } = backfill
  const id = `bf-${randomBytes(5).toString('hex').toUpperCase()}`
  const count = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `with active as (
      update pipelines set state = 'SCHEDULED', finished_time = null where id = $2 and state in ('SCHEDULED', 'FINISHED') returning id
    ), made as (
      insert into backfills (id, pipeline_id, from_time, to_time, room, again, interval_count) select $1, id, $3, $4, $5, $6, $7 from active returning id
    )
    insert into backfill_marks (backfill_id, schedule_id, schedule_type, next_index, last_index)
      select made.id, m.* from made, json_to_recordset($8) as m("scheduleId" text, "scheduleType" text, first bigint, last bigint)`,
      [id, pipelineId, from, to, room, again, count, JSON.stringify(ranges)],
    )
    if (rowCount === 0) return undefined
    await client.query(`select ${tellOthers}`)
    return id
  })
}

/** One schedule of a running backfill that is not planned to its end. */
export interface OpenMark {
  readonly backfillId: string
  readonly pipelineId: string
  readonly version: number
  readonly scheduleId: string
  readonly scheduleType: 'cron' | 'timeseries'
  readonly anchor: Date | undefined
  readonly firstActivation: Date
  readonly nextIndex: number
  readonly lastIndex: number
  /** How many intervals of it may be active at once. */
  readonly room: number
  /** When the backfill was asked for, to the microsecond. */
  readonly asked: string
  /** The database's clock. */
  readonly now: Date
}

/** Marks of running backfills of active pipelines that are not at their end, the oldest backfill first: up to `pageSize` of them, behind `after`. */
export async function openMarks(pool: pg.Pool, after?: OpenMark): Promise<readonly OpenMark[]> {
  const { rows } = await pool.query<{
    backfill_id: string
    pipeline_id: string
    active_version: number
    schedule_id: string
    schedule_type: 'cron' | 'timeseries'
    anchor: Date | null
    first_activation_time: Date
    next_index: string
    last_index: string
    room: number
    asked: string
    now: Date
  }>({
    name: 'open-marks',
    text: `select b.room, b.creation_time::text as asked, now() as now, m.backfill_id, b.pipeline_id, p.active_version, m.schedule_id, m.schedule_type, w.anchor, p.first_activation_time, m.next_index, m.last_index
      from backfills b join pipelines p on p.id = b.pipeline_id join backfill_marks m on m.backfill_id = b.id
        left join watermarks w on w.pipeline_id = b.pipeline_id and w.schedule_id = m.schedule_id and w.schedule_type = m.schedule_type
      where b.state = 'RUNNING' and p.state = 'SCHEDULED' and m.next_index <= m.last_index
        and (b.creation_time, m.backfill_id, m.schedule_id, m.schedule_type) > (coalesce($1::timestamptz, '-infinity'), coalesce($2, ''), coalesce($3, ''), coalesce($4, ''))
      order by b.creation_time, m.backfill_id, m.schedule_id, m.schedule_type limit ${pageSize}`,
    values: [after?.asked, after?.backfillId, after?.scheduleId, after?.scheduleType],
  })
  return rows.map((row) => ({
    backfillId: row.backfill_id,
    pipelineId: row.pipeline_id,
    version: row.active_version,
    scheduleId: row.schedule_id,
    scheduleType: row.schedule_type,
    anchor: row.anchor ?? undefined,
    firstActivation: row.first_activation_time,
    nextIndex: Number(row.next_index),
    lastIndex: Number(row.last_index),
    room: row.room,
    asked: row.asked,
    now: row.now,
  }))
}

/** Plans one schedule of a backfill no further: the version in force does not have it, or not that interval. */
export async function endMark(pool: pg.Pool, { backfillId, scheduleId, scheduleType }: OpenMark): Promise<void> {
  await pool.query(
    'update backfill_marks set next_index = last_index + 1 where backfill_id = $1 and schedule_id = $2 and schedule_type = $3',
    [backfillId, scheduleId, scheduleType],
  )
}

/** Marks backfills FINISHED that are planned to their end and have nothing open. Resolves to how many. */
export async function endBackfills(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>({ name: 'end-backfills', text: 'select end_backfills() as count' })
  return rows[0]?.count ?? 0
}

/** Plans no more of a backfill and cancels what has not ended. False when it is over already, or there is none of that id. */
export async function cancelBackfill(pool: pg.Pool, id: string): Promise<boolean> {
  const { rows } = await pool.query<{ done: boolean }>(`select cancel_backfill($1) as done, ${tellOthers}`, [id])
  return rows[0]?.done ?? false
}

export interface BackfillRecord {
  readonly id: string
  readonly pipelineId: string
  readonly pipelineName: string
  readonly from: Date
  readonly to: Date
  readonly room: number
  readonly again: Again
  readonly state: 'RUNNING' | 'FINISHED' | 'CANCELED'
  /** Intervals it is for, over all its schedules, and how many of them have been planned. */
  readonly intervals: number
  readonly planned: number
  readonly creationTime: Date
  readonly finishedTime: Date | undefined
  /** How many of its instances are on their way to a worker, or on one. */
  readonly moving: number
  /** How many of its activities stand in each status. */
  readonly counts: Readonly<Record<string, number>>
}

/** Backfills with how far they are, newest first. */
export async function listBackfills(
  db: Kysely<Database>,
  filter: { readonly id?: string; readonly pipelineId?: string; readonly limit?: number } = {},
): Promise<readonly BackfillRecord[]> {
  const { rows } = await sql<BackfillRow>`
    select b.*, p.name,
      b.interval_count - (select coalesce(sum(greatest(m.last_index - m.next_index + 1, 0)), 0)::int from backfill_marks m where m.backfill_id = b.id) as planned,
      (select count(*)::int from instances i where i.backfill_id = b.id and i.status in ('WAITING_FOR_RUNNER', 'CREATING', 'RUNNING', 'SHUTTING_DOWN')) as moving,
      (select coalesce(json_object_agg(status, n), '{}') from (
        select case when i.hold is null then i.status else 'PAUSED' end as status, count(*) as n from instances i
        where i.backfill_id = b.id and i.family = 'activity' group by 1
      ) counted) as counts
    from backfills b join pipelines p on p.id = b.pipeline_id
    where (${filter.id ?? null}::text is null or b.id = ${filter.id ?? null})
      and (${filter.pipelineId ?? null}::text is null or b.pipeline_id = ${filter.pipelineId ?? null})
    order by b.creation_time desc limit ${filter.limit ?? 20}
  `.execute(db)
  return rows.map((row) => ({
    id: row.id,
    pipelineId: row.pipeline_id,
    pipelineName: row.name,
    from: row.from_time,
    to: row.to_time,
    room: row.room,
    again: row.again,
    state: row.state,
    intervals: row.interval_count,
    planned: row.planned,
    moving: row.moving,
    creationTime: row.creation_time,
    finishedTime: row.finished_time ?? undefined,
    counts: row.counts,
  }))
}

interface BackfillRow {
  id: string
  pipeline_id: string
  name: string
  from_time: Date
  to_time: Date
  room: number
  again: Again
  state: BackfillRecord['state']
  interval_count: number
  planned: number
  moving: number
  creation_time: Date
  finished_time: Date | null
  counts: Record<string, number>
}

/** How many instances of each component stand in each status, of intervals with `from <= start < to`; places kept for later left out. */
export async function countBetween(
  db: Kysely<Database>,
  pipelineId: string,
  from: Date,
  to: Date,
): Promise<readonly { readonly component: string; readonly status: string; readonly count: number }[]> {
  return db
    .selectFrom('instances')
    .select(['component_id as component', 'status', sql<number>`count(*)::int`.as('count')])
    .where('pipeline_id', '=', pipelineId)
    .where('interval_start', '>=', from)
    .where('interval_start', '<', to)
    .where('family', '=', 'activity')
    .where((eb) => eb.or([eb('status', '!=', 'SCHEDULED'), eb('hold', 'is not', null)]))
    .groupBy(['component_id', 'status'])
    .execute()
}
