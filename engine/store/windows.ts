import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { windowIds } from './schema/windows.ts'

/** A span of time whose instances, attempts, dependencies and events lie in partitions of their own. Which one is known by their ids. */
export interface HistoryWindow {
  readonly number: number
  /** Undefined for one that is made ahead of need. */
  readonly beginTime: Date | undefined
  /** Undefined as long as rows come to it. */
  readonly endTime: Date | undefined
  readonly purgedTime: Date | undefined
  /** What went with the purge, and why. */
  readonly purge: PurgeRecord | undefined
  /** Tables and indexes of it; what purges kept is not counted. */
  readonly bytes: number
}

export interface PurgeRecord {
  /** The retention that was in force, or what a person asked for: `90 days`. */
  readonly retention: string
  readonly because: 'age' | 'bytes'
  readonly instances: number
  readonly attempts: number
  /** How many instances of it, and of windows before, something still needs. */
  readonly kept: number
  readonly bytes: number
}

/** All windows there are or were, oldest first. */
export async function listWindows(pool: pg.Pool): Promise<readonly HistoryWindow[]> {
  const { rows } = await pool.query<{
    number: number
    begin_time: Date | null
    end_time: Date | null
    purged_time: Date | null
    purge: PurgeRecord | null
    bytes: number
  }>(
    `select w.*, (select coalesce(sum(pg_total_relation_size(to_regclass(t || '_w' || w.number))), 0)::float8 from unnest(array['attempts', 'instances', 'dependencies', 'events']) t) as bytes
      from windows w order by number`,
  )
  return rows.map((row) => ({
    number: row.number,
    beginTime: row.begin_time ?? undefined,
    endTime: row.end_time ?? undefined,
    purgedTime: row.purged_time ?? undefined,
    purge: row.purge ?? undefined,
    bytes: row.bytes,
  }))
}

/** Bytes of what purges kept. */
export async function keptBytes(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    `select coalesce(sum(pg_total_relation_size(oid)), 0)::float8 as bytes from pg_class where relkind = 'r' and relnamespace = current_schema::regnamespace and relname ~ '_kept[0-9]+$'`,
  )
  return rows[0]?.bytes ?? 0
}

/** Makes the next window when there is none yet, and begins it when the present one is full: rows have come to it for `spanMs`, it has grown
 *  beyond `bytes`, or half of its ids are used. `now` is the database's, when it is not given. Resolves to the number of the one that it began. */
export async function tendWindows(
  pool: pg.Pool,
  { spanMs, bytes = Infinity }: { readonly spanMs: number; readonly bytes?: number | undefined },
  now?: Date,
): Promise<number | undefined> {
  const windows = await listWindows(pool)
  const present = windows.findLast(({ beginTime }) => beginTime !== undefined)
  if (!present) return undefined
  const next = present.number + 1
  if (windows.at(-1)?.number === present.number) await patiently(() => pool.query('select make_window($1)', [next]))
  const { rows } = await pool.query<{ used: string; old: boolean }>(
    `select greatest((select last_value from attempts_id_seq), (select last_value from instances_id_seq), (select last_value from events_id_seq)) as used,
      coalesce($2::timestamptz, now()) - $1::timestamptz >= $3::float8 * interval '1 millisecond' as old`,
    [present.beginTime, now ?? null, spanMs],
  )
  const isFull = rows[0]?.old === true || present.bytes > bytes || Number(rows[0]?.used) > (present.number + 0.5) * windowIds
  await pool.query('select raise_floor()')
  if (!isFull) return undefined
  const begun = await patiently(() =>
    pool.query<{ done: boolean }>('select begin_window($1, coalesce($2::timestamptz, now())) as done', [next, now ?? null]),
  )
  await patiently(() => pool.query('select make_window($1)', [next + 1]))
  await pool.query('select raise_floor()')
  return begun.rows[0]?.done ? next : undefined
}

/** Tries what locks whole tables until it gets them: each time it gives up soon, so that nobody waits long behind it. `work` is told for how many
 *  milliseconds it may wait: longer when it was in vain again and again, as beside someone who reads for seconds. */
export async function patiently<T>(work: (waitMs: number) => Promise<T>, tries = 40): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work(tried <= 8 ? 300 : 2000)
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || !['55P03', '40P01'].includes(error.code ?? '') || tried === tries) throw error
      await delay(Math.random() * Math.min(2000, 50 * tried))
    }
  }
}
