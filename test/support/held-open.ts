import type pg from 'pg'
import { until } from './until.ts'

/** What `work` returns, done in a transaction that stays open until `commit`: for races that have to be met exactly. */
export async function heldOpen<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<{ result: T; commit: () => Promise<void> }> {
  const client = await pool.connect()
  await client.query('begin')
  const result = await work(client)
  return {
    result,
    async commit() {
      await client.query('commit')
      client.release()
    },
  }
}

/** Resolves when a statement of this database waits for another's lock. */
export async function someoneWaits(pool: pg.Pool): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await until(async () => (await pool.query(waiting)).rowCount !== 0, { what: 'a statement waits for a lock' })
}
