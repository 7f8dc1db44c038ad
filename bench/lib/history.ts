import type pg from 'pg'

/** A pipeline with a long past. */
export interface History {
  readonly pipelineId: string
  readonly tasks: number
  readonly intervals: number
}

/** Fills a database with one hourly pipeline whose tasks depend on one another in a row: everything has FINISHED but one run in a thousand, which
 *  FAILED, and the newest interval, whose first task runs; the last task is paused, and its hundred newest intervals are kept. */
export async function fillHistory(pool: pg.Pool, { pipelineId, tasks, intervals }: History): Promise<void> {
  await pool.query(
    `insert into pipelines (id, name, state, latest_version, active_version, first_activation_time) values ($1, $1, 'SCHEDULED', 1, 1, now() - interval '1 year')`,
    [pipelineId],
  )
  await pool.query(
    `insert into components (pipeline_id, version, id, name, type, family, fields, paused)
      select $1, 1, 'task' || t, 'task' || t, 'ShellCommandActivity', 'activity', '{}', t = $2 from generate_series(1, $2::int) t`,
    [pipelineId, tasks],
  )
  await pool.query(
    `insert into instances (pipeline_id, version, component_id, instance_key, type, family, interval_start, interval_end, due_time, status, hold, hold_room, waiting,
        worker_group, attempt_count, actual_start_time, actual_end_time)
      select $1, 1, 'task' || t, '@task' || t || '_' || to_char(s, 'YYYY-MM-DD"T"HH24:MI:SS'), 'ShellCommandActivity', 'activity', s, s + interval '1 hour', s + interval '1 hour', status,
        case when status = 'SCHEDULED' then 'PAUSED' end, case when status = 'SCHEDULED' then 5 end, case when status = 'WAITING_ON_DEPENDENCIES' then 1 else 0 end,
        'default', case when status in ('SCHEDULED', 'WAITING_ON_DEPENDENCIES') then 0 else 1 end, s + interval '1 hour',
        case when status in ('FINISHED', 'FAILED') then s + interval '1 hour' + t * interval '1 second' end
      from (
        select n, t, date_trunc('hour', now()) - ($3::int - n) * interval '1 hour' as s,
          case when t = $2 and n > $3 - 100 then 'SCHEDULED' when n = $3 and t = 1 then 'RUNNING' when n = $3 then 'WAITING_ON_DEPENDENCIES'
            when (n * 7919 + t) % 1000 = 0 then 'FAILED' else 'FINISHED' end as status
        from generate_series(1, $3::int) n, generate_series(1, $2::int) t
      ) made`,
    [pipelineId, tasks, intervals],
  )
  await pool.query(
    `insert into attempts (instance_id, number, status, worker_group, lane, priority, hostname, start_time, end_time, lease_until)
      select id, 1, status, 'default', 'activity', 0, 'host', actual_start_time, actual_end_time, case when status = 'RUNNING' then now() + interval '1 hour' end
      from instances where pipeline_id = $1 and attempt_count = 1`,
    [pipelineId],
  )
  await pool.query(
    `insert into dependencies (producer_id, consumer_id, kind)
      select p.id, c.id, 'dependsOn' from instances p join instances c on c.pipeline_id = p.pipeline_id and c.interval_start = p.interval_start
        and c.component_id = 'task' || (substr(p.component_id, 5)::int + 1) where p.pipeline_id = $1`,
    [pipelineId],
  )
  await pool.query('vacuum analyze')
}
