import type pg from 'pg'
import type { Retention } from '../support/retention.ts'
import { windowOf } from '../support/retention.ts'
import { windowIds } from './schema/windows.ts'
import { keptBytes, listWindows, patiently, tendWindows, type HistoryWindow, type PurgeRecord } from './windows.ts'

/** A window that a purge took, or would take. */
export interface Purged extends PurgeRecord {
  readonly from: Date
  readonly to: Date
}

/** A window that could not go: too many of its runs have not ended, or are waited for. */
export interface Unpurged {
  readonly from: Date
  readonly to: Date
  readonly needed: number
}

export interface PurgeOptions {
  /** The database's clock, when it is not given. */
  readonly now?: Date
  /** Says what would go and changes nothing. */
  readonly dryRun?: boolean
}

/** Drops the windows of which everything is older than the retention, and the oldest until what is left has no more bytes than it says. What has not
 *  ended, and what that needs, stays. Resolves to what went, oldest first. */
export async function purgeHistory(
  pool: pg.Pool,
  retention: Retention,
  { now, dryRun = false }: PurgeOptions = {},
): Promise<{ readonly purged: readonly Purged[]; readonly stuck: Unpurged | undefined }> {
  const purged: Purged[] = []
  for (const { window, because } of await dueWindows(pool, retention, now)) {
    const { number, beginTime: from = new Date(0), endTime: to = new Date(0) } = window
    if (dryRun) {
      purged.push({ from, to, retention: retention.text, because, kept: 0, bytes: window.bytes, ...(await countsOf(pool, number)) })
      continue
    }
    const why = JSON.stringify({ because, retention: retention.text })
    const { rows } = await patiently((waitMs) =>
      pool.query<{ done: (PurgeRecord & { tooMany?: number }) | null }>('select purge_window($1, $2, $3) as done', [number, why, waitMs]),
    )
    const done = rows[0]?.done
    if (!done) break // someone else was faster
    if (done.tooMany !== undefined) return { purged, stuck: { from, to, needed: done.tooMany } }
    purged.push({ ...done, from, to })
  }
  return { purged, stuck: undefined }
}

/** Which windows are to go: the oldest ones, without the present one. */
async function dueWindows(
  pool: pg.Pool,
  { ageMs, bytes = Infinity }: Retention,
  now: Date | undefined,
): Promise<readonly { readonly window: HistoryWindow; readonly because: 'age' | 'bytes' }[]> {
  const windows = (await listWindows(pool)).filter(({ purgedTime }) => purgedTime === undefined)
  const { rows } = await pool.query<{ now: Date }>('select coalesce($1::timestamptz, now()) as now', [now ?? null])
  const oldest = ageMs === undefined ? -Infinity : rows[0]!.now.getTime() - ageMs
  let left = (await keptBytes(pool)) + windows.reduce((sum, each) => sum + each.bytes, 0)
  const due: { window: HistoryWindow; because: 'age' | 'bytes' }[] = []
  for (const window of windows) {
    const isOld = window.endTime !== undefined && window.endTime.getTime() <= oldest
    if (window.endTime === undefined || (!isOld && left <= bytes)) break
    due.push({ window, because: isOld ? 'age' : 'bytes' })
    left -= window.bytes
  }
  return due
}

async function countsOf(pool: pg.Pool, number: number): Promise<Pick<PurgeRecord, 'instances' | 'attempts'>> {
  const [low, high] = [number, number + 1].map((each) => String(each * windowIds))
  const { rows } = await pool.query<{ instances: number; attempts: number }>(
    `select (select count(*)::float8 from instances where id >= $1 and id < $2) as instances, (select count(*)::float8 from attempts where id >= $1 and id < $2) as attempts`,
    [low, high],
  )
  return rows[0]!
}

/** When the history was purged last: runs that were planned before `before` are gone. Undefined when none was. */
export async function lastPurge(
  pool: pg.Pool,
): Promise<{ readonly time: Date; readonly before: Date; readonly retention: string } | undefined> {
  const { rows } = await pool.query<{ time: Date; before: Date; retention: string }>(
    `select purged_time as time, end_time as before, purge ->> 'retention' as retention from windows where purged_time is not null order by number desc limit 1`,
  )
  return rows[0]
}

/** What a server does for the history. */
export interface History {
  /** Begins windows in time, and purges. */
  tend(retention: Retention): ReturnType<typeof purgeHistory>
}

export function postgresHistory(pool: pg.Pool): History {
  return {
    async tend(retention) {
      await tendWindows(pool, windowOf(retention))
      return purgeHistory(pool, retention)
    },
  }
}
