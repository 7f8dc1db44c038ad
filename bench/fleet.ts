import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { firstDueFrom } from '../engine/schedule/due-within.ts'
import { readSchedule } from '../engine/schedule/read-schedule.ts'
import { intervalAt } from '../engine/schedule/schedule.ts'
import { formatDateTime } from '../engine/spec/date-time.ts'
import { openStore, type Store } from '../engine/store/open-store.ts'
import type { BenchOptions } from './run.ts'
import { startPart } from './lib/parts.ts'
import { scheduledNoops } from './lib/scheduled-noops.ts'
import { startServers } from './lib/servers.ts'
import { zones } from './lib/zones.ts'

const fleet = 100_000
const herd = 10_000

/** W6: 100,000 pipelines of one schedule and one task each in 20 zones, a million instances a day. What a server and PostgreSQL use of a core while they
 *  keep up with them; how soon a server is up; and how soon 10,000 that are due in one second are all offered. No worker runs: what tasks cost is
 *  measured elsewhere. */
export async function run({ shorter }: BenchOptions): Promise<void> {
  await using servers = await startServers()
  const databaseUrl = await servers.databaseUrl('fleet')
  const home = await mkdtemp(join(tmpdir(), 'sluice-bench-home-'))
  const environment = { SLUICE_HOME: home, SLUICE_DATABASE_URL: databaseUrl, SLUICE_REDIS_URL: servers.redisUrl }
  const store = await openStore({ connectionString: databaseUrl })
  await makeFleet(store)
  await store.pool.query('vacuum analyze')

  const begun = performance.now()
  await using server = await startPart('server', environment)
  console.log(`a server is up ${(performance.now() - begun).toFixed(0)} ms after its start, goal 2000`)
  await delay(5000)

  const seconds = 60 / shorter
  const before = { ours: cpuSeconds(server.pid), postgres: await postgresSeconds(store), planned: await planned(store) }
  await delay(seconds * 1000)
  const used = { ours: cpuSeconds(server.pid) - before.ours, postgres: (await postgresSeconds(store)) - before.postgres }
  const made = (await planned(store)) - before.planned
  const percent = (each: number): string => ((each / seconds) * 100).toFixed(2)
  console.log(
    `${made} instances in ${seconds} s (${((made / seconds) * 86_400).toFixed(0)} a day): ${percent(used.ours + used.postgres)} % of a core, goal 2: the server ${percent(used.ours)}, PostgreSQL ${percent(used.postgres)}`,
  )
  console.log(`  planned at most ${(await latest(store, seconds)).toFixed(0)} ms after it was due`)
  await meetHerd(store)
  await store.close()
  await rm(home, { recursive: true })
}

/** 5,000 quarters of an hour, 20,000 hours and 75,000 days, of which those by cron in the zones. Each begins at a second of its own. */
function scheduleOf(number: number, now: number): Readonly<Record<string, string>> {
  const startDateTime = formatDateTime(new Date(now - 30 * 86_400_000 - ((number * 7919) % 86_400) * 1000))
  if (number < 5000) return { period: '15 minutes', startDateTime }
  if (number < 25_000) return { period: '1 hour', startDateTime }
  if (number % 2 === 0) return { period: '1 day', startDateTime }
  return {
    cron: `${number % 60} ${(number * 31) % 60} ${(number * 17) % 24} * * *`,
    timeZone: zones[number % zones.length]!,
    startDateTime,
  }
}

async function makeFleet(store: Store): Promise<void> {
  const now = Date.now()
  for (let first = 0; first < fleet; first += 1000) {
    await insertPipelines(
      store,
      Array.from({ length: 1000 }, (_, at) => ({ id: `df-${first + at}`, schedule: scheduleOf(first + at, now) })),
      new Date(now + 3000),
    )
  }
}

