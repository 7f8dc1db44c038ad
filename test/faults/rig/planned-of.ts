import type { Store } from '../../../engine/store/open-store.ts'

/** All that planning makes of a pipeline, without what differs from one to the next: to compare it with another of the same definition. */
export async function plannedOf({ pool }: Store, pipelineId: string): Promise<unknown> {
  const instances = await pool.query(
    `select instance_key, referrer_id, status, version, waiting, interval_start, interval_end, due_time, attempt_count from instances where pipeline_id = $1 order by 1, 2`,
    [pipelineId],
  )
  const edges = await pool.query(
    `select p.instance_key as producer, c.instance_key as consumer, kind from dependencies d join instances p on p.id = d.producer_id join instances c on c.id = d.consumer_id
      where c.pipeline_id = $1 order by 1, 2, 3`,
    [pipelineId],
  )
  const watermarks = await pool.query(
    `select schedule_id, schedule_type, next_index, next_due from watermarks where pipeline_id = $1 order by 1, 2`,
    [pipelineId],
  )
  return { instances: instances.rows, edges: edges.rows, watermarks: watermarks.rows }
}
