import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { startEmbedded } from '../engine/store/embedded/embedded.ts'
import { formatSpread, spread } from './lib/stats.ts'

const launcher = join(import.meta.dirname, '..', 'bin', 'sluice.js')

const pipeline = `sluice: 1
name: cold
defaults: { scheduleType: ondemand }
activities: { hello: { type: ShellCommandActivity, command: echo hello } }
`

/** How long an idle server is watched. */
const idleSeconds = 30

/** Cold starts: `sluice run` of one shell activity as a whole process, on an empty home and on one that is there; beside it `node -e 0`.
 *  And what an idle `sluice up` costs, its PostgreSQL included. Goals: 4 s, 1.2 s, 250 MB, 1 % of a core. */
export async function run({ pairs }: { readonly pairs: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-cold-'))
  const file = join(folder, 'cold.yaml')
  await writeFile(file, pipeline)
  const [empty, existing, node]: [number[], number[], number[]] = [[], [], []]
  await embeddedStarts(folder, pairs)
  for (let pair = 0; pair < pairs; pair++) {
    const home = join(folder, `home${pair}`)
    empty.push(await wholeProcess([launcher, 'run', file], home))
    existing.push(await wholeProcess([launcher, 'run', file], home))
    node.push(await wholeProcess(['-e', '0'], home))
  }
  console.log(`sluice run, empty home: ${formatSpread(spread(empty), 0)} ms, goal 4000`)
  console.log(
    `sluice run, existing home: ${formatSpread(spread(existing), 0)} ms, goal 1200; node -e 0: ${formatSpread(spread(node), 0)} ms`,
  )
  await idle(join(folder, 'home0'))
  await rm(folder, { recursive: true })
}

/** The embedded PostgreSQL alone: from nothing, and from a home that is there, to the answer of the first query. */
async function embeddedStarts(folder: string, pairs: number): Promise<void> {
  const [first, later]: [number[], number[]] = [[], []]
  for (let pair = 0; pair < pairs; pair++) {
    const home = join(folder, `embedded${pair}`)
    first.push(await embeddedStart(home))
    later.push(await embeddedStart(home))
  }
  console.log(
    `embedded PostgreSQL, first start to first query: ${formatSpread(spread(first), 0)} ms, goal 3000; later: ${formatSpread(spread(later), 0)} ms, goal 500`,
  )
}

async function embeddedStart(home: string): Promise<number> {
  const start = performance.now()
  const server = await startEmbedded(home)
  const client = new pg.Client(server.connection)
  await client.connect()
  await client.query('select 1')
  const tookMs = performance.now() - start
  await client.end()
  await server.stop()
  return tookMs
}

async function wholeProcess(args: readonly string[], home: string): Promise<number> {
  const start = performance.now()
  const child = spawn(process.execPath, args, { env: { ...process.env, SLUICE_HOME: home }, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(child, 'exit')) as [number]
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return performance.now() - start
}

async function idle(home: string): Promise<void> {
  const child = spawn(process.execPath, [launcher, 'up'], {
    env: { ...process.env, SLUICE_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  await delay(5000) // what it does at its start is not idling
  const before = await cpuTicks(child.pid!)
  await delay(idleSeconds * 1000)
  const ticks = (await cpuTicks(child.pid!)) - before
  const megabytes = await memory(child.pid!)
  console.log(`sluice up, idle: ${megabytes.toFixed(0)} MB (goal 250), ${(ticks / idleSeconds).toFixed(2)} % of a core (goal 1)`)
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Proportional memory of a process and everything under it, in MB. */
async function memory(root: number): Promise<number> {
  const sizes = await Promise.all(
    (await tree(root)).map(async (pid) => Number(/^Pss:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1])),
  )
  return sizes.reduce((sum, size) => sum + size, 0) / 1024
}

/** Hundredths of a second of processor time that a process and everything under it have used. */
async function cpuTicks(root: number): Promise<number> {
  const ticks = await Promise.all(
    (await tree(root)).map(async (pid) => {
      const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')
      return Number(fields[11]) + Number(fields[12])
    }),
  )
  return ticks.reduce((sum, each) => sum + each, 0)
}

async function tree(root: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = new Map<number, number>()
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '') // it may end meanwhile
    parents.set(pid, Number(stat.replace(/^.*\) /s, '').split(' ')[1]))
  }
  const isUnder = (pid: number | undefined): boolean => pid !== undefined && (pid === root || isUnder(parents.get(pid)))
  return pids.filter(isUnder)
}
