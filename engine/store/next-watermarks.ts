import type pg from 'pg'

/** How far a schedule of an active pipeline has been planned. */
export interface NextWatermark {
  readonly version: number
  readonly scheduleId: string
  readonly scheduleType: 'cron' | 'timeseries'
  readonly anchor: Date
  readonly firstActivation: Date
  readonly nextIndex: number
  readonly nextDue: Date
  /** By the database's clock. */
  readonly isDue: boolean
}

/** The schedules of a pipeline that have an interval left, soonest first; none when it is not active. */
export async function nextWatermarks(pool: pg.Pool, pipelineId: string): Promise<readonly NextWatermark[]> {
  const { rows } = await pool.query<{
    active_version: number
    schedule_id: string
    schedule_type: NextWatermark['scheduleType']
    anchor: Date
    first_activation_time: Date
    next_index: string
    next_due: Date
    is_due: boolean
  }>(
    `select p.active_version, w.schedule_id, w.schedule_type, w.anchor, p.first_activation_time, w.next_index, w.next_due, w.next_due <= now() as is_due
      from watermarks w join pipelines p on p.id = w.pipeline_id where p.id = $1 and p.state = 'SCHEDULED' and w.next_due is not null order by w.next_due, w.schedule_id`,
    [pipelineId],
  )
  return rows.map((row) => ({
    version: row.active_version,
    scheduleId: row.schedule_id,
    scheduleType: row.schedule_type,
    anchor: row.anchor,
    firstActivation: row.first_activation_time,
    nextIndex: Number(row.next_index),
    nextDue: row.next_due,
    isDue: row.is_due,
  }))
}

/** What decides whether an interval has room, by component. */
export interface ActiveRuns {
  /** Runs that count for `maxActiveInstances`. */
  readonly active: ReadonlyMap<string, number>
  readonly paused: ReadonlySet<string>
  /** Those with runs on hold: later ones are put behind these. */
  readonly holding: ReadonlySet<string>
}

/** Counts what takes room, as `plan_intervals` does. One statement, over what has not ended. */
export async function activeRuns(pool: pg.Pool, pipelineId: string): Promise<ActiveRuns> {
  const { rows } = await pool.query<{ id: string; active: number; paused: boolean; holding: boolean }>(
    `select c.id, c.paused, coalesce(n.active, 0) as active, coalesce(n.holding, false) as holding from components c left join (
      select component_id, count(*) filter (where status <> 'SCHEDULED' and rerun = 0)::int as active, bool_or(hold is not null and family <> 'precondition') as holding
      from instances where pipeline_id = $1 and status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED') group by 1
    ) n on n.component_id = c.id where c.pipeline_id = $1`,
    [pipelineId],
  )
  const ids = (wanted: (row: (typeof rows)[number]) => boolean): ReadonlySet<string> => new Set(rows.filter(wanted).map(({ id }) => id))
  return {
    active: new Map(rows.map(({ id, active }) => [id, active])),
    paused: ids(({ paused }) => paused),
    holding: ids(({ holding }) => holding),
  }
}
