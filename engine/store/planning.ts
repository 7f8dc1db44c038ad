import type pg from 'pg'
import {
  pageSize,
  type ChainAnswer,
  type DueMark,
  type DuePage,
  type DueSchedule,
  type PlanAnswer,
  type PlanChain,
  type PlannedInterval,
  type PlanTarget,
} from '../lifecycle/planned.ts'
import { endBackfills, endMark, openMarks, type OpenMark } from './backfills.ts'
import { planArguments } from './plan-arguments.ts'

/** Makes the instances of chains of which no two are of one pipeline: one transaction, one round trip. Answers for each chain. */
async function storePlans(client: pg.Pool | pg.PoolClient, chains: readonly PlanChain[]): Promise<readonly ChainAnswer[]> {
  const { rows } = await client.query<{ answers: readonly (PlanAnswer | null)[] }>({
    name: 'plans',
    text: 'select plan_intervals($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) as answers',
    values: [...planArguments(chains)],
  })
  let first = 0
  return chains.map(({ length }) => {
    const answers = rows[0]!.answers.slice(first, (first += length))
    const planned = answers.filter((answer) => answer === 'PLANNED').length
    return { planned, answer: answers[planned] ?? 'PLANNED' }
  })
}

/** Makes the instances of one interval. */
export async function storePlan(client: pg.Pool | pg.PoolClient, target: PlanTarget, plan: PlannedInterval): Promise<PlanAnswer> {
  const [answer] = await storePlans(client, [[{ target, plan }]])
  return answer!.answer
}

/** Schedules of active pipelines that are due on the database's clock. */
async function dueSchedules(pool: pg.Pool, after: DueMark = []): Promise<DuePage> {
  const { rows } = await pool.query<DueRow>({
    name: 'due-schedules',
    // In the order of the index, and each pipeline by its key: whatever the planner knew when it planned.
    text: `with found as materialized (
        (select w.* from watermarks w where w.next_due <= now() and ${isActive}
          and (w.next_due, w.pipeline_id, w.schedule_id, w.schedule_type) > (coalesce($1::timestamptz, '-infinity'), coalesce($2, ''), coalesce($3, ''), coalesce($4, ''))
          order by w.next_due, w.pipeline_id, w.schedule_id, w.schedule_type limit ${pageSize})
        union all (select w.* from watermarks w where w.next_due > now() and ${isActive} order by w.next_due limit 1)
      )
      select w.pipeline_id, p.active_version, w.schedule_id, w.schedule_type, w.anchor, p.first_activation_time, w.next_index, w.last_index, w.skip_before,
        w.next_due::text as next_due, now() as now, extract(epoch from w.next_due - now())::float8 * 1000 as in_ms
      from found w cross join lateral (select * from pipelines where id = w.pipeline_id offset 0) p
      order by w.next_due, w.pipeline_id, w.schedule_id, w.schedule_type`,
    values: [after[0], after[1], after[2], after[3]],
  })
  const due = rows.filter(({ in_ms }) => in_ms <= 0)
  const last = due.length === pageSize ? due.at(-1) : undefined
  return {
    due: due.map(toDueSchedule),
    nextInMs: rows.find(({ in_ms }) => in_ms > 0)?.in_ms,
    after: last && [last.next_due, last.pipeline_id, last.schedule_id, last.schedule_type],
  }
}

const isActive = `(select p.state from pipelines p where p.id = w.pipeline_id) = 'SCHEDULED'`

interface DueRow {
  readonly pipeline_id: string
  readonly active_version: number
  readonly schedule_id: string
  readonly schedule_type: 'cron' | 'timeseries'
  readonly anchor: Date
  readonly first_activation_time: Date
  readonly next_index: string
  readonly last_index: string | null
  readonly skip_before: Date | null
  /** To the microsecond. */
  readonly next_due: string
  readonly now: Date
  readonly in_ms: number
}

function toDueSchedule(row: DueRow): DueSchedule {
  return {
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
  }
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
    `with active as materialized (select id from pipelines where id = $1 and active_version = $2 for no key update)
      update watermarks w set next_due = null from active
      where w.pipeline_id = active.id and w.schedule_id = $3 and w.schedule_type = $4 and w.next_index = $5`,
    [pipelineId, version, scheduleId, scheduleType, nextIndex],
  )
}

/** What planning asks of whoever keeps the instances: the store, or a model of it. */
export interface Planning {
  dueSchedules(after?: DueMark): Promise<DuePage>
  storePlans(chains: readonly PlanChain[]): Promise<readonly ChainAnswer[]>
  endSchedule(due: DueSchedule): Promise<void>
  beginHeld(): Promise<number>
  finishPipelines(): Promise<number>
  openMarks(after?: OpenMark): Promise<readonly OpenMark[]>
  endMark(mark: OpenMark): Promise<void>
  endBackfills(): Promise<number>
}

export function postgresPlanning(pool: pg.Pool): Planning {
  return {
    dueSchedules: (after) => dueSchedules(pool, after),
    storePlans: (chains) => storePlans(pool, chains),
    endSchedule: (due) => endSchedule(pool, due),
    beginHeld: () => beginHeld(pool),
    finishPipelines: () => finishPipelines(pool),
    openMarks: (after) => openMarks(pool, after),
    endMark: (mark) => endMark(pool, mark),
    endBackfills: () => endBackfills(pool),
  }
}
