import type pg from 'pg'
import { tellOthers } from './remote-signals.ts'
import { storedJson } from './stored-json.ts'

/** An action that has to be performed: once for an event of an instance, though a repeat after a crash is possible. */
export interface DueAction {
  /** Stable over repeats. */
  readonly eventId: string
  readonly event: 'onSuccess' | 'onFail' | 'onLateAction'
  readonly tries: number
  readonly pipelineId: string
  readonly version: number
  readonly instanceId: string
  readonly instanceKey: string
  readonly componentId: string
  readonly referrerId: string
  readonly status: string
  readonly rerun: number
  readonly attemptCount: number
  readonly intervalStart: Date
  readonly intervalEnd: Date
  readonly actualStartTime: Date | undefined
  readonly actualEndTime: Date | undefined
  readonly errorId: string | undefined
  readonly errorMessage: string | undefined
  readonly hostname: string | undefined
}

/** Takes up to `limit` due actions for two minutes: if they are not done by then, someone takes them again. */
async function takeActions(pool: pg.Pool, limit: number): Promise<readonly DueAction[]> {
  const { rows } = await pool.query<Record<string, never>>({
    name: 'take-actions',
    text: `with taken as (
        update outbox set available_time = now() + interval '2 minutes', tries = tries + 1
        where id in (select id from outbox where kind = 'action' and available_time <= now() order by id limit $1 for update skip locked)
        returning id, instance_id, event, tries
      )
      select t.id::text as "eventId", t.event, t.tries, i.pipeline_id as "pipelineId", i.version, i.id::text as "instanceId", i.instance_key as "instanceKey",
        i.component_id as "componentId", i.referrer_id as "referrerId", i.status, i.rerun, i.attempt_count as "attemptCount", i.interval_start as "intervalStart", i.interval_end as "intervalEnd",
        i.actual_start_time as "actualStartTime", i.actual_end_time as "actualEndTime", i.error_id as "errorId", i.error_message as "errorMessage", a.hostname
      from taken t join instances i on i.id = t.instance_id left join attempts a on a.instance_id = i.id and a.number = i.attempt_count order by t.id`,
    values: [limit],
  })
  return rows as unknown as readonly DueAction[]
}

/** The action was performed, or is given up: `failure` says why and becomes an event that a person can read. */
async function endAction(pool: pg.Pool, action: DueAction, failure?: string): Promise<void> {
  await pool.query(
    `with gone as (delete from outbox where id = $1)
     insert into events (pipeline_id, instance_id, kind, detail) values ($2, $3, $4, $5)`,
    [
      action.eventId,
      action.pipelineId,
      action.instanceId,
      failure === undefined ? 'ACTION_PERFORMED' : 'ACTION_FAILED',
      storedJson({ event: action.event, tries: action.tries, failure }),
    ],
  )
}

/** Puts an action that failed back, to be tried again after `delayMs`. */
async function delayAction(pool: pg.Pool, action: DueAction, delayMs: number): Promise<void> {
  await pool.query(`update outbox set available_time = now() + $2 * interval '1 millisecond' where id = $1`, [action.eventId, delayMs])
}

/** Cancels instances that have not ended; nothing they do can be published any more. Returns how many were cancelled. */
export async function cancelInstances(pool: pg.Pool, instanceIds: readonly string[], reason: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`select cancel_instances($1::bigint[], $2) as count, ${tellOthers}`, [
    instanceIds,
    reason,
  ])
  return rows[0]?.count ?? 0
}

/** Actions to be performed, kept by the store or a model of it. */
export interface Actions {
  take(limit: number): Promise<readonly DueAction[]>
  end(action: DueAction, failure?: string): Promise<void>
  delay(action: DueAction, delayMs: number): Promise<void>
}

export function postgresActions(pool: pg.Pool): Actions {
  return {
    take: (limit) => takeActions(pool, limit),
    end: (action, failure) => endAction(pool, action, failure),
    delay: (action, delayMs) => delayAction(pool, action, delayMs),
  }
}