/** Active pipelines that are planned up to `now`. */
async function insertPipelines(
  store: Store,
  pipelines: readonly { readonly id: string; readonly schedule: Readonly<Record<string, string>> }[],
  now: Date,
): Promise<void> {
  const rows = pipelines.map(({ id, schedule: fields }) => {
    const definition = scheduledNoops({ name: 'fleet', tasks: 1, schedule: fields })
    const schedule = readSchedule(definition, definition.components['every']!, now)
    const index = firstDueFrom(schedule, 'timeseries', now)!
    const { start, end } = intervalAt(schedule, index)!
    return { id, compiled: definition, anchor: schedule.anchor, index, start, due: end }
  })
  const given = `json_to_recordset($1) as g(id text, compiled json, anchor timestamptz, index bigint, start timestamptz, due timestamptz)`
  const values = [JSON.stringify(rows)]
  await store.pool.query(
    `insert into pipelines (id, name, state, latest_version, active_version, first_activation_time) select id, 'fleet', 'SCHEDULED', 1, 1, now() from ${given}`,
    values,
  )
  await store.pool.query(
    `insert into definition_versions (pipeline_id, version, source, compiled) select id, 1, '', compiled from ${given}`,
    values,
  )
  await store.pool.query(
    `insert into components (pipeline_id, version, id, name, type, family, fields) select id, 1, 'task0', 'task0', 'NoopActivity', 'activity', '{}' from ${given}`,
    values,
  )
  await store.pool.query(
    `insert into watermarks (pipeline_id, schedule_id, schedule_type, anchor, next_index, next_due, next_start) select id, 'every', 'timeseries', anchor, index, due, start from ${given}`,
    values,
  )
}

/** 10,000 more, all due in one second that is to come. */
async function meetHerd(store: Store): Promise<void> {
  const due = Math.ceil(Date.now() / 1000) * 1000 + 15_000
  const schedule = { period: '1 hour', startDateTime: formatDateTime(new Date(due - 100 * 3_600_000)) }
  for (let first = 0; first < herd; first += 1000) {
    await insertPipelines(
      store,
      Array.from({ length: 1000 }, (_, at) => ({ id: `df-herd${first + at}`, schedule })),
      new Date(due - 1000),
    )
  }
  if (Date.now() > due - 1000) throw new Error('The herd was made too late.')
  await delay(due - Date.now())
  const open = async (): Promise<number> => {
    const { rows } = await store.pool.query<{ open: number }>(
      `select (${herd} - (select count(*) from instances where pipeline_id like 'df-herd%' and status = 'WAITING_FOR_RUNNER') + (select count(*) from outbox where kind = 'hint'))::integer as open`,
    )
    return rows[0]!.open
  }
  while ((await open()) > 0) await delay(20)
  const { rows } = await store.pool.query<{ last: Date }>(
    `select max(actual_start_time) as last from instances where pipeline_id like 'df-herd%'`,
  )
  console.log(
    `${herd} due in one second: all planned ${rows[0]!.last.getTime() - due} ms after it, all offered to the queue after ${Date.now() - due} ms, goal 2000`,
  )
}

async function planned(store: Store): Promise<number> {
  const { rows } = await store.pool.query<{ count: number }>('select count(*)::integer as count from instances')
  return rows[0]!.count
}

/** By how many milliseconds an instance that was due in the last `seconds` was planned late at most. */
async function latest(store: Store, seconds: number): Promise<number> {
  const { rows } = await store.pool.query<{ ms: number }>(
    'select max(extract(epoch from actual_start_time - due_time))::float8 * 1000 as ms from instances where due_time > now() - make_interval(secs => $1)',
    [seconds],
  )
  return rows[0]!.ms
}

/** Processor time that the server of PostgreSQL has used so far, with all its processes, also those that have ended. */
async function postgresSeconds(store: Store): Promise<number> {
  const { rows } = await store.pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  const main = Number(statOf(rows[0]!.pid)?.[1])
  const children = readdirSync('/proc').filter((name) => Number(statOf(Number(name))?.[1]) === main)
  return [main, ...children.map(Number)].reduce((sum, pid) => sum + cpuSeconds(pid), endedChildren(main))
}

function cpuSeconds(pid: number): number {
  const stat = statOf(pid)
  return (Number(stat?.[11] ?? 0) + Number(stat?.[12] ?? 0)) / 100
}

function endedChildren(pid: number): number {
  const stat = statOf(pid)
  return (Number(stat?.[13] ?? 0) + Number(stat?.[14] ?? 0)) / 100
}

/** What Linux says of a process, from its state on; undefined when there is none of that number. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
  } catch {
    return undefined // it has ended meanwhile
  }
}
