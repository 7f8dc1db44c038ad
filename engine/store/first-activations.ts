import type { Kysely } from 'kysely'
import type { Database } from './database.ts'

const mostKept = 10_000

/** When a pipeline was first activated, which never moves: the database is asked once for each. Undefined before that. */
export function firstActivations(db: Kysely<Database>): (pipelineId: string) => Promise<Date | undefined> {
  const known = new Map<string, Date>()
  return async (pipelineId) => {
    const kept = known.get(pipelineId)
    if (kept) return kept
    const row = await db.selectFrom('pipelines').select('first_activation_time').where('id', '=', pipelineId).executeTakeFirst()
    const time = row?.first_activation_time ?? undefined
    if (known.size >= mostKept) known.clear()
    if (time) known.set(pipelineId, time)
    return time
  }
}
