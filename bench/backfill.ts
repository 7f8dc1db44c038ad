import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { PlanChain } from '../engine/lifecycle/planned.ts'
import { intervalPlanner } from '../engine/scheduler/interval-plan.ts'
import { planDue, schedulerMemory } from '../engine/scheduler/scheduler.ts'
import { readSchedule } from '../engine/schedule/read-schedule.ts'
import { intervalAt } from '../engine/schedule/schedule.ts'
import type { Catalog } from '../engine/spec/catalog.ts'
import { formatDateTime } from '../engine/spec/date-time.ts'
import { deactivate } from '../engine/store/commands.ts'
import { openStore, type Store } from '../engine/store/open-store.ts'
import { compiledDefinition } from '../engine/store/pipelines.ts'
import type { BenchOptions } from './run.ts'
import { durableCommitMs } from './lib/calibrate.ts'
import { copyTablesMs } from './lib/copy-of-tables.ts'
import { interleave, type Contestant } from './lib/interleave.ts'
import { catalogWithNoop } from './lib/noop.ts'
import { startPart } from './lib/parts.ts'
import { printComparison } from './lib/report.ts'
import { activateNoops, scheduledNoops } from './lib/scheduled-noops.ts'
import { startServers, type Servers } from './lib/servers.ts'
import { formatSpread, spread } from './lib/stats.ts'

const [tasks, year] = [10, 35_040]

/** W7: a year of 15-minute intervals of ten tasks each. How fast it is planned beside a raw COPY of the same rows; then run by a server and a worker in
 *  processes of their own: when the first task begins, what it does to their memory and to another pipeline, and how soon it is cancelled. */
export async function run({ pairs, shorter }: BenchOptions): Promise<void> {
  await using servers = await startServers()
  const catalog = await catalogWithNoop()
  await planning(servers, catalog, pairs)
  await running(servers, catalog, 100 / shorter)
}

/** `occurrences` intervals that are over, with room for `room` at once. */
function quarters(occurrences: number, room: number) {
  const startTime = new Date(Date.now() - (occurrences + 1) * 900_000)
  return scheduledNoops({
    name: 'year',
    tasks,
    schedule: { period: '15 minutes', startDateTime: formatDateTime(startTime), occurrences: String(occurrences) },
    defaults: { maxActiveInstances: String(room) },
  })
}

async function planning(servers: Servers, catalog: Catalog, pairs: number): Promise<void> {
  const [floorUrl, url] = [await servers.databaseUrl('floor'), await servers.databaseUrl('planned')]
  const store = await openStore({ connectionString: url })
  const planned = (name: string, plan: (pipelineId: string) => Promise<void>): Contestant => ({
    name,
    async measure() {
      await store.pool.query('truncate pipelines, backfills, instances, dependencies, attempts, outbox restart identity cascade')
      const pipelineId = await activateNoops(store, catalog, quarters(intervals, intervals))
      const start = performance.now()
      await plan(pipelineId)
      return performance.now() - start
    },
  })
  const byChains = planned('planned, 100 intervals a call', (id) => planChains(store, catalog, id, 100))
  const byScheduler = planned('planned as the scheduler does it, with room for all', () => planAll(store, catalog))
  const copy: Contestant = {
    name: 'COPY of the same rows',
    async measure() {
      const client = await store.pool.connect()
      const ms = await copyTablesMs(client, ['instances', 'dependencies', 'attempts', 'outbox'])
      client.release()
      return ms
    },
  }
  for (const each of [byChains, byScheduler]) {
    const result = await interleave(each, [copy], { pairs, floor: () => durableCommitMs(floorUrl) })
    printComparison(`${intervals * tasks} tasks ${each.name}`, result)
    const { median, min, max } = result.comparisons[0]!.ratio
    console.log(`  goal 0.3: ${formatSpread({ median: 1 / median, min: 1 / max, max: 1 / min })} x as fast as COPY`)
  }
  await store.close()
}

/** How many are planned to see how fast. */
const intervals = 1000

async function planChains(store: Store, catalog: Catalog, pipelineId: string, size: number): Promise<void> {
  const { rows } = await store.pool.query<{ first: Date }>('select first_activation_time as first from pipelines where id = $1', [
    pipelineId,
  ])
  const firstActivation = rows[0]!.first
  const definition = await compiledDefinition(store.db, pipelineId, 1)
  const schedule = readSchedule(definition, definition.components['every']!, firstActivation)
  const plan = intervalPlanner(definition, catalog, { schedule, type: 'timeseries' }, firstActivation)
  for (let first = 0; first < intervals; first += size) {
    const chain: PlanChain = Array.from({ length: size }, (_, at) => {
      const [index, nextIndex] = [first + at, first + at + 1]
      const [interval, next] = [intervalAt(schedule, index)!, intervalAt(schedule, nextIndex)]
      const target = { id: schedule.id, type: 'timeseries' as const, index, nextIndex, nextDue: next?.end, nextStart: next?.start }
      return { target: { pipelineId, version: 1, schedule: target, due: interval.end }, plan: plan(interval) }
    })
    const [answer] = await store.planning.storePlans([chain])
    if (answer?.planned !== size) throw new Error(`${answer?.planned} of ${size} were planned: ${answer?.answer}`)
  }
}

