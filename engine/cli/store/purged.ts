import type { Store } from '../../store/open-store.ts'
import { lastPurge } from '../../store/purge.ts'

/** What to say where a run is not found that may have been purged; undefined when nothing ever was. */
export async function purgedNote({ pool }: Pick<Store, 'pool'>): Promise<string | undefined> {
  const last = await lastPurge(pool)
  if (!last) return undefined
  const [before, time] = [last.before, last.time].map((each) => each.toISOString().slice(0, 16).replace('T', ' '))
  return `Runs planned before ${before} were purged on ${time} UTC; retention is ${last.retention}.`
}
