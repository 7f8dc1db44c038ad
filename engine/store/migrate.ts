import pg from 'pg'
import { createHash } from 'node:crypto'
import { SluiceError } from '../errors.ts'
import { poolConfig, schemaName, type StoreConnection } from './connection.ts'
import { advance, hintsOf, writeHints } from './schema/advance.ts'
import { backfillAgain, backfillPlaces, backfills, endBackfills } from './schema/backfills.ts'
import { claimedTasks, claimTasks } from './schema/claim.ts'
import { deactivatePipeline, reviveDeactivated } from './schema/deactivate.ts'
import { deletedPipelines, deletePipeline } from './schema/delete.ts'
import { cancelAttempts, cancelInstances, failAttempt, spreadFailure } from './schema/fail.ts'
import { finishPipelines } from './schema/finish.ts'
import { history } from './schema/history.ts'
import { beginHeld, beginInstances, holds, pauseComponents } from './schema/holds.ts'
import { markFinished } from './schema/mark-finished.ts'
import { planInterval } from './schema/plan.ts'
import { fillPools, pools } from './schema/pools.ts'
import { rerunInstances, rerunSet } from './schema/rerun.ts'
import { resourceEnds } from './schema/resource-ends.ts'
import { resourceRules } from './schema/resource-rules.ts'
import { resourceFunctions, resourceLease } from './schema/resources.ts'
import { settle, settleOther, settleOthers } from './schema/settle.ts'
import { settleOne } from './schema/settle-one.ts'
import { renewLeases, reoffer, sweep } from './schema/sweep.ts'
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
]

/** Functions are replaced as a whole whenever their text changes. */
const functions = [
  hintsOf,
  writeHints,
  fillPools,
  claimedTasks,
  claimTasks,
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
  planInterval,
  sweep,
  reoffer,
  renewLeases,
  finishPipelines,
  resourceFunctions,
  resourceEnds,
].join('\n')

/** Any number that no one else in the database uses as an advisory lock. */
const lockKey = 7_300_531

/** Brings the schema up to this version's. Idempotent; any number of processes may call it at once, one does the work.
 *  Costs one round trip when nothing is to be done. Resolves to the names of the migrations that it ran. */
export async function migrate(connection: StoreConnection): Promise<readonly string[]> {
  const client = new pg.Client(poolConfig(connection, 1))
  client.on('error', () => {}) // its query tells
  await client.connect()
  try {
    const wanted = fingerprint()
    if ((await currentFingerprint(client)) === wanted) return []
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [lockKey])
    await client.query(`create schema if not exists ${schemaName}`)
    await client.query(
      'create table if not exists schema_migrations (name text primary key, detail text, time timestamptz not null default now())',
    )
    const { rows } = await client.query<{ name: string }>('select name from schema_migrations')
    const done = new Set(rows.map(({ name }) => name))
    refuseNewer(done)
    const missing = migrations.filter((migration) => !done.has(migration.name))
    for (const { name, sql } of missing) {
      await client.query(sql)
      await client.query('insert into schema_migrations (name) values ($1)', [name])
    }
    await client.query(functions)
    await client.query(
      `insert into schema_migrations (name, detail) values ('functions', $1) on conflict (name) do update set detail = excluded.detail, time = now()`,
      [wanted],
    )
    await client.query('commit')
    return [...missing.map(({ name }) => name), 'functions']
  } finally {
    await client.end()
  }
}

async function currentFingerprint(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ found: boolean }>(`select to_regclass('schema_migrations') is not null as found`)
  if (!rows[0]?.found) return undefined
  const answer = await client.query<{ detail: string }>(`select detail from schema_migrations where name = 'functions'`)
  return answer.rows[0]?.detail
}

function fingerprint(): string {
  return createHash('sha256')
    .update(JSON.stringify([migrations, functions]))
    .digest('hex')
}

/** An older Sluice must not write into a schema it does not know. */
function refuseNewer(done: ReadonlySet<string>): void {
  const known = new Set(['functions', ...migrations.map(({ name }) => name)])
  const unknown = [...done].filter((name) => !known.has(name))
  if (unknown.length === 0) return
  throw new SluiceError(`The database was migrated by a newer Sluice (${unknown.join(', ')}).`, {
    exitCode: 2,
    hint: 'Upgrade this Sluice, or point it at another database.',
  })
}
