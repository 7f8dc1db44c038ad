import { randomBytes } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { SluiceError } from '../errors.ts'
import type { Family } from '../spec/declarations.ts'
import { despiteConflicts } from './conflicts.ts'
import type { Database, PipelineState } from './database.ts'

/** A pipeline's own record. */
export interface PipelineRecord {
  readonly id: string
  readonly name: string
  readonly state: PipelineState
  readonly activeVersion: number | undefined
  readonly latestVersion: number
  readonly creationTime: Date
  readonly firstActivationTime: Date | undefined
  readonly finishedTime: Date | undefined
  /** When its next interval is due, or was, when that waits; undefined when it is not active or has none left. */
  readonly nextDue: Date | undefined
}

/** `df-` and 20 letters and digits, as AWS makes them. */
function newPipelineId(): string {
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  return `df-${[...randomBytes(20)].map((byte) => letters[byte % letters.length]).join('')}`
}

export async function createPipeline(db: Kysely<Database>, name: string): Promise<string> {
  const id = newPipelineId()
  await db.insertInto('pipelines').values({ id, name }).execute()
  return id
}

/** The pipeline that has this unique id, made when there is none. Two who ask at once get the same one. */
export async function ensurePipeline(db: Kysely<Database>, name: string, uniqueId: string): Promise<PipelineRecord> {
  await db
    .insertInto('pipelines')
    .values({ id: newPipelineId(), name, unique_id: uniqueId })
    .onConflict((conflict) => conflict.column('unique_id').doNothing())
    .execute()
  const [record] = await listPipelines(db, { uniqueId })
  if (!record) throw new SluiceError(`The pipeline ${name} was deleted at this very moment.`, { hint: 'Try again.' })
  return record
}

/** Stores a definition as the newest version and returns its number. What runs is not disturbed until it is activated. */
export function putDefinition(
  db: Kysely<Database>,
  pipelineId: string,
  source: string,
  compiled: CompiledDefinition,
  familyOf: (type: string) => Family | undefined,
): Promise<number> {
  const put = async (transaction: Transaction<Database>): Promise<number> => {
    const row = await transaction
      .updateTable('pipelines')
      .set({ latest_version: sql`latest_version + 1` })
      .where('id', '=', pipelineId)
      .returning('latest_version')
      .executeTakeFirst()
    if (!row) throw new SluiceError(`There is no pipeline ${pipelineId}.`, { exitCode: 2, hint: 'Run `sluice runs` for those there are.' })
    const version = row.latest_version
    await transaction
      .insertInto('definition_versions')
      .values({ pipeline_id: pipelineId, version, source, compiled: JSON.stringify(compiled) })
      .execute()
    // What is paused stays so under a new version.
    const gone = await transaction.deleteFrom('components').where('pipeline_id', '=', pipelineId).returning(['id', 'paused']).execute()
    const paused = gone.flatMap((component) => (component.paused ? [component.id] : []))
    const components = Object.values(compiled.components).map(({ type, ...same }) => ({
      ...same,
      type,
      family: familyOf(type) ?? 'utility',
    }))
    // One value for them all: a statement may bind no more than 65,535.
    await sql`insert into components (pipeline_id, version, id, name, type, family, fields, paused)
      select ${pipelineId}, ${version}::integer, c.*, c.id = any(${paused}::text[]) from json_to_recordset(${JSON.stringify(components)}::json) as c(id text, name text, type text, family text, fields jsonb)
    `.execute(transaction)
    return version
  }
  return despiteConflicts(() => db.transaction().execute(put))
}

/** The definition that a version pinned. Rejects when there is none. */
export async function compiledDefinition(db: Kysely<Database>, pipelineId: string, version: number): Promise<CompiledDefinition> {
  const row = await db
    .selectFrom('definition_versions')
    .select('compiled')
    .where('pipeline_id', '=', pipelineId)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!row) throw new SluiceError(`There is no version ${version} of pipeline ${pipelineId}.`, { exitCode: 2 })
  return row.compiled
}

/** The definitions of versions, those that there are, in no order. */
export async function compiledDefinitions(
  db: Kysely<Database>,
  wanted: readonly { readonly pipelineId: string; readonly version: number }[],
): Promise<readonly { readonly pipelineId: string; readonly version: number; readonly definition: CompiledDefinition }[]> {
  const { rows } = await sql<{ pipelineId: string; version: number; definition: CompiledDefinition }>`
    select d.pipeline_id as "pipelineId", d.version, d.compiled as definition
    from json_to_recordset(${JSON.stringify(wanted)}::json) as w("pipelineId" text, version integer) cross join lateral (
      select * from definition_versions where pipeline_id = w."pipelineId" and version = w.version offset 0
    ) d`.execute(db)
  return rows
}

/** The text of a version, as it was put. Undefined when there is none. */
export async function definitionSource(db: Kysely<Database>, pipelineId: string, version: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('definition_versions')
    .select('source')
    .where('pipeline_id', '=', pipelineId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row?.source
}

/** When a pipeline of this id was deleted, and its name; undefined when none was. */
export async function deletedPipeline(
  db: Kysely<Database>,
  id: string,
): Promise<{ readonly name: string; readonly time: Date } | undefined> {
  const row = await db.selectFrom('deleted_pipelines').select(['name', 'deleted_time']).where('id', '=', id).executeTakeFirst()
  return row && { name: row.name, time: row.deleted_time }
}

/** Takes a pipeline's unique id away, so that another may have it: the pipeline stays in the history under its own id. */
export async function releaseUniqueId(db: Kysely<Database>, pipelineId: string): Promise<void> {
  await db.updateTable('pipelines').set({ unique_id: null }).where('id', '=', pipelineId).execute()
}

/** Newest first. A name may be shared by many: `run` makes a pipeline each time. */
export async function listPipelines(
  db: Kysely<Database>,
  filter: {
    readonly name?: string
    readonly id?: string
    readonly idPrefix?: string
    readonly uniqueId?: string
    readonly state?: PipelineState
    readonly limit?: number
  } = {},
): Promise<readonly PipelineRecord[]> {
  let query = db
    .selectFrom('pipelines')
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom('watermarks as w')
        .select((of) => of.fn.min('w.next_due').as('next_due'))
        .whereRef('w.pipeline_id', '=', 'pipelines.id')
        .where('pipelines.state', '=', 'SCHEDULED')
        .as('next_due'),
    )
    .orderBy('creation_time', 'desc')
    .orderBy('id')
    .limit(filter.limit ?? 50)
  if (filter.id !== undefined) query = query.where('id', '=', filter.id)
  if (filter.idPrefix !== undefined) query = query.where((eb) => eb.fn<boolean>('starts_with', ['id', eb.val(filter.idPrefix)]))
  if (filter.uniqueId !== undefined) query = query.where('unique_id', '=', filter.uniqueId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    activeVersion: row.active_version ?? undefined,
    latestVersion: row.latest_version,
    creationTime: row.creation_time,
    firstActivationTime: row.first_activation_time ?? undefined,
    finishedTime: row.finished_time ?? undefined,
    nextDue: row.next_due ?? undefined,
  }))
}
