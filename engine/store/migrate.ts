import pg from 'pg'
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { SluiceError } from '../errors.ts'
import { poolConfig, schemaName, type StoreConnection } from './connection.ts'
import { tellAll } from './remote-signals.ts'
import { advance, hintsOf, lockInstances, writeHints } from './schema/advance.ts'
import { backfillAgain, backfillPlaces, backfills, endBackfills } from './schema/backfills.ts'
import { claimedTasks, claimTasks, lookAtAttempts } from './schema/claim.ts'
import { deactivatePipeline, reviveDeactivated } from './schema/deactivate.ts'
import { deletedPipelines, deletePipeline } from './schema/delete.ts'
import { cancelAttempts, cancelInstances, failAttempt, spreadFailure } from './schema/fail.ts'
import { finishPipelines } from './schema/finish.ts'
import { enterGeneration, generations } from './schema/generations.ts'
import { history } from './schema/history.ts'
import { outbox, outboxWritten } from './schema/outbox.ts'
import { beginHeld, beginInstances, holds, pauseComponents } from './schema/holds.ts'
import { markFinished } from './schema/mark-finished.ts'
import { openSchedules } from './schema/open-schedules.ts'
import { planIntervals } from './schema/plan.ts'
import { fillPools, pools } from './schema/pools.ts'
import { publications } from './schema/publications.ts'
import { neededOf, purgeWindow } from './schema/purge.ts'
import { rerunInstances, rerunSet } from './schema/rerun.ts'
import { resourceEnds } from './schema/resource-ends.ts'
import { resourceRules } from './schema/resource-rules.ts'
import { resourceFunctions, resourceLease } from './schema/resources.ts'
import { settle, settleOther, settleOthers } from './schema/settle.ts'
import { settleOne } from './schema/settle-one.ts'
import { renewLeases, reoffer, sweep } from './schema/sweep.ts'
import { beginWindow, makeWindow, raiseFloor, windows } from './schema/windows.ts'
import { skipUnreachable } from './schema/skip-unreachable.ts'
import { tables } from './schema/tables.ts'

/** Forward only, in this order. What has run is never edited: a change of a table is a new entry. */
const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  { name: '0001-tables', sql: tables },
  { name: '0002-resource-lease', sql: resourceLease },
  { name: '0003-holds', sql: holds },
  { name: '0004-backfills', sql: backfills },
  { name: '0005-deleted-pipelines', sql: deletedPipelines },
  { name: '0006-pools', sql: pools },
  { name: '0010-resource-rules', sql: resourceRules },
  { name: '0020-history', sql: history },
  { name: '0030-windows', sql: windows },
  { name: '0040-generations', sql: generations },
  { name: '0050-open-schedules', sql: openSchedules },
  { name: '0060-outbox', sql: outbox },
  { name: '0061-publications', sql: publications },
]

/** Functions are replaced as a whole whenever their text changes. */
const functions = [
  outboxWritten,
  makeWindow,
  beginWindow,
  raiseFloor,
  neededOf,
  purgeWindow,
  lockInstances,
  hintsOf,
  writeHints,
  fillPools,
  claimedTasks,
  claimTasks,
  lookAtAttempts,
  cancelAttempts,
  spreadFailure,
  cancelInstances,
  failAttempt,
  settleOther,
  settleOthers,
  advance,
  settle,
  settleOne,
  markFinished,
  rerunSet,
  rerunInstances,
  deactivatePipeline,
  reviveDeactivated,
  beginInstances,
  beginHeld,
  pauseComponents,
  skipUnreachable,
  backfillAgain,
  backfillPlaces,
  endBackfills,
  deletePipeline,
  planIntervals,
  sweep,
  reoffer,
  renewLeases,
  finishPipelines,
  resourceFunctions,
  resourceEnds,
  enterGeneration,
].join('\n')

/** What one version of Sluice makes of a database. */
export interface Release {
  /** Raised with every change of tables or functions that is published. */
  readonly version: number
  /** The oldest version whose processes may go on, or start again, beside this one. Tables and functions are first added to, so that it stays behind; it is
   *  raised when something that they use is taken away. */
  readonly oldest: number
  readonly migrations: readonly { readonly name: string; readonly sql: string }[]
  /** Replaced as a whole whenever their text changes. */
  readonly functions: string
}

export const ownRelease: Release = { version: 1, oldest: 1, migrations, functions }

/** Any number that no one else in the database uses as an advisory lock. */
const lockKey = 7_300_531

/** How long a change of a table waits for those who use it: whoever comes after it waits behind it. Then all is undone, and tried again later. */
const lockTimeoutMs = 2000
const lockTries = 15

