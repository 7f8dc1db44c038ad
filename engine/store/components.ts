import { sql, type Kysely } from 'kysely'
import type { Database } from './database.ts'

/** One object of the definition that gets runs. */
export interface ComponentRecord {
  readonly id: string
  readonly type: string
  readonly family: string
  readonly paused: boolean
}

/** The objects of the newest stored version that get runs, by id. */
export async function listComponents(db: Kysely<Database>, pipelineId: string): Promise<readonly ComponentRecord[]> {
  return db
    .selectFrom('components')
    .select(['id', 'type', 'family', 'paused'])
    .where('pipeline_id', '=', pipelineId)
    .where('family', 'in', ['activity', 'datanode', 'precondition', 'resource'])
    .orderBy('id')
    .execute()
}

/** How many planned instances of each component are on hold, by component id. */
export async function countHeld(db: Kysely<Database>, pipelineId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('instances')
    .select(['component_id', sql<number>`count(*)::int`.as('count')])
    .where('pipeline_id', '=', pipelineId)
    .where('hold', 'is not', null)
    .groupBy('component_id')
    .execute()
  return new Map(rows.map(({ component_id: id, count }) => [id, count]))
}
