import type pg from 'pg'
import { SluiceError } from '../errors.ts'
import type { Schedule } from '../schedule/schedule.ts'
import { intervalAt } from '../schedule/schedule.ts'

/** One schedule, as the components of one type follow it, from `firstIndex` on; its first interval is due at `firstDue`. */
export interface ActivatedSchedule {
  readonly schedule: Schedule
  readonly type: 'cron' | 'timeseries'
  readonly firstIndex: number
  readonly firstDue: Date | undefined
}

/** What activation decides from the definition, the database's clock in hand. */
export interface Activation {
  readonly pipelineId: string
  readonly version: number
  /** Given the first activation's instant (now, cut to seconds, the first time), the schedules to follow. */
  schedules(firstActivation: Date): readonly ActivatedSchedule[]
  /** Called in the same transaction, once the pipeline is SCHEDULED: makes the instances of an on-demand execution. */
  readonly execute?: (client: pg.PoolClient, now: Date) => Promise<void>
}

/** Puts a version in force and the pipeline to work, in one transaction. A watermark that is already there goes on from where it is.
 *  @see spec/behaviour.md 2, 11 */
export async function activate(pool: pg.Pool, { pipelineId, version, schedules, execute }: Activation): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query<{ first_activation_time: Date; now: Date }>(
      `update pipelines set state = 'SCHEDULED', active_version = $2, finished_time = null, last_activation_time = now(),
        first_activation_time = coalesce(first_activation_time, date_trunc('second', now())) where id = $1 returning first_activation_time, now() as now`,
      [pipelineId, version],
    )
    const row = rows[0]
    if (!row) throw new SluiceError(`There is no pipeline ${pipelineId}.`, { exitCode: 2, hint: 'Run `sluice runs` for those there are.' })
    for (const { schedule, type, firstIndex, firstDue } of schedules(row.first_activation_time)) {
      await client.query(
        `insert into watermarks (pipeline_id, schedule_id, schedule_type, anchor, next_index, next_due) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        [pipelineId, schedule.id, type, schedule.anchor, firstIndex, intervalAt(schedule, firstIndex) ? firstDue : null],
      )
    }
    await execute?.(client, row.now)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {}) // the connection is gone: so is the transaction
    throw error
  } finally {
    client.release()
  }
}

/** The database's clock. */
export async function databaseNow(pool: pg.Pool): Promise<Date> {
  const { rows } = await pool.query<{ now: Date }>('select now() as now')
  return rows[0]!.now
}
