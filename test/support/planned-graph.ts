import type { Store } from '../../engine/store/open-store.ts'
import type { PlannedEdge, PlannedInstance } from '../../engine/lifecycle/planned.ts'
import { storePlan } from '../../engine/store/planning.ts'

const day = new Date('2026-01-01T00:00:00Z')

/** A pipeline whose only interval has the given activities (or other families) and edges, planned at once, on demand. Returns its id. */
export async function plannedGraph(
  store: Store,
  rows: readonly (Partial<PlannedInstance> & { component: string })[],
  edges: readonly [string, string, PlannedEdge['kind']?][],
): Promise<string> {
  const id = `df-${Math.random().toString(36).slice(2)}`
  await store.pool.query(
    `insert into pipelines (id, name, state, active_version, first_activation_time) values ($1, 'graph', 'SCHEDULED', 1, now())`,
    [id],
  )
  const full = rows.map((row): PlannedInstance => ({
    referrer: '',
    key: `@${row.component}_2026-01-01T00:00:00`,
    type: 'ShellCommandActivity',
    family: 'activity',
    start: day,
    stop: day,
    due: day,
    status: 'WAITING_ON_DEPENDENCIES',
    grp: 'default',
    lane: 'activity',
    priority: 0,
    cascades: true,
    fires: [],
    retries: 0,
    late: null,
    resource: null,
    ...row,
  }))
  const number = (component: string): number => full.findIndex((row) => row.component === component)
  const answer = await storePlan(
    store.pool,
    { pipelineId: id, version: 1, due: day },
    {
      rows: full,
      edges: edges.map(([producer, consumer, kind]) => ({
        producer: number(producer),
        consumer: number(consumer),
        kind: kind ?? 'dependsOn',
      })),
      limits: {},
    },
  )
  if (answer !== 'PLANNED') throw new Error(`the graph was not planned: ${answer}`)
  return id
}

/** Status of every instance by component id. */
export async function statuses(store: Store, pipelineId: string): Promise<Record<string, string>> {
  const { rows } = await store.pool.query<{ component_id: string; status: string }>(
    'select component_id, status from instances where pipeline_id = $1',
    [pipelineId],
  )
  return Object.fromEntries(rows.map((row) => [row.component_id, row.status]))
}
