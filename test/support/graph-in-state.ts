import type { PlannedInstance } from '../../engine/lifecycle/planned.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { plannedGraph } from './planned-graph.ts'

type Row = Partial<PlannedInstance> & { readonly component: string }

/** A graph whose instances stand in the given statuses, with an attempt each that waits, runs or has ended, and right counts.
 *  `{ 'a': 'FAILED', 'b after a': 'CASCADE_FAILED', 'p guards b': 'CANCELED' }`. Names that begin with n are data nodes. Returns the pipeline's id. */
export async function graphInState(
  store: Store,
  state: Readonly<Record<string, string>>,
  more: Partial<PlannedInstance> = {},
): Promise<string> {
  const entries = Object.entries(state).map(([text, status]) => {
    const [component = '', relation, ...others] = text.split(' ')
    return { component, relation, others, status }
  })
  const id = await plannedGraph(
    store,
    entries.map(({ component, relation, others }) => ({ ...more, ...rowOf(component, relation === 'guards' ? others[0] : undefined) })),
    entries.flatMap(({ component, relation, others }) =>
      others.map((other): [string, string, 'dependsOn' | 'precondition'] =>
        relation === 'guards' ? [component, other, 'precondition'] : [other, component, 'dependsOn'],
      ),
    ),
  )
  await store.pool.query(`alter table instances disable trigger refuse_wrong_step`)
  for (const { component, status } of entries) await store.pool.query(put, [id, component, status])
  for (const step of [noAttempts, attempts, counts]) await store.pool.query(step, [id])
  await store.pool.query('delete from outbox')
  await store.pool.query(`alter table instances enable trigger refuse_wrong_step`)
  return id
}

function rowOf(component: string, referrer: string | undefined): Row {
  if (referrer !== undefined) return { component, family: 'precondition', lane: 'precondition', referrer }
  return component.startsWith('n') ? { component, family: 'datanode' } : { component }
}

const put = `update instances set status = $3, attempt_count = case when $3 in ('WAITING_ON_DEPENDENCIES', 'CASCADE_FAILED', 'SKIPPED') or family = 'datanode' then 0 else 1 end
  where pipeline_id = $1 and component_id = $2`

const noAttempts = `delete from attempts where instance_id in (select id from instances where pipeline_id = $1)`

const attempts = `insert into attempts (instance_id, number, status, worker_group, lane, priority, fence, lease_until)
  select id, 1, status, worker_group, lane, priority, nextval('fences'), case when status = 'RUNNING' then now() + interval '1 hour' end
  from instances where pipeline_id = $1 and attempt_count > 0`

const counts = `update instances c set waiting = (select count(*) from dependencies d join instances p on p.id = d.producer_id
    where d.consumer_id = c.id and p.status not in ('FINISHED', 'SKIPPED')) where c.pipeline_id = $1 and c.status = 'WAITING_ON_DEPENDENCIES'`
