import type { PostgresSession } from '../clients/postgres-client.ts'
import type { InstanceIdentity } from '../spec/context.ts'

/** Makes the table of what was published, when it is missing. It stands in the target's database, so that data and record commit
 *  as one. Two that make it at once do not collide. */
export async function ensureLedger(session: PostgresSession): Promise<void> {
  const { rows } = await session.query(`select to_regclass('sluice_ledger')`)
  if (rows[0]?.[0]) return
  await session.begin()
  await session.query(`select pg_advisory_xact_lock(hashtextextended('sluice_ledger', 0))`)
  await session.query(`
    create table if not exists sluice_ledger (
      target text not null, publish_key text not null, attempt_key text not null, row_count bigint,
      published_time timestamptz not null default now(), primary key (target, publish_key))`)
  await session.commit()
}

/** Whether the run has published to the target already. */
export async function isPublished(session: PostgresSession, target: string, { publishKey }: InstanceIdentity): Promise<boolean> {
  const { rows } = await session.query('select 1 from sluice_ledger where target = $1 and publish_key = $2', [target, publishKey])
  return rows.length > 0
}

/** Records the publishing in the open transaction. False when another attempt of the run was first; waits for one that is about to be. */
export async function recordPublishing(
  session: PostgresSession,
  target: string,
  instance: InstanceIdentity,
  rows?: number,
): Promise<boolean> {
  const { rowCount } = await session.query(
    `insert into sluice_ledger (target, publish_key, attempt_key, row_count) values ($1, $2, $3, $4) on conflict do nothing`,
    [target, instance.publishKey, instance.attemptKey, rows === undefined ? null : String(rows)],
  )
  return rowCount === 1
}
