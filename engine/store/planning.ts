import type pg from 'pg'
import type { DueSchedule, PlanAnswer, PlannedEdge, PlannedInstance, PlanTarget } from '../lifecycle/planned.ts'
import { endBackfills, endMark, openMarks, type OpenMark } from './backfills.ts'

/** Makes the instances of one interval: one transaction, one round trip. */
export async function storePlan(
  client: pg.Pool | pg.PoolClient,
  { pipelineId, version, schedule, due, backfillId }: PlanTarget,
  plan: {
    readonly rows: readonly PlannedInstance[]
    readonly edges: readonly PlannedEdge[]
    readonly limits: Readonly<Record<string, number>>
  },
): Promise<PlanAnswer> {
  const { rows } = await client.query<{ answer: PlanAnswer }>({
    name: 'plan',
    text: 'select plan_interval($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as answer',
    values: [
      pipelineId,
      version,
      schedule?.id ?? null,
      schedule?.type ?? null,
      schedule?.index ?? null,
      schedule?.nextIndex ?? null,
      due ?? null,
      schedule?.nextDue ?? null,
      schedule?.nextStart ?? null,
      JSON.stringify(plan.limits),
      JSON.stringify(plan.rows),
      JSON.stringify(plan.edges),
      backfillId ?? null,
    ],
  })
  return rows[0]!.answer
}

/** Schedules of active pipelines that are due on the database's clock, and in how many milliseconds the next one will be. */
async function dueSchedules(pool: pg.Pool): Promise<{ due: readonly DueSchedule[]; nextInMs: number | undefined }> {
  const { rows } = await pool.query<{
    pipeline_id: string
    active_version: number
    schedule_id: string
    schedule_type: 'cron' | 'timeseries'
    anchor: Date
    first_activation_time: Date
    next_index: string
    last_index: string | null
    skip_before: Date | null
    now: Date
    in_ms: number
  }>({
    name: 'due-schedules',
    text: `select w.pipeline_id, p.active_version, w.schedule_id, w.schedule_type, w.anchor, p.first_activation_time, w.next_index, w.last_index, w.skip_before, now() as now, extract(epoch from w.next_due - now())::float8 * 1000 as in_ms
      from watermarks w join pipelines p on p.id = w.pipeline_id
      where p.state = 'SCHEDULED' and w.next_due <= coalesce((
        select min(w2.next_due) from watermarks w2 join pipelines p2 on p2.id = w2.pipeline_id where p2.state = 'SCHEDULED' and w2.next_due > now()), now())
      order by w.next_due limit 1000`,
  })
  const due = rows
    .filter(({ in_ms }) => in_ms <= 0)
    .map((row): DueSchedule => ({
      pipelineId: row.pipeline_id,
      version: row.active_version,
      scheduleId: row.schedule_id,
      scheduleType: row.schedule_type,
      anchor: row.anchor,
      firstActivation: row.first_activation_time,
      nextIndex: Number(row.next_index),
      lastIndex: row.last_index === null ? undefined : Number(row.last_index),
      skipBefore: row.skip_before ?? undefined,
      now: row.now,
    }))
  const later = rows.find(({ in_ms }) => in_ms > 0)
  return { due, nextInMs: later?.in_ms }
}

/** Begins what was on hold and is no longer: its component was resumed, and has room. Returns how many instances. */
async function beginHeld(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>({ name: 'begin-held', text: 'select begin_all_held() as count' })
  return rows[0]?.count ?? 0
}

/** Marks pipelines FINISHED whose schedules are over and whose instances have all ended. Returns how many.
 *  @see spec/behaviour.md 5.2 */
export async function finishPipelines(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>({ name: 'finish-pipelines', text: 'select finish_pipelines() as count' })
  return rows[0]?.count ?? 0
}

/** Follows a schedule no further: the version in force no longer has it, or has it end before its next interval. */
async function endSchedule(pool: pg.Pool, { pipelineId, version, scheduleId, scheduleType, nextIndex }: DueSchedule): Promise<void> {
  await pool.query(
    `update watermarks w set next_due = null from pipelines p
      where w.pipeline_id = $1 and w.schedule_id = $3 and w.schedule_type = $4 and w.next_index = $5 and p.id = w.pipeline_id and p.active_version = $2`,
    [pipelineId, version, scheduleId, scheduleType, nextIndex],
  )
}

/** What planning asks of whoever keeps the instances: the store, or a model of it. */
export interface Planning {
  dueSchedules(): Promise<{ readonly due: readonly DueSchedule[]; readonly nextInMs: number | undefined }>
  storePlan(target: PlanTarget, plan: Parameters<typeof storePlan>[2]): Promise<PlanAnswer>
  endSchedule(due: DueSchedule): Promise<void>
  beginHeld(): Promise<number>
  finishPipelines(): Promise<number>
  openMarks(): Promise<readonly OpenMark[]>
  endMark(mark: OpenMark): Promise<void>
  endBackfills(): Promise<number>
}

export function postgresPlanning(pool: pg.Pool): Planning {
  return {
    dueSchedules: () => dueSchedules(pool),
    storePlan: (target, plan) => storePlan(pool, target, plan),
    endSchedule: (due) => endSchedule(pool, due),
    beginHeld: () => beginHeld(pool),
    finishPipelines: () => finishPipelines(pool),
    openMarks: () => openMarks(pool),
    endMark: (mark) => endMark(pool, mark),
    endBackfills: () => endBackfills(pool),
  }
}
