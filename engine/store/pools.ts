import type pg from 'pg'
import { tellOthers } from './remote-signals.ts'
import type { StoreSignals } from './signals.ts'

export interface PoolRecord {
  readonly name: string
  readonly slots: number
  /** Attempts that run, or are offered to workers. */
  readonly taken: number
  /** Attempts that wait for a slot. */
  readonly waiting: number
}

/** Every pool, by name. */
export async function listPools(pool: pg.Pool): Promise<readonly PoolRecord[]> {
  const { rows } = await pool.query<PoolRecord>(
    `select p.name, p.slots,
      (select count(*)::int from attempts a where a.pool = p.name and a.status in ('WAITING_FOR_RUNNER', 'RUNNING') and a.held is null) as taken,
      (select count(*)::int from attempts a where a.pool = p.name and a.held = 'POOL') as waiting
      from pools p order by p.name`,
  )
  return rows
}

/** Makes those of the pools that there are not yet, with one slot. Resolves to the names of the new ones. */
export async function ensurePools(pool: pg.Pool, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return []
  const { rows } = await pool.query<{ name: string }>(
    'insert into pools (name, slots) select name, 1 from unnest($1::text[]) as name order by name on conflict do nothing returning name',
    [names],
  )
  return rows.map(({ name }) => name)
}

/** Gives a pool, new or not, so many slots. With fewer than are taken nothing is stopped: slots are free again once that many have ended. */
export async function setPool({ pool, signals }: PoolStore, name: string, slots: number): Promise<void> {
  await pool.query('insert into pools (name, slots) values ($1, $2) on conflict (name) do update set slots = excluded.slots', [name, slots])
  await pool.query(`select fill_pools(), ${tellOthers}`)
  signals.emit('outbox')
}

/** Takes a pool away. False when there is none, or something waits for it or is under way in it. */
export async function removePool({ pool }: PoolStore, name: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `delete from pools where name = $1 and not exists (select 1 from attempts where pool = $1 and status in ('WAITING_FOR_RUNNER', 'RUNNING'))`,
    [name],
  )
  return rowCount === 1
}

interface PoolStore {
  readonly pool: pg.Pool
  readonly signals: StoreSignals
}