/** Brings the schema up to this version's. Idempotent; any number of processes may call it at once, one does the work, and others go on with theirs.
 *  Costs two round trips when nothing is to be done. A newer schema that can live with this version is left as it is. Resolves to the names of
 *  the migrations that it ran.
 *  @throws SluiceError (exit code 2) when a newer Sluice has migrated the database beyond this one; (3) when tables are in use all the time. */
export async function migrate(connection: StoreConnection, release: Release = ownRelease): Promise<readonly string[]> {
  const client = new pg.Client(poolConfig(connection, 1))
  client.on('error', () => {}) // its query tells
  await client.connect()
  try {
    for (let tries = 1; ; tries++) {
      if (!(await isBehind(client, release))) return []
      try {
        return await migrateOnce(client, release)
      } catch (error) {
        await client.query('rollback').catch(() => {}) // the connection may be what failed
        if (!isLockTimeout(error)) throw error
        if (tries === lockTries) throw inUse(error)
        await delay(100 * tries * (0.5 + Math.random()))
      }
    }
  } finally {
    await client.end()
  }
}

async function migrateOnce(client: pg.Client, release: Release): Promise<readonly string[]> {
  await client.query('begin')
  await client.query('select pg_advisory_xact_lock($1)', [lockKey])
  await client.query(`set local lock_timeout = ${lockTimeoutMs}`)
  await client.query(`create schema if not exists ${schemaName}`)
  await client.query(
    'create table if not exists schema_migrations (name text primary key, detail text, time timestamptz not null default now())',
  )
  if (!(await isBehind(client, release))) return client.query('commit').then(() => []) // someone was faster
  const { rows } = await client.query<{ name: string }>('select name from schema_migrations')
  const done = new Set(rows.map(({ name }) => name))
  const missing = release.migrations.filter(({ name }) => !done.has(name))
  for (const { name, sql } of missing) {
    await client.query(sql)
    await client.query('insert into schema_migrations (name) values ($1)', [name])
  }
  await client.query(release.functions)
  for (const [name, detail] of [
    ['functions', fingerprint(release)],
    ['version', JSON.stringify({ version: release.version, oldest: release.oldest })],
  ]) {
    await client.query(
      `insert into schema_migrations (name, detail) values ($1, $2) on conflict (name) do update set detail = excluded.detail, time = now()`,
      [name, detail],
    )
  }
  await client.query(`select ${tellAll}`)
  await client.query('commit')
  return [...missing.map(({ name }) => name), 'functions']
}

/** Whether the release has something to do. Throws when it is too old for what it finds. */
async function isBehind(client: pg.Client, release: Release): Promise<boolean> {
  const found = await foundVersion(client)
  if (!found) return true
  if (found.oldest > release.version) throw newer(found)
  return found.version < release.version || (found.version === release.version && found.functions !== fingerprint(release))
}

/** What a database says of the Sluice that migrated it last. */
interface FoundVersion {
  readonly version: number
  readonly oldest: number
  readonly functions: string | undefined
}

async function foundVersion(client: Pick<pg.Client, 'query'>): Promise<FoundVersion | undefined> {
  const { rows } = await client.query<{ found: boolean }>(`select to_regclass('schema_migrations') is not null as found`)
  if (!rows[0]?.found) return undefined
  const { rows: details } = await client.query<{ name: string; detail: string }>(
    `select name, detail from schema_migrations where name in ('functions', 'version')`,
  )
  const detailOf = (wanted: string): string | undefined => details.find(({ name }) => name === wanted)?.detail
  const { version = 0, oldest = 0 } = JSON.parse(detailOf('version') ?? '{}') as Partial<FoundVersion>
  return { version, oldest, functions: detailOf('functions') }
}

/** Rejects as `migrate` does when a newer Sluice has meanwhile taken away what this one uses. */
export async function checkVersion(pool: pg.Pool): Promise<void> {
  const found = await foundVersion(pool)
  if (found && found.oldest > ownRelease.version) throw newer(found)
}

function fingerprint({ migrations: steps, functions: text }: Release): string {
  return createHash('sha256')
    .update(JSON.stringify([steps, text]))
    .digest('hex')
}

/** An older Sluice must not write into a schema it does not know. */
function newer({ version, oldest }: FoundVersion): SluiceError {
  return new SluiceError(
    `The database was migrated by a newer Sluice: its schema is version ${version} and needs ${oldest} or newer, but this one's is ${ownRelease.version}.`,
    { exitCode: 2, hint: 'Upgrade this Sluice, or point it at another database.' },
  )
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '55P03' || error.code === '40P01')
}

function inUse(cause: unknown): SluiceError {
  return new SluiceError('The database could not be migrated: its tables are in use all the time, by a long transaction maybe.', {
    exitCode: 3,
    hint: 'Look for it with: select pid, xact_start, query from pg_stat_activity order by xact_start; then try again. Nothing was changed.',
    cause,
  })
}
