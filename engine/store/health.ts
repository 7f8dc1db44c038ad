import { sql, type Kysely } from 'kysely'
import type { InstanceStatus } from '../lifecycle/statuses.ts'
import type { Database } from './database.ts'

/** How the run of a component that ended last has ended. */
export interface ComponentHealth {
  readonly componentId: string
  readonly health: 'HEALTHY' | 'ERROR'
  /** Of that run. */
  readonly status: InstanceStatus
  readonly interval: Date
  readonly endTime: Date
}

/** HEALTHY when at least one component is and none is in ERROR; `error` is the component in ERROR that ended last. */
export interface PipelineHealth {
  readonly health: 'HEALTHY' | 'ERROR'
  readonly error: ComponentHealth | undefined
  /** By component id; without those of which nothing has ended. */
  readonly components: ReadonlyMap<string, ComponentHealth>
}

/** Health of pipelines and of their components, by pipeline id; without those of which nothing has ended. One statement, which does not slow
 *  with history. What is SKIPPED counts for nothing; a failed precondition shows in what it guards, which fails with it.
 *  @see spec/behaviour.md 6 */
export async function healthOf(db: Kysely<Database>, pipelineIds: readonly string[]): Promise<ReadonlyMap<string, PipelineHealth>> {
  if (pipelineIds.length === 0) return new Map()
  const { rows } = await sql<{ pipeline_id: string; id: string; status: InstanceStatus; interval_start: Date; actual_end_time: Date }>`
    select c.pipeline_id, c.id, i.status, i.interval_start, i.actual_end_time from components c
    join lateral (
      select status, interval_start, actual_end_time from instances
      where pipeline_id = c.pipeline_id and component_id = c.id and status in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')
        and family <> 'precondition' and actual_end_time is not null
      order by actual_end_time desc limit 1
    ) i on true
    where c.pipeline_id = any(${[...pipelineIds]}::text[]) and c.family in ('activity', 'datanode', 'resource')
  `.execute(db)
  return new Map(
    [...Map.groupBy(rows, ({ pipeline_id: id }) => id)].map(([id, members]) => [
      id,
      together(
        members.map((row): ComponentHealth => ({
          componentId: row.id,
          health: row.status === 'FINISHED' ? 'HEALTHY' : 'ERROR',
          status: row.status,
          interval: row.interval_start,
          endTime: row.actual_end_time,
        })),
      ),
    ]),
  )
}

function together(components: readonly ComponentHealth[]): PipelineHealth {
  // What failed because of something else does not tell what to look at, unless nothing else does.
  const rank = ({ status }: ComponentHealth): number => (status === 'CASCADE_FAILED' ? 0 : 1)
  const error = components
    .filter(({ health }) => health === 'ERROR')
    .toSorted((a, b) => rank(b) - rank(a) || b.endTime.getTime() - a.endTime.getTime())[0]
  return {
    health: error ? 'ERROR' : 'HEALTHY',
    error,
    components: new Map(components.map((component) => [component.componentId, component])),
  }
}
