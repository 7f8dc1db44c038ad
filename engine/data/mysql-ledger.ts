import type { MysqlSession } from '../clients/mysql-client.ts'
import type { InstanceIdentity } from '../spec/context.ts'

/** Makes the table of what was published, when it is missing: in the target's database, so that data and record commit as one. */
export async function ensureLedger(session: MysqlSession): Promise<void> {
  await session.query(`
    create table if not exists sluice_ledger (
      target varchar(160) not null, publish_key varchar(200) not null, attempt_key varchar(64) not null, row_count bigint,
      published_time timestamp not null default current_timestamp, primary key (target, publish_key)
    ) engine = InnoDB character set utf8mb4 collate utf8mb4_bin`)
}

/** Whether the run has published to the target already. */
export async function isPublished(session: MysqlSession, target: string, { publishKey }: InstanceIdentity): Promise<boolean> {
  const { rows } = await session.query('select target from sluice_ledger where target = ? and publish_key = ?', [target, publishKey])
  return rows.length > 0
}

/** Records the publishing in the open transaction. False when another attempt of the run was first; waits for one that is about to be. */
export async function recordPublishing(session: MysqlSession, target: string, instance: InstanceIdentity, rows: number): Promise<boolean> {
  const { rowCount } = await session.query(
    'insert ignore into sluice_ledger (target, publish_key, attempt_key, row_count) values (?, ?, ?, ?)',
    [target, instance.publishKey, instance.attemptKey, String(rows)],
  )
  return rowCount === 1
}
