import type pg from 'pg'
import { storedText } from './stored-json.ts'

/** A resource instance as the provisioner sees it. */
export interface ResourceInstance {
  readonly id: string
  readonly key: string
  readonly pipelineId: string
  readonly version: number
  readonly componentId: string
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
  provider_id: string | null
  status: string
}

/** Resources that a ready activity waits for, moved to CREATING for the caller to make. */
export async function takeWantedResources(pool: pg.Pool): Promise<readonly ResourceInstance[]> {
  const { rows } = await pool.query<Row>({ name: 'wanted-resources', text: 'select * from wanted_resources()' })
  return rows.map(toResource)
}

/** Resources on which everything has ended, moved to SHUTTING_DOWN for the caller to terminate (or to FINISHED when never made). */
export async function takeFinishedResources(pool: pg.Pool): Promise<readonly ResourceInstance[]> {
  const { rows } = await pool.query<Row>({ name: 'finished-resources', text: 'select * from finished_resources()' })
  return rows.map(toResource).filter(({ made }) => made)
}

/** Says that the makers of these are alive: they are taken over a minute after the last time. */
async function keepResources(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await pool.query('select renew_resources($1::bigint[])', [ids])
}

/** Hands back a resource that is no longer being made; it costs no try. */
async function markResourceReleased(pool: pg.Pool, id: string): Promise<void> {
  await pool.query('select resource_released($1)', [id])
}

export async function markResourceRunning(pool: pg.Pool, id: string, providerId: string): Promise<void> {
  await pool.query('select resource_running($1, $2)', [id, providerId])
}

/** Resolves to true when it will be tried again. */
async function markResourceFailed(pool: pg.Pool, id: string, errorId: string, message: string): Promise<boolean> {
  const { rows } = await pool.query<{ again: boolean }>('select resource_failed($1, $2, $3) as again', [id, errorId, storedText(message)])
  return rows[0]?.again ?? false
}

async function markResourceGone(pool: pg.Pool, id: string): Promise<void> {
  await pool.query('select resource_gone($1)', [id])
}

function toResource(row: Row): ResourceInstance {
  return {
    id: row.id,
    key: row.instance_key,
    pipelineId: row.pipeline_id,
    version: row.version,
    componentId: row.component_id,
    providerId: row.provider_id ?? undefined,
    made: row.status === 'SHUTTING_DOWN',
  }
}

/** Resource instances, kept by the store or a model of it. */
export interface Resources {
  takeWanted(): Promise<readonly ResourceInstance[]>
  takeFinished(): Promise<readonly ResourceInstance[]>
  keep(ids: readonly string[]): Promise<void>
  markReleased(id: string): Promise<void>
  markRunning(id: string, providerId: string): Promise<void>
  markFailed(id: string, errorId: string, message: string): Promise<boolean>
  markGone(id: string): Promise<void>
}

export function postgresResources(pool: pg.Pool): Resources {
  return {
    takeWanted: () => takeWantedResources(pool),
    takeFinished: () => takeFinishedResources(pool),
    keep: (ids) => keepResources(pool, ids),
    markReleased: (id) => markResourceReleased(pool, id),
    markRunning: (id, providerId) => markResourceRunning(pool, id, providerId),
    markFailed: (id, errorId, message) => markResourceFailed(pool, id, errorId, message),
    markGone: (id) => markResourceGone(pool, id),
  }
}