async function planAll(store: Store, catalog: Catalog): Promise<void> {
  const definitions = { get: (id: string, version: number) => compiledDefinition(store.db, id, version) }
  const options = { store, catalog, definitions, onError: (error: unknown): void => console.error(error) }
  const memory = schedulerMemory(options)
  for (let whole = true; (await planDue(options, memory, whole)).nextInMs === 0; whole = false);
}

/** Runs the year for `seconds`, or until it is done. */
async function running(servers: Servers, catalog: Catalog, seconds: number): Promise<void> {
  const databaseUrl = await servers.databaseUrl('running')
  const home = await mkdtemp(join(tmpdir(), 'sluice-bench-home-'))
  const environment = { SLUICE_HOME: home, SLUICE_DATABASE_URL: databaseUrl, SLUICE_REDIS_URL: servers.redisUrl }
  const store = await openStore({ connectionString: databaseUrl })
  await using server = await startPart('server', environment)
  await using worker = await startPart('worker', environment)
  const processes = { server: server.pid, worker: worker.pid }
  const bystander = scheduledNoops({ name: 'bystander', tasks: 5, defaults: { pauseMs: '50' } })
  const beside = async (): Promise<number> => {
    const start = performance.now()
    const id = await activateNoops(store, catalog, bystander)
    await until(async () => (await countOf(store, id, ended)) === 5)
    return performance.now() - start
  }
  await beside()
  const alone = await timesOf(beside, 10)

  const id = await activateNoops(store, catalog, quarters(year, 5))
  const start = performance.now()
  await until(async () => (await countOf(store, id, begun)) > 0)
  console.log(`${year * tasks} tasks, 5 intervals at once: first task ${since(start)} ms after activation, goal 1000`)
  const memory: string[] = []
  const noteMemory = (count: number): void => {
    memory.push(
      `${Object.entries(memoryOf(processes))
        .map(([name, mb]) => `${name} ${mb.toFixed(0)}`)
        .join(', ')} MB after ${count}`,
    )
  }
  await until(async () => (await countOf(store, id, ended)) >= 1000)
  noteMemory(1000)
  const crowded = await timesOf(beside, 10)
  let [count, noted] = [0, 1000]
  await until(async () => {
    count = await countOf(store, id, ended)
    if (count >= noted * 10) noteMemory((noted *= 10))
    return performance.now() - start > seconds * 1000 || count === year * tasks
  }, 200)
  noteMemory(count)
  const took = performance.now() - start
  console.log(`${count} tasks ended in ${(took / 1000).toFixed(0)} s: ${((count * 1000) / took).toFixed(0)} a second`)
  console.log(`  resident: ${memory.join('; ')}; goal: flat`)
  const times = [alone, crowded].map((list) => spread(list))
  console.log(
    `another pipeline alone ${formatSpread(times[0]!, 0)} ms, beside it ${formatSpread(times[1]!, 0)} ms: ${(times[1]!.median / times[0]!.median).toFixed(2)} x, goal 1.2`,
  )
  const asked = performance.now()
  await deactivate(store, id, false)
  await until(async () => (await countOf(store, id, open)) === 0)
  console.log(`cancelled: nothing of it waits or runs ${since(asked)} ms after it was asked, goal 1000`)
  await store.close()
  await rm(home, { recursive: true })
}

const begun = `status in ('RUNNING', 'FINISHED')`
const ended = `status = 'FINISHED'`
const open = `status in ('WAITING_ON_DEPENDENCIES', 'WAITING_FOR_RUNNER', 'RUNNING')`

async function countOf(store: Store, pipelineId: string, condition: string): Promise<number> {
  const { rows } = await store.pool.query<{ count: number }>(
    `select count(*)::integer as count from instances where pipeline_id = $1 and ${condition}`,
    [pipelineId],
  )
  return rows[0]!.count
}

async function until(isSo: () => Promise<boolean>, everyMs = 2): Promise<void> {
  while (!(await isSo())) await delay(everyMs)
}

async function timesOf(measure: () => Promise<number>, times: number): Promise<readonly number[]> {
  const found: number[] = []
  for (let time = 0; time < times; time++) found.push(await measure())
  return found
}

function since(start: number): string {
  return (performance.now() - start).toFixed(0)
}

/** Resident megabytes. */
function memoryOf(processes: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const residentOf = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  return Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, residentOf(pid)]))
}
