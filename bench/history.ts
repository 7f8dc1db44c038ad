import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../engine/store/embedded/embedded.ts'
import { openStore } from '../engine/store/open-store.ts'
import { formatBytes } from '../engine/support/format-bytes.ts'
import { readRetention } from '../engine/support/retention.ts'
import { simulatedDays, type SimulatedDay } from './lib/simulated-days.ts'

/** `SLUICE_BENCH_HISTORY="days, instances a day"`, for less than a year at 100,000 instances a day. */
const [days = 365, instancesADay = 100_000] = (process.env['SLUICE_BENCH_HISTORY'] ?? '').split(',').filter(Boolean).map(Number)

/** A year of 100,000 instances a day on a virtual clock, kept for 60 days and 8 GB at most: tables and indexes stay within that, and the path of a
 *  task does not slow. */
export async function run(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'sluice-bench-history-'))
  const server = await startEmbedded(home)
  const store = await openStore(server.connection)
  const retention = readRetention(process.env['SLUICE_RETENTION'] ?? '60 days, 8 GB')
  try {
    let largest = 0
    let purged = 0
    for await (const day of simulatedDays(store, { days, instancesADay, retention, measureEvery: Math.max(1, Math.round(days / 24)) })) {
      largest = Math.max(largest, day.bytes)
      purged += day.purged
      if (day.path) console.log(line(day, purged))
    }
    console.log(
      `largest after a purge: ${formatBytes(largest)}; retention ${retention.text}, ${instancesADay.toLocaleString('en-US')} instances a day`,
    )
  } finally {
    await store.close()
    await server.stop()
    await rm(home, { recursive: true })
  }
}

function line({ day, bytes, windows, path }: SimulatedDay, purged: number): string {
  const words = `day ${day}: ${formatBytes(bytes)} in ${windows} windows, ${purged} purged`
  return `${words}; chain of 40 planned in ${path?.planMs.toFixed(1)} ms, each settled in ${path?.settleMs.toFixed(3)} ms`
}
