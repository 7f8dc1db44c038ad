import type pg from 'pg'
import { SluiceError } from '../errors.ts'
import { tellOthers, tellOthersOfOutbox } from './remote-signals.ts'
import { inTransaction } from './transaction.ts'

/** How far a schedule, as the components of one type follow it, has been planned. */
export interface Watermark {
  readonly scheduleId: string
  readonly type: 'cron' | 'timeseries'
  /** Boundary 0 of the schedule; set once, and never moved by later activations. */
  readonly anchor: Date
  /** The interval to plan next. */
  readonly nextIndex: number
  /** When to look at it; undefined when the schedule has no interval left to run. */
  readonly nextDue: Date | undefined
  /** When that interval begins. */
  readonly nextStart: Date | undefined
  /** The last interval to run, included; undefined for no limit but the schedule's own. */
  readonly lastIndex: number | undefined
  /** Intervals that start earlier are skipped. */
  readonly skipBefore: Date | undefined
}

/** The database's clock at activation, and the first activation's instant (cut to seconds), which never moves. */
export interface ActivationTimes {
  readonly now: Date
  readonly firstActivation: Date
  /** Whether this is the first. */
  readonly isFirst: boolean
}

export interface Activation {
  readonly pipelineId: string
  readonly version: number
  /** The schedules to follow, given how far they have been followed before. Those left out are followed no more. */
  schedules(times: ActivationTimes, before: readonly Watermark[]): readonly Watermark[]
  /** Ids of the components that still get runs, given these schedules. What others wait for of the rest will not come, and is SKIPPED. */
  reachable(schedules: readonly Watermark[]): readonly string[]
  /** What a deactivation cancelled stays so: this activation begins an execution of its own. */
  readonly anew?: boolean
  /** Called in the same transaction, once the pipeline is SCHEDULED: makes the instances of an on-demand execution. */
  execute?(client: pg.PoolClient, times: ActivationTimes): Promise<void>
}

/** Puts a version in force and the pipeline to work, in one transaction. A watermark that is already there goes on from where it is,
 *  and what a deactivation cancelled runs again, unless this begins anew.
 *  @see spec/behaviour.md 2, 11 */
export async function activate(pool: pg.Pool, activation: Activation): Promise<void> {
  await inTransaction(pool, (client) => activateWith(client, activation))
}

async function activateWith(
  client: pg.PoolClient,
  { pipelineId, version, schedules, reachable, anew, execute }: Activation,
): Promise<void> {
  const times = await begin(client, pipelineId, version)
  const before = await watermarksOf(client, pipelineId)
  const wanted = schedules(times, before)
  await client.query('update watermarks set next_due = null where pipeline_id = $1', [pipelineId])
  for (const { scheduleId, type, anchor, nextIndex, nextDue, nextStart, lastIndex, skipBefore } of wanted) {
    await client.query(
      `insert into watermarks (pipeline_id, schedule_id, schedule_type, anchor, next_index, next_due, last_index, skip_before, next_start) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (pipeline_id, schedule_id, schedule_type) do update set next_due = excluded.next_due, next_start = excluded.next_start, last_index = excluded.last_index, skip_before = excluded.skip_before`,
      [pipelineId, scheduleId, type, anchor, nextIndex, nextDue ?? null, lastIndex ?? null, skipBefore ?? null, nextStart ?? null],
    )
  }
  if (before.length > 0) await client.query('select skip_unreachable($1, $2)', [pipelineId, reachable(wanted)])
  if (!anew) await client.query('select revive_deactivated($1)', [pipelineId])
  await execute?.(client, times)
  // An execution is all there in the outbox: nobody has anything to plan.
  await client.query(`select ${anew ? tellOthersOfOutbox : tellOthers}`)
}

async function begin(client: pg.PoolClient, pipelineId: string, version: number): Promise<ActivationTimes> {
  const before = await client.query<{ first_activation_time: Date | null }>(
    'select first_activation_time from pipelines where id = $1 for no key update',
    [pipelineId],
  )
  const { rows } = await client.query<{ first_activation_time: Date; now: Date }>(
    `update pipelines set state = 'SCHEDULED', active_version = $2, finished_time = null, last_activation_time = now(),
      first_activation_time = coalesce(first_activation_time, date_trunc('second', now())) where id = $1 returning first_activation_time, now() as now`,
    [pipelineId, version],
  )
  const row = rows[0]
  if (!row) throw new SluiceError(`There is no pipeline ${pipelineId}.`, { exitCode: 2, hint: 'Run `sluice runs` for those there are.' })
  return { now: row.now, firstActivation: row.first_activation_time, isFirst: before.rows[0]?.first_activation_time === null }
}

async function watermarksOf(client: pg.PoolClient, pipelineId: string): Promise<readonly Watermark[]> {
  const { rows } = await client.query<{
    schedule_id: string
    schedule_type: Watermark['type']
    anchor: Date
    next_index: string
    next_due: Date | null
    next_start: Date | null
    last_index: string | null
    skip_before: Date | null
  }>('select * from watermarks where pipeline_id = $1 for no key update', [pipelineId])
  return rows.map((row) => ({
    scheduleId: row.schedule_id,
    type: row.schedule_type,
    anchor: row.anchor,
    nextIndex: Number(row.next_index),
    nextDue: row.next_due ?? undefined,
    nextStart: row.next_start ?? undefined,
    lastIndex: row.last_index === null ? undefined : Number(row.last_index),
    skipBefore: row.skip_before ?? undefined,
  }))
}

/** Now in whole seconds, or the first later second for which the pipeline has no instance: an on-demand execution is known by its second, in
 *  ids, in logs and to what guards a load against being published twice. Call it in the activation's transaction. */
export async function freeSecond(client: pg.PoolClient, pipelineId: string): Promise<Date> {
  const { rows } = await client.query<{ second: Date }>(
    `select second from generate_series(date_trunc('second', now()), now() + interval '1 hour', interval '1 second') second
      where not exists (select 1 from instances where pipeline_id = $1 and interval_start = second) limit 1`,
    [pipelineId],
  )
  const [free] = rows
  if (!free) throw new Error(`Pipeline ${pipelineId} has an execution for every second of the next hour.`)
  return free.second
}
