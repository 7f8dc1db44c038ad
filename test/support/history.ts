import type { Store } from '../../engine/store/open-store.ts'
import { purgeHistory } from '../../engine/store/purge.ts'
import { tendWindows } from '../../engine/store/windows.ts'
import { readRetention } from '../../engine/support/retention.ts'

const day = 86_400_000

/** The instant of a day of this test's history: day 0 is now, so that everything lies behind or before it as it is said. */
export const onDay = (n: number): Date => new Date(Date.now() + n * day)

/** Rows come to a new window from here on, which begins `n` days from now. */
export async function beginWindowOn({ pool }: Pick<Store, 'pool'>, n: number): Promise<void> {
  const begun = await tendWindows(pool, { spanMs: -Infinity }, onDay(n))
  if (begun === undefined) throw new Error('no window began')
}

/** What a purge takes, as of a day. */
export async function purgeOn({ pool }: Pick<Store, 'pool'>, n: number, retention: string): ReturnType<typeof purgeHistory> {
  return purgeHistory(pool, readRetention(retention), { now: onDay(n) })
}
