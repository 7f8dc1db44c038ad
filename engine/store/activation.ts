import type pg from 'pg'
import { SluiceError } from '../errors.ts'
import type { Schedule } from '../schedule/schedule.ts'

/** One schedule as the components of one type follow it, from interval `firstIndex` on, which is due at `firstDue`. */
export interface ActivatedSchedule {
  readonly schedule: Schedule
  readonly type: 'cron' | 'timeseries'
  readonly firstIndex: number
  /** Undefined when the schedule has no interval to run. */
  readonly firstDue: Date | undefined
  /** When that interval begins. */
  readonly firstStart: Date | undefined
  /** The last interval to run, included; undefined for no limit but the schedule's own. */
  readonly lastIndex?: number
}

/** The database's clock at activation, and the first activation's instant (cut to seconds), which never moves. */
export interface ActivationTimes {
  readonly now: Date
  readonly firstActivation: Date
}

export interface Activation {
  readonly pipelineId: string
  readonly version: number
  /** The schedules to follow. */
  schedules(times: ActivationTimes): readonly ActivatedSchedule[]
  /** Called in the same transaction, once the pipeline is SCHEDULED: makes the instances of an on-demand execution. */
  execute?(client: pg.PoolClient, times: ActivationTimes): Promise<void>
}

/** Puts a version in force and the pipeline to work, in one transaction. A watermark that is already there goes on from where it is,
 *  and what a deactivation cancelled runs again.
 *  @see spec/behaviour.md 2, 11 */
export async function activate(pool: pg.Pool, activation: Activation): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await activateWith(client, activation)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {}) // the connection is gone: so is the transaction
    throw error
  } finally {
    client.release()
  }
}

async function activateWith(client: pg.PoolClient, { pipelineId, version, schedules, execute }: Activation): Promise<void> {
  const { rows } = await client.query<{ first_activation_time: Date; now: Date }>(
    `update pipelines set state = 'SCHEDULED', active_version = $2, finished_time = null, last_activation_time = now(),
      first_activation_time = coalesce(first_activation_time, date_trunc('second', now())) where id = $1 returning first_activation_time, now() as now`,
    [pipelineId, version],
  )
  const row = rows[0]
  if (!row) throw new SluiceError(`There is no pipeline ${pipelineId}.`, { exitCode: 2, hint: 'Run `sluice runs` for those there are.' })
  const times = { now: row.now, firstActivation: row.first_activation_time }
  for (const { schedule, type, firstIndex, firstDue, firstStart, lastIndex } of schedules(times)) {
    await client.query(
      `insert into watermarks (pipeline_id, schedule_id, schedule_type, anchor, next_index, next_due, last_index, next_start) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
      [pipelineId, schedule.id, type, schedule.anchor, firstIndex, firstDue ?? null, lastIndex ?? null, firstStart ?? null],
    )
  }
  await client.query('select revive_deactivated($1)', [pipelineId])
  await execute?.(client, times)
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
