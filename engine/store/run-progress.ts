import type pg from 'pg'

/** Whether a pipeline has more to do, in one look. */
export interface RunProgress {
  /** Instances that have not ended. */
  readonly open: number
  /** Of these, how many are on their way to a worker, on one, or kept for an interval; the others wait for something else. */
  readonly moving: number
  /** Whether an interval is still to become instances. */
  readonly unplanned: boolean
  /** Whether one of those is due already, so that only room is missing. */
  readonly overdue: boolean
  /** Actions (`onSuccess`, `onFail`, `onLateAction`) that are not performed yet. */
  readonly actions: number
}

/** Where a pipeline stands. One statement. */
export async function runProgress(pool: pg.Pool, pipelineId: string): Promise<RunProgress> {
  const { rows } = await pool.query<RunProgress>({
    name: 'run-progress',
    text: `select
        (select count(*)::int from instances where pipeline_id = $1
          and status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')) as open,
        (select count(*)::int from instances i where i.pipeline_id = $1
          and i.status in ('SCHEDULED', 'WAITING_FOR_RUNNER', 'CREATING', 'RUNNING', 'SHUTTING_DOWN')
          -- a resource that runs moves nothing as long as what stands on it does not
          and not (i.family = 'resource' and i.status = 'RUNNING' and exists (select 1 from instances u where u.resource_id = i.id
            and u.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')))) as moving,
        exists (select 1 from watermarks where pipeline_id = $1 and next_due is not null) as unplanned,
        exists (select 1 from watermarks where pipeline_id = $1 and next_due <= now()) as overdue,
        (select count(*)::int from outbox o join instances i on i.id = o.instance_id where i.pipeline_id = $1 and o.kind = 'action') as actions`,
    values: [pipelineId],
  })
  return rows[0]!
}
