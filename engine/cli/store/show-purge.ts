import type { Store } from '../../store/open-store.ts'
import { purgeHistory, type Purged } from '../../store/purge.ts'
import { listWindows, tendWindows } from '../../store/windows.ts'
import { formatBytes } from '../../support/format-bytes.ts'
import { readRetention, windowOf } from '../../support/retention.ts'
import type { Settings } from '../../support/settings.ts'
import type { Terminal } from '../terminal.ts'
import { formatInterval } from '../view/format-time.ts'
import { renderTable } from '../view/render-table.ts'

export interface PurgeRequest {
  readonly olderThan: string | undefined
  readonly dryRun: boolean
  readonly json: boolean
}

/** Purges, or says what a purge would take. Resolves to the exit code. */
export async function showPurge(
  { pool }: Pick<Store, 'pool'>,
  settings: Settings,
  { olderThan, dryRun, json }: PurgeRequest,
  terminal: Terminal,
): Promise<number> {
  const retention = olderThan === undefined ? settings.retention : readRetention(olderThan)
  // Where no server runs nobody else does.
  if (!dryRun) await tendWindows(pool, windowOf(settings.retention))
  const { purged, stuck } = await purgeHistory(pool, retention, { dryRun })
  if (json) {
    for (const each of purged) terminal.print(JSON.stringify({ event: dryRun ? 'would purge' : 'purged', ...each }))
    if (stuck) terminal.print(JSON.stringify({ event: 'not purged', ...stuck }))
    return stuck ? 1 : 0
  }
  if (purged.length > 0) tell(purged, dryRun, terminal)
  else if (!stuck) terminal.print(await nothingWords(pool, retention.text))
  if (stuck) {
    const needed = stuck.needed.toLocaleString('en-US')
    terminal.print(
      `The history from ${time(stuck.from)} to ${time(stuck.to)} stays: ${needed} of its runs have not ended, or something waits for them. See: sluice runs`,
    )
  }
  return stuck ? 1 : 0
}

function tell(purged: readonly Purged[], dryRun: boolean, terminal: Terminal): void {
  const rows = purged.map(({ from, to, instances, attempts, kept, bytes, because }) => [
    time(from),
    time(to),
    ...[instances, attempts].map((count) => count.toLocaleString('en-US')),
    ...(dryRun ? [] : [kept.toLocaleString('en-US')]),
    formatBytes(bytes),
    because === 'age' ? 'too old' : 'too much',
  ])
  renderTable(['FROM', 'TO', 'RUNS', 'ATTEMPTS', ...(dryRun ? [] : ['KEPT']), 'SIZE', 'WHY'], rows).forEach(terminal.print)
  const bytes = formatBytes(purged.reduce((sum, each) => sum + each.bytes, 0))
  terminal.print(dryRun ? `A purge would free up to ${bytes}: what is still needed stays.` : `Freed ${bytes}.`)
}

async function nothingWords(pool: Store['pool'], retention: string): Promise<string> {
  const there = (await listWindows(pool)).filter(({ purgedTime, beginTime }) => !purgedTime && beginTime)
  const oldest = there.find(({ endTime }) => endTime)
  const when = oldest?.endTime
    ? `The oldest window of the history ended ${time(oldest.endTime)}.`
    : 'There is one window of history, to which runs still come.'
  return `Nothing is beyond ${retention}. ${when}`
}

function time(instant: Date): string {
  return formatInterval(new Date(Math.floor(instant.getTime() / 1000) * 1000))
}
