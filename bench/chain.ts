import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bullmqHopMs, durableCommitMs } from './lib/calibrate.ts'
import { interleave, type Contestant } from './lib/interleave.ts'
import { peerChain, warmUps } from './lib/peer.ts'
import { printComparison } from './lib/report.ts'
import { startServers, type Servers } from './lib/servers.ts'
import { formatSpread } from './lib/stats.ts'
import type { Graph } from './lib/noop-definition.ts'
import { openWarmEngine, type WarmEngineOptions } from './lib/warm-engine.ts'
import { dbos } from './peers/dbos.ts'
import { graphileWorker } from './peers/graphile-worker.ts'
import { pgBoss } from './peers/pg-boss.ts'

const length = 40

const chain: Graph = Object.fromEntries(Array.from({ length }, (_, i) => [`task${i}`, i === 0 ? [] : [`task${i - 1}`]]))

/** W1: 40 dependent no-ops, warm. Goal: 1.5 x 40 x F where the worker goes on with what it readied, 1.5 x 40 x (R + F) where every task
 *  takes the way through Redis. */
export async function run({ pairs }: { readonly pairs: number }): Promise<void> {
  await using servers = await startServers()
  const home = await mkdtemp(join(tmpdir(), 'sluice-bench-home-'))
  const floorUrl = await servers.databaseUrl('floor')
  const floor = (): Promise<number> => durableCommitMs(floorUrl)

  const embedded = await ours(servers, 'going on, hints through PostgreSQL', { home })
  const peers = await Promise.all(
    [graphileWorker, dbos, pgBoss].map(async (driver) =>
      peerChain(driver, await servers.databaseUrl(`peer_${driver.name.replaceAll(/\W+/g, '_')}`), length),
    ),
  )
  const first = await interleave(
    embedded,
    [await ours(servers, 'going on, hints through Redis', { home, redisUrl: servers.redisUrl }), ...peers],
    { pairs, floor },
  )
  printComparison(`Sluice, ${embedded.name}`, first)
  console.log(`  goal 1.5: ${(first.ours.median / (length * first.floor.median)).toFixed(2)} x 40 x F`)

  const through = await ours(servers, 'every task through Redis', { home, redisUrl: servers.redisUrl, goOn: false })
  const hop: Contestant = { name: '40 bare BullMQ hops', measure: async () => length * (await bullmqHopMs(servers.redisUrl)) }
  const second = await interleave(through, [hop], { pairs, floor })
  printComparison(`Sluice, ${through.name}`, second)
  const hops = second.comparisons[0]!.theirs
  console.log(
    `  goal 1.5: ${(second.ours.median / (hops.median + length * second.floor.median)).toFixed(2)} x 40 x (R + F), 40 R = ${formatSpread(hops, 1)} ms`,
  )
  await rm(home, { recursive: true })
}

async function ours(servers: Servers, name: string, options: Pick<WarmEngineOptions, 'home' | 'redisUrl' | 'goOn'>): Promise<Contestant> {
  const databaseUrl = await servers.databaseUrl(`ours_${name.replaceAll(/\W+/g, '_').toLowerCase().slice(0, 40)}`)
  return {
    name,
    async measure() {
      await using engine = await openWarmEngine({ ...options, databaseUrl, slots: 10 })
      for (let round = 0; round < warmUps; round++) await engine.run(chain)
      return await engine.run(chain) // else it would be stopped first
    },
  }
}
