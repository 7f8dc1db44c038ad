import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import { SluiceError } from '../errors.ts'
import { openPool } from '../support/open-pool.ts'
import { postgresClaims } from './claims.ts'
import { conflictProof } from './conflicts.ts'
import { poolConfig, type StoreConnection } from './connection.ts'
import type { Database } from './database.ts'
import { postgresFences, type Fences } from './fences.ts'
import { generationCheck } from './generation.ts'
import { migrate } from './migrate.ts'
import { storeSignals, type StoreSignals } from './signals.ts'
import type { Claims } from '../queue/claims.ts'
import { postgresActions, type Actions } from './actions.ts'
import { postgresHistory, type History } from './purge.ts'
import { postgresPlanning, type Planning } from './planning.ts'
import { postgresResources, type Resources } from './resources.ts'
import { postgresSweeping, type Sweeping } from './sweeping.ts'

/** The one truth, opened: migrated, with a pool of its own. Queries are functions of `db` or `pool`, one file a table. */
export interface Store {
  readonly connection: StoreConnection
  /** Migrations that the opening ran. */
  readonly migrated: readonly string[]
  readonly pool: pg.Pool
  readonly db: Kysely<Database>
  readonly claims: Claims
  readonly fences: Fences
  readonly planning: Planning
  readonly sweeping: Sweeping
  readonly actions: Actions
  readonly resources: Resources
  readonly history: History
  readonly signals: StoreSignals
  close(): Promise<void>
}

/** Opens and migrates. `tell` hears a sentence when the database turns out to be another server than before. A server that cannot be reached is a SluiceError with exit code 3. */
export async function openStore(
  connection: StoreConnection,
  options: { readonly poolSize?: number; readonly tell?: (sentence: string) => void } = {},
): Promise<Store> {
  const migrated = await migrate(connection).catch((error: unknown) => {
    throw explain(error, connection)
  })
  const verify = generationCheck(options.tell ?? (() => {}))
  const pool = conflictProof(openPool({ ...poolConfig(connection, options.poolSize ?? 10), verify }))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  const signals = storeSignals()
  return {
    connection,
    migrated,
    pool,
    db,
    claims: postgresClaims(pool, signals),
    fences: postgresFences(pool),
    planning: postgresPlanning(pool),
    sweeping: postgresSweeping(pool),
    actions: postgresActions(pool),
    resources: postgresResources(pool),
    history: postgresHistory(pool),
    signals,
    close: () => db.destroy(),
  }
}

function explain(error: unknown, connection: StoreConnection): unknown {
  if (error instanceof SluiceError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (
    !/^(ECONNREFUSED|ENOTFOUND|ENOENT|ETIMEDOUT|EHOSTUNREACH|ECONNRESET|EAI_AGAIN|28\w{3}|3D000|57P03|53300)$/.test(code) &&
    !/timeout|terminated/i.test(error.message)
  )
    return error
  return new SluiceError(`The database at ${place(connection)} cannot be used: ${error.message || code}.`, {
    exitCode: 3,
    hint: 'Check SLUICE_DATABASE_URL, or unset it to use the embedded PostgreSQL.',
    cause: error,
  })
}

/** Host and database only: a URL may hold a password. */
function place(connection: StoreConnection): string {
  if (!('connectionString' in connection)) return `${connection.host}/${connection.database}`
  const url = URL.canParse(connection.connectionString) ? new URL(connection.connectionString) : undefined
  return url ? `${url.host}${url.pathname}` : 'SLUICE_DATABASE_URL'
}
