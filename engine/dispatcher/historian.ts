import type { History } from '../store/purge.ts'
import type { Store } from '../store/open-store.ts'
import { formatBytes } from '../support/format-bytes.ts'
import { windowOf, type Retention } from '../support/retention.ts'
import { startLoop } from '../support/wakeable-loop.ts'

export interface HistorianOptions {
  readonly store: Pick<Store, 'history'>
  readonly retention: Retention
  /** Hears a sentence for each purge. */
  readonly tell: (sentence: string) => void
  readonly onError: (error: unknown) => void
}

/** Has the windows of the history begin in time and purges what is beyond the retention. Any number of them may run on one store. */
export function startHistorian({ store, retention, tell, onError }: HistorianOptions): { stop(): Promise<void> } {
  const everyMs = Math.min(60_000, windowOf(retention).spanMs / 4)
  let told: string | undefined
  const tend = async (): Promise<number> => {
    const { purged, stuck } = await store.history.tend(retention)
    for (const each of purged) tell(purgeWords(each))
    // Once, not once a minute.
    const trouble = stuck && stuckWords(stuck)
    if (trouble !== undefined && trouble !== told) tell(trouble)
    told = trouble
    return everyMs
  }
  return startLoop(tend, { onError })
}

type Tended = Awaited<ReturnType<History['tend']>>

/** `Purged: 1,200 runs planned from 2026-01-01 to 2026-01-08 ...`. */
function purgeWords({ from, to, instances, bytes, kept, because, retention }: Tended['purged'][number]): string {
  const why = because === 'age' ? 'older than the retention' : 'beyond the bytes of the retention'
  const still = kept > 0 ? `, ${kept.toLocaleString('en-US')} that are still needed were kept` : ''
  return `Purged the history from ${day(from)} to ${day(to)}, ${why} of ${retention}: ${instances.toLocaleString('en-US')} runs, ${formatBytes(bytes)}${still}.`
}

function stuckWords({ from, to }: NonNullable<Tended['stuck']>): string {
  return `The history from ${day(from)} to ${day(to)} is not purged yet: too many of its runs have not ended, or are waited for. See: sluice runs`
}

function day(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ')
}
