import { expect } from 'vitest'
import type { Store } from '../../engine/store/open-store.ts'

/** Everything that waits is counted to wait for exactly what is not FINISHED or SKIPPED, and nothing that has all it needs is forgotten. */
export async function expectRightCounts({ pool }: Store, pipelineId: string): Promise<void> {
  const { rows } = await pool.query<{ component: string; waiting: number; unmet: number }>(
    `select i.component_id as component, i.waiting, (
        select count(*)::int from dependencies d join instances p on p.id = d.producer_id where d.consumer_id = i.id and p.status not in ('FINISHED', 'SKIPPED')
      ) as unmet from instances i where i.pipeline_id = $1 and i.status = 'WAITING_ON_DEPENDENCIES' and i.family <> 'resource'`,
    [pipelineId],
  )
  expect(rows.filter(({ waiting, unmet }) => waiting !== unmet || unmet === 0)).toEqual([])
  const torn = `select i.component_id, i.status, a.status as attempt from attempts a join instances i on i.id = a.instance_id
    where i.pipeline_id = $1 and a.status in ('WAITING_FOR_RUNNER', 'RUNNING') and (a.status <> i.status or a.number <> i.attempt_count)`
  expect((await pool.query(torn, [pipelineId])).rows).toEqual([])
}
