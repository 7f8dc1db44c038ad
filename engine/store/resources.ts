import type pg from 'pg'
import { storedText } from './stored-json.ts'

/** A resource instance as the provisioner sees it. */
export interface ResourceInstance {
  readonly id: string
  readonly key: string
  readonly pipelineId: string
  readonly version: number
  readonly componentId: string
  /** Which try this is, from 1: whoever makes or ends an earlier one has no more say. */
  readonly attempt: number
  readonly providerId: string | undefined
  /** True for one to be shut down; false when it was never made and is over. */
  readonly made: boolean
}

interface Row {
  id: string
  instance_key: string
  pipeline_id: string
  version: number
  component_id: string
  attempt_count: number
  provider_id: string | null
  status: string
}

/** Ends what takes too long, and does to those that run on a resource what its end means. Resolves to the milliseconds until the next of that kind
 *  falls due, undefined when nothing is pending. */
export async function tendResources(pool: pg.Pool): Promise<number | undefined> {
  const { rows } = await pool.query<{ in_ms: number | null }>({ name: 'overdue-resources', text: 'select overdue_resources() as in_ms' })
  await pool.query({ name: 'follow-resources', text: 'select follow_resources()' })
  return rows[0]?.in_ms ?? undefined
}

/** Resources that a ready activity waits for, moved to CREATING for the caller to make. */
export async function takeWantedResources(pool: pg.Pool): Promise<readonly ResourceInstance[]> {
  const { rows } = await pool.query<Row>({ name: 'wanted-resources', text: 'select * from wanted_resources()' })
  return rows.map(toResource)
}

/** Resources on which everything has ended, moved to SHUTTING_DOWN for the caller to terminate, or to FINISHED when never `made`. */
export async function takeFinishedResources(pool: pg.Pool): Promise<readonly ResourceInstance[]> {
  const { rows } = await pool.query<Row>({ name: 'finished-resources', text: 'select * from finished_resources()' })
  return rows.map(toResource)
}

/** Says that the makers of these are alive: they are taken over a minute after the last time. Resolves to the ids of those that still are to be
 *  made, or ended, by them. */
async function keepResources(pool: pg.Pool, resources: readonly ResourceInstance[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>('select renew_resources($1::bigint[], $2::integer[])::text as id', [
    resources.map(({ id }) => id),
    resources.map(({ attempt }) => attempt),
  ])
  return new Set(rows.map(({ id }) => id))
}

/** Hands back a resource that is no longer being made; it costs no try. */
async function markResourceReleased(pool: pg.Pool, { id, attempt }: ResourceInstance): Promise<void> {
  await pool.query('select resource_released($1, $2)', [id, attempt])
}

/** Resolves to false when it is no longer wanted: then the machine is the caller's to take away. */
export async function markResourceRunning(pool: pg.Pool, { id, attempt }: ResourceInstance, providerId: string): Promise<boolean> {
  const { rows } = await pool.query<{ wanted: boolean }>('select resource_running($1, $2, $3) as wanted', [id, attempt, providerId])
  return rows[0]?.wanted ?? false
}

/** The try to make it failed or, when it is RUNNING, the machine is lost. Resolves to true when it will be made again. */
export async function markResourceFailed(
  pool: pg.Pool,
  { id, attempt }: ResourceInstance,
  errorId: string,
  message: string,
): Promise<boolean> {
  const { rows } = await pool.query<{ again: boolean }>('select resource_failed($1, $2, $3, $4) as again', [
    id,
    attempt,
    errorId,
    storedText(message),
  ])
  return rows[0]?.again ?? false
}

export async function markResourceGone(pool: pg.Pool, { id, attempt }: ResourceInstance): Promise<void> {
  await pool.query('select resource_gone($1, $2)', [id, attempt])
}

function toResource(row: Row): ResourceInstance {
  return {
    id: row.id,
    key: row.instance_key,
    pipelineId: row.pipeline_id,
    version: row.version,
    componentId: row.component_id,
    attempt: row.attempt_count,
    providerId: row.provider_id ?? undefined,
    made: row.status === 'SHUTTING_DOWN',
  }
}

/** Resource instances, kept by the store or a model of it. */
export interface Resources {
  tend(): Promise<number | undefined>
  takeWanted(): Promise<readonly ResourceInstance[]>
  takeFinished(): Promise<readonly ResourceInstance[]>
  keep(resources: readonly ResourceInstance[]): Promise<ReadonlySet<string>>
  markReleased(resource: ResourceInstance): Promise<void>
  markRunning(resource: ResourceInstance, providerId: string): Promise<boolean>
  markFailed(resource: ResourceInstance, errorId: string, message: string): Promise<boolean>
  markGone(resource: ResourceInstance): Promise<void>
}

export function postgresResources(pool: pg.Pool): Resources {
  return {
    tend: () => tendResources(pool),
    takeWanted: () => takeWantedResources(pool),
    takeFinished: () => takeFinishedResources(pool),
    keep: (resources) => keepResources(pool, resources),
    markReleased: (resource) => markResourceReleased(pool, resource),
    markRunning: (resource, providerId) => markResourceRunning(pool, resource, providerId),
    markFailed: (resource, errorId, message) => markResourceFailed(pool, resource, errorId, message),
    markGone: (resource) => markResourceGone(pool, resource),
  }
}
