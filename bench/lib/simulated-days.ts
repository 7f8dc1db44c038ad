import type pg from 'pg'
import type { Claimant } from '../../engine/queue/claims.ts'
import type { PlannedInstance } from '../../engine/lifecycle/planned.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { storePlan } from '../../engine/store/planning.ts'
import { purgeHistory } from '../../engine/store/purge.ts'
import { tendWindows } from '../../engine/store/windows.ts'
import { windowOf, type Retention } from '../../engine/support/retention.ts'

export interface SimulatedDays {
  readonly days: number
  readonly instancesADay: number
  readonly retention: Retention
  /** How often in between the path of a task is measured; none when it is 0. */
  readonly measureEvery: number
}

export interface SimulatedDay {
  readonly day: number
  /** Tables and indexes of the whole history, after the purge of that day. */
  readonly bytes: number
  readonly windows: number
  readonly purged: number
  /** Of the chain that ran on that day: planning of it, and each settlement, in milliseconds. */
  readonly path: { readonly planMs: number; readonly settleMs: number } | undefined
}

const dayMs = 86_400_000
const pipelines = 50
const tasks = 20

/** History of `days` days on a virtual clock that begins now: each day its instances are stored, ended, with attempts, edges and events, and then the
 *  history is tended as a server does it. Yields what there is at the end of each day. */
export async function* simulatedDays(
  store: Store,
  { days, instancesADay, retention, measureEvery }: SimulatedDays,
): AsyncGenerator<SimulatedDay> {
  const { pool } = store
  const start = Date.now()
  await pool.query(
    `insert into pipelines (id, name, state, active_version, first_activation_time) select 'df-' || p, 'p' || p, 'SCHEDULED', 1, now() from generate_series(1, $1::int) p`,
    [pipelines],
  )
  await pool.query(
    `insert into components (pipeline_id, version, id, name, type, family, fields)
      select 'df-' || p, 1, 't' || t, 't' || t, 'ShellCommandActivity', 'activity', '{}' from generate_series(1, $1::int) p, generate_series(1, $2::int) t`,
    [pipelines, tasks],
  )
  for (let day = 1; day <= days; day++) {
    const now = new Date(start + day * dayMs)
    await storeDay(pool, now, instancesADay)
    const path = measureEvery > 0 && day % measureEvery === 0 ? await measurePath(store, day) : undefined
    await tendWindows(pool, windowOf(retention), now)
    const { purged } = await purgeHistory(pool, retention, { now })
    yield { day, purged: purged.length, path, ...(await sizes(pool)) }
  }
}

/** Of every pipeline so many intervals of a chain of tasks that the day has that many instances. */
async function storeDay(pool: pg.Pool, end: Date, instances: number): Promise<void> {
  const intervals = Math.max(1, Math.round(instances / pipelines / tasks))
  await pool.query(
    `with made as (
      insert into instances (pipeline_id, version, component_id, instance_key, type, family, interval_start, interval_end, due_time, status, worker_group, tries_left, attempt_count,
          actual_start_time, actual_end_time, error_id, error_message)
        select 'df-' || p, 1, 't' || t, '@t' || t || '_' || to_char(s, 'YYYY-MM-DD"T"HH24:MI:SS'), 'ShellCommandActivity', 'activity', s, s + width, s + width,
          case when (n + t + p) % 100 = 0 then 'FAILED' else 'FINISHED' end, 'default', 2, 1, s + width, s + width + t * interval '1 second',
          case when (n + t + p) % 100 = 0 then 'Unlucky' end, case when (n + t + p) % 100 = 0 then 'It did not end well this time.' end
        from (select interval '1 day' / $2::int as width) w, generate_series(0, $2::int - 1) n, generate_series(1, $3::int) p, generate_series(1, $4::int) t,
          lateral (select $1::timestamptz - interval '1 day' + n * width as s) at
        order by n, p, t returning id, pipeline_id, component_id, status, actual_start_time, actual_end_time
    ), tried as (
      insert into attempts (instance_id, number, status, worker_group, lane, priority, fence, worker_id, hostname, start_time, end_time)
        select id, 1, status, 'default', 'activity', 0, id, 'host 1 1 0', 'worker-1.example', actual_start_time, actual_end_time from made
    ), linked as (
      insert into dependencies (producer_id, consumer_id, kind) select id, id + 1, 'dependsOn' from made where component_id <> 't' || $4
    )
    insert into events (time, pipeline_id, instance_id, kind, detail) select actual_end_time, pipeline_id, id, 'FAILED', '{"errorId":"Unlucky"}' from made where status = 'FAILED'`,
    [end, intervals, pipelines, tasks],
  )
}

const worker: Claimant = { workerId: 'bench', hostname: 'here', groups: ['default'] }

/** A chain of one more pipeline is planned and run, each task settled by a call of its own. */
async function measurePath({ pool, claims }: Store, day: number): Promise<NonNullable<SimulatedDay['path']>> {
  const pipelineId = `df-chain-${day}`
  await pool.query(
    `insert into pipelines (id, name, state, active_version, first_activation_time) values ($1, 'chain', 'SCHEDULED', 1, now())`,
    [pipelineId],
  )
  const time = new Date('2026-01-01T00:00:00Z')
  const rows = Array.from({ length: 40 }, (_, index): PlannedInstance => ({
    component: `t${index}`,
    referrer: '',
    key: `@t${index}_2026-01-01T00:00:00`,
    type: 'ShellCommandActivity',
    family: 'activity',
    start: time,
    stop: time,
    due: time,
    status: 'WAITING_ON_DEPENDENCIES',
    grp: 'default',
    lane: 'activity',
    priority: 0,
    cascades: true,
    fires: [],
    retries: 0,
    late: null,
    resource: null,
  }))
  const edges = rows.slice(1).map((_, producer) => ({ producer, consumer: producer + 1, kind: 'dependsOn' as const }))
  const begun = performance.now()
  await storePlan(pool, { pipelineId, version: 1, due: time }, { rows, edges, limits: {} })
  const planMs = performance.now() - begun
  let [task] = await claims.claim(worker, 'activity', 1)
  const settles: number[] = []
  while (task) {
    const from = performance.now()
    const ending = { attemptId: task.attemptId, fence: task.fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 }
    const { next } = await claims.settle(worker, 'activity', [ending], 1)
    settles.push(performance.now() - from)
    task = next[0]
  }
  await pool.query(`update pipelines set state = 'FINISHED' where id = $1`, [pipelineId])
  return { planMs, settleMs: settles.toSorted((a, b) => a - b)[settles.length >> 1] ?? Number.NaN }
}

async function sizes(pool: pg.Pool): Promise<Pick<SimulatedDay, 'bytes' | 'windows'>> {
  const { rows } = await pool.query<{ bytes: number; windows: number }>(
    `select (select sum(pg_total_relation_size(t.relid))::float8 from unnest(array['attempts', 'instances', 'dependencies', 'events']) r, pg_partition_tree(r::regclass) t) as bytes,
      (select count(*)::int from windows where begin_time is not null and purged_time is null) as windows`,
  )
  return rows[0]!
}
