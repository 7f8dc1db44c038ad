import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { BenchOptions } from './run.ts'
import { durableCommitMs } from './lib/calibrate.ts'
import { openExecutions, type Executions } from './lib/executions.ts'
import { noopDefinition } from './lib/noop-definition.ts'
import { startPart, type PartProcess } from './lib/parts.ts'
import { startServers } from './lib/servers.ts'
import { formatSpread, quantile, spread } from './lib/stats.ts'

const pipelines = 1000
const workers = 2

/** W4: executions of two tasks, begun at a constant rate by a client that does not wait, on a server and two workers in processes of their own, with
 *  Redis. The rate rises until the 95th percentile is above a second: the knee. Then as many as go, with a snapshot held open and without; then
 *  70 % of the knee while a worker is killed each minute. */
export async function run({ pairs, shorter }: BenchOptions): Promise<void> {
  await using servers = await startServers()
  const home = await mkdtemp(join(tmpdir(), 'sluice-bench-home-'))
  const floorUrl = await servers.databaseUrl('floor')
  const databaseUrl = await servers.databaseUrl('ours')
  const environment = { SLUICE_HOME: home, SLUICE_DATABASE_URL: databaseUrl, SLUICE_REDIS_URL: servers.redisUrl }
  await using executions = await openExecutions(databaseUrl, noopDefinition({ first: [], second: ['first'] }), pipelines)
  await using parts = new AsyncDisposableStack()
  const start = async (part: 'server' | 'worker'): Promise<PartProcess> => parts.use(await startPart(part, environment))
  await start('server')
  const working = await Promise.all(Array.from({ length: workers }, () => start('worker')))
  console.log(
    `F ${(await durableCommitMs(floorUrl)).toFixed(2)} ms; ${pipelines} pipelines on demand, 1 server, ${workers} workers of 20 slots`,
  )

  await offer(executions, 20, 5 / shorter)
  const unloaded = await offer(executions, 5, 10 / shorter)
  console.log(`unloaded, 5 a second: ${said(unloaded)}`)
  const knee = await findKnee(executions, 10 / shorter)
  console.log(`knee: ${knee.toFixed(0)} executions a second`)
  await compareHeld(executions, databaseUrl, { pairs: Math.min(pairs, 2), seconds: 180 / shorter })
  await surviveKills(executions, working, () => start('worker'), { rate: 0.7 * knee, seconds: 600 / shorter, everyMs: 60_000 / shorter })
  await rm(home, { recursive: true })
}

interface Offered {
  readonly rate: number
  /** Ended within the time, each second. */
  readonly rateEnded: number
  readonly p50: number
  readonly p95: number
}

function said({ p50, p95, rateEnded }: Offered): string {
  return `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, ${rateEnded.toFixed(0)} a second ended in time`
}

/** Begins `rate` executions a second for `seconds`, whatever becomes of them, then waits for the last. */
async function offer(executions: Executions, rate: number, seconds: number, meanwhile?: Promise<unknown>): Promise<Offered> {
  await executions.forget()
  const start = Date.now()
  const total = Math.round(rate * seconds)
  const begun: Promise<void>[] = []
  for (let index = 0; index < total; index++) {
    const wantedMs = start + (index * 1000) / rate
    const early = wantedMs - Date.now()
    if (early > 0) await delay(early)
    begun.push(executions.begin(wantedMs))
  }
  const stop = start + seconds * 1000
  await Promise.all([...begun, meanwhile])
  await untilEnded(executions)
  const all = await executions.all()
  const latencies = all.map(({ wantedMs, endedMs = Number.POSITIVE_INFINITY }) => endedMs - wantedMs)
  const inTime = all.filter(({ endedMs = Number.POSITIVE_INFINITY }) => endedMs <= stop + 1000).length
  return { rate, rateEnded: inTime / seconds, p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95) }
}

async function untilEnded(executions: Executions): Promise<void> {
  for (let waited = 0; (await executions.open()) > 0; waited++) {
    if (waited > 600) return // told as wrong at the end
    await delay(200)
  }
}

/** The highest rate at which the 95th percentile stays below a second, to 10 %. */
async function findKnee(executions: Executions, seconds: number): Promise<number> {
  let best = 0
  for (let rate = 20; ; rate *= best === 0 ? 1.5 : 1.25) {
    const offered = await offer(executions, rate, seconds)
    console.log(`  ${rate.toFixed(0)} a second: ${said(offered)}`)
    if (offered.p95 > 1000) return best
    best = rate
  }
}

/** Executions a second, as many as go, without and with a REPEATABLE READ transaction that was there before them. */
async function compareHeld(
  executions: Executions,
  databaseUrl: string,
  { pairs, seconds }: { pairs: number; seconds: number },
): Promise<void> {
  const ratios: number[] = []
  for (let pair = 0; pair < pairs; pair++) {
    const measured: Record<'free' | 'held', number> = { free: 0, held: 0 }
    for (const way of pair % 2 === 0 ? (['free', 'held'] as const) : (['held', 'free'] as const)) {
      await using holder = way === 'held' ? await holdSnapshot(databaseUrl) : undefined
      measured[way] = await saturate(executions, seconds)
      if (holder) await holder.look()
    }
    console.log(
      `  ${measured.free.toFixed(0)} a second without, ${measured.held.toFixed(0)} with a snapshot held for ${seconds.toFixed(0)} s`,
    )
    ratios.push(measured.held / measured.free)
  }
  console.log(`goal 0.95: ${formatSpread(spread(ratios))} x as many with a snapshot held`)
}

async function holdSnapshot(databaseUrl: string): Promise<AsyncDisposable & { look(): Promise<unknown> }> {
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=sluice' })
  await client.connect()
  await client.query('begin isolation level repeatable read')
  const look = (): Promise<unknown> => client.query('select count(*) from workers')
  await look()
  return {
    look,
    async [Symbol.asyncDispose]() {
      await client.query('rollback')
      await client.end()
    },
  }
}

/** Ended executions a second while 64 are under way at any time. */
async function saturate(executions: Executions, seconds: number): Promise<number> {
  await executions.forget()
  const start = performance.now()
  const beginning = new Set<Promise<void>>()
  let begun = 0
  while (performance.now() - start < seconds * 1000) {
    const open = begun - (await executions.ended())
    for (let index = open; index < 64; index++, begun++) {
      const one = executions.begin(Date.now()).finally(() => beginning.delete(one))
      beginning.add(one)
    }
    await delay(10)
  }
  const rate = (await executions.ended()) / ((performance.now() - start) / 1000)
  await Promise.all(beginning)
  await untilEnded(executions)
  return rate
}

interface Killing {
  readonly rate: number
  readonly seconds: number
  readonly everyMs: number
}

async function surviveKills(
  executions: Executions,
  working: PartProcess[],
  startWorker: () => Promise<PartProcess>,
  { rate, seconds, everyMs }: Killing,
): Promise<void> {
  const end = performance.now() + seconds * 1000
  let kills = 0
  const killing = async (): Promise<void> => {
    while (performance.now() + everyMs < end) {
      await delay(everyMs)
      await working.shift()?.kill()
      kills++
      working.push(await startWorker())
    }
  }
  const offered = await offer(executions, rate, seconds, killing())
  const wrong = await executions.wrong()
  console.log(`${rate.toFixed(0)} a second for ${seconds.toFixed(0)} s with ${kills} kills: ${said(offered)}`)
  if (executions.refused > 0) console.log(`  ${executions.refused} in all were refused at once, the store being too busy`)
  console.log(`  goal none lost, none done twice: ${wrong.length === 0 ? 'none' : wrong.join('; ')}`)
}
