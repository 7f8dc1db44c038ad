import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { insist } from '../../engine/cli/store/insist.ts'
import { memoryHintQueue } from '../../engine/queue/memory.ts'
import { taskSource } from '../../engine/queue/store-task-source.ts'
import type { Task } from '../../engine/queue/task.ts'
import { activatePipeline } from '../../engine/scheduler/activate-pipeline.ts'
import { createBackfill } from '../../engine/store/backfills.ts'
import { deactivate, rerun, rerunSet } from '../../engine/store/commands.ts'
import { openLeaseRenewal } from '../../engine/store/lease-renewal.ts'
import { openStore, type Store } from '../../engine/store/open-store.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { testDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { countedRuns, startCounted, stored, type CountedEngine, type CountedRuns } from './rig/counted-engine.ts'
import { faultProxy, type CutAt, type FaultProxy } from './rig/fault-proxy.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { scaled } from './rig/scale.ts'

// A beat that is lost is sent again after a twelfth of this.
vi.hoisted(() => void (process.env['SLUICE_LEASE_MS'] = '6000'))

const onDemand = `
sluice: 1
name: asked-for
defaults: { scheduleType: ondemand, maximumRetries: 0 }
activities:
  a: { type: Counted }
  b: { type: Counted, dependsOn: a }
  c: { type: Counted, dependsOn: a }
  d: { type: Counted, dependsOn: [b, c] }
`

const scheduled = `
sluice: 1
name: on-time
defaults: { scheduleType: timeseries, schedule: hourly, maximumRetries: 0 }
schedules: { hourly: { period: 1 hour, startDateTime: 2020-01-01T00:00:00, occurrences: 2 } }
activities:
  a: { type: Counted }
  b: { type: Counted, dependsOn: a }
`

const cuts: readonly CutAt[] = ['request', 'answer']
const claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }
const folder = temporaryFolder()
let redis: TestRedis, database: TestDatabase, proxy: FaultProxy, runs: CountedRuns, counted: CountedEngine
/** Not through the proxy. */
let store: Store
/** Endings that were stored although the worker was told that they were not. */
const refused: string[] = []

beforeAll(async () => {
  ;[redis, database] = await Promise.all([startRedis(), testDatabase()])
  store = await openStore(database.connection)
  await watchSteps(database.connection)
  proxy = await faultProxy(`${database.connection.host}/.s.PGSQL.${database.connection.port}`)
  runs = await countedRuns(async (context) => {
    if (context.instance.componentId === 'b') await beaten(context)
    await context.checkFence()
  })
  counted = await startCounted(runs, { home: folder.path, databaseUrl: proxiedUrl(), redisUrl: redis.url })
  counted.engine.worker.events.on('ended', ({ instanceKey }, { status }, accepted) => accepted || refused.push(`${instanceKey} ${status}`))
})

afterAll(async () => {
  await counted[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
  await store.close()
  await Promise.all([database.drop(), redis[Symbol.asyncDispose]()])
  folder[Symbol.dispose]()
})

const named = [
  'first_activation_time',
  'watermarks',
  'pg_notify',
  'pg_current_xact_id',
  'commit',
  'due-schedules',
  'plan',
  'begin-held',
  'finish-pipelines',
  'claim',
  'settle',
  'take-hints',
  'sweep',
  'renew',
  'definition_versions',
  'holds-fence',
]

test.each(cuts)(
  'F12: each statement of an engine loses its connection once, at the %s: everything happens once and nothing fails',
  async (at) => {
    for (const name of named) {
      const cut = proxy.cutAtCommit(1, at, name)
      const yaml = name === 'take-hints' ? onDemand : scheduled
      expect({ name, once: await runOnce(yaml) }).toEqual({ name, once: onceOf(yaml) })
      counted.engine.store.signals.emit('held') // nothing else has it swept at once
      await cut
    }
    await expectInvariants(database.connection)
  },
)

test('F12: the connection is cut at the n-th commit, at the request or the answer: everything happens once and nothing fails', async () => {
  const most = 60
  const step = scaled(11, 1)
  for (const at of cuts) {
    for (const yaml of [onDemand, scheduled]) {
      for (let n = at === 'answer' ? step : 1; n <= most; n += step) {
        void proxy.cutAtCommit(n, at)
        expect({ at, n, once: await runOnce(yaml) }).toEqual({ at, n, once: onceOf(yaml) })
      }
    }
  }
  await expectInvariants(database.connection)
})

test.each(cuts)(
  'F12: a claim, an ending that claims what follows, and a beat lose their connection at the %s: no lease has to end',
  async (at) => {
    await using own = await testDatabase()
    await using door = await faultProxy(`${own.connection.host}/.s.PGSQL.${own.connection.port}`)
    const connection = { connectionString: door.url(own.connection.database, own.connection.user) }
    const through = await openStore(connection)
    await plannedGraph(through, [{ component: 'a' }, { component: 'b' }, { component: 'c' }], [['a', 'b']])
    const source = taskSource({ claims: through.claims, hints: memoryHintQueue(), claimant })
    const taken = async (component: string, call: () => Promise<readonly Task[]>): Promise<Task> => {
      const cut = door.cutAtCommit(1, at)
      const [task, ...more] = await call()
      await cut
      expect([task?.componentId, ...more]).toEqual([component])
      return task!
    }
    const settle = async (task: Task) => {
      const ending = { ...task, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0, progress: { rows: 2 } }
      const { accepted, next } = await source.settle('activity', [ending], 1)
      expect(accepted).toEqual([true])
      return next
    }
    const a = await taken('a', () => source.take('activity', 1, AbortSignal.timeout(20_000)))
    const b = await taken('b', () => settle(a))

    const renewal = openLeaseRenewal(connection)
    const beat = { ...b, progress: { rows: 1 } }
    const cut = door.cutAtCommit(1, at)
    await expect(renewal.renew([beat])).rejects.toThrow(/terminated|reset/i)
    await cut
    expect(await renewal.renew([beat])).toEqual(['held'])
    await renewal.close()

    await settle(await taken('c', () => settle(b)))
    await source.close()
    const { rows } = await through.pool.query(`select number, status, progress, lease_until from attempts`)
    const ended = { number: 1, status: 'FINISHED', progress: { rows: 2 }, lease_until: null }
    expect(rows).toEqual([ended, ended, ended])
    await through.close()
  },
)

test.each(cuts)(
  'F12: a command of a person loses its connection at the %s of any of its statements: it is done once, and says so',
  async (at) => {
    await using door = await faultProxy(`${database.connection.host}/.s.PGSQL.${database.connection.port}`)
    const through = await openStore({ connectionString: door.url(database.connection.database, database.connection.user) })
    const activate = (request: Awaited<ReturnType<typeof stored>>) => insist(() => activatePipeline(through, runs.catalog, request))
    const count = async (sql: string, id: string) => (await store.pool.query<{ n: number }>(sql, [id])).rows[0]!.n
    for (const [n, name] of ['begin', 'pg_notify', 'pg_current_xact_id', 'commit'].entries()) {
      const request = await stored(store, runs, elsewhere)
      const { pipelineId } = request
      void door.cutAtCommit(1, at, name)
      await activate(request)
      const made = await count('select count(*)::integer as n from instances where pipeline_id = $1', pipelineId)

      await store.pool.query(`update instances set status = 'CANCELED' where pipeline_id = $1`, [pipelineId])
      const targets = (await store.pool.query<{ id: string }>('select id from instances where pipeline_id = $1', [pipelineId])).rows
      const again = { pipelineId, targets: targets.map(({ id }) => id), downstream: false }
      const set = await rerunSet(store, again)
      void door.cutAtCommit(1, at, name)
      const isRerun = await insist(() => rerun(through, again, set))
      const reruns = await count('select sum(rerun)::integer as n from instances where pipeline_id = $1', pipelineId)

      const day = (date: number) => new Date(Date.UTC(2020, 0, date))
      const backfill = { pipelineId, from: day(1), to: day(2), room: 1, again: 'none' as const }
      const ranges = [{ scheduleId: 's', scheduleType: 'cron' as const, first: n, last: n }]
      void door.cutAtCommit(1, at, name)
      await insist(() => createBackfill(through.pool, { ...backfill, ranges }))
      const backfills = await count('select count(*)::integer as n from backfills where pipeline_id = $1', pipelineId)
      await store.pool.query('delete from backfills where pipeline_id = $1', [pipelineId])

      void door.cutAtCommit(1, at, name)
      const isDeactivated = await insist(() => deactivate(through, pipelineId, false))
      expect({ name, made, isRerun, reruns, backfills, isDeactivated }).toEqual({
        name,
        made: 1,
        isRerun: true,
        reruns: 1,
        backfills: 1,
        isDeactivated: true,
      })
    }
    await through.close()
  },
)

/** Of a worker group that nobody serves. */
const elsewhere = onDemand.replace(/ {2}b:[^]*/, '').replace('type: Counted', 'type: Counted, workerGroup: elsewhere')

function proxiedUrl(): string {
  return proxy.url(database.connection.database, database.connection.user)
}

/** Holds an attempt until a report of its progress was stored. */
async function beaten(context: { progress(progress: { rows: number }): void; instance: { pipelineId: string } }): Promise<void> {
  context.progress({ rows: 1 })
  counted.engine.store.signals.emit('command')
  const reported = `select 1 from attempts a join instances i on i.id = a.instance_id where i.pipeline_id = $1 and a.status = 'RUNNING' and progress is not null`
  await until(async () => (await store.pool.query(reported, [context.instance.pipelineId])).rows.length > 0)
}

/** Activates a new pipeline as a person does it, who repeats what failed. Answers its attempts, once it is FINISHED, and how often its activities ran. */
async function runOnce(yaml: string): Promise<unknown> {
  const request = await stored(store, runs, yaml)
  const { pipelineId } = request
  await insist(() => counted.engine.activate(request))
  const isFinished = `select 1 from pipelines where id = $1 and state = 'FINISHED'`
  const finished = until(async () => (await store.pool.query(isFinished, [pipelineId])).rows.length > 0, { deadlineMs: 30_000 })
  await finished.catch(() => {}) // what is seen then says more
  const attempts = `select concat_ws(' ', component_id, number, a.status, a.error_message) as said from instances i left join attempts a on a.instance_id = i.id
    where i.pipeline_id = $1 order by 1`
  const { rows } = await store.pool.query<{ said: string }>(attempts, [pipelineId])
  return { attempts: rows.map(({ said }) => said), runs: runs.begun.filter((run) => run.startsWith(pipelineId)).length, refused }
}

/** What `runOnce` answers when nothing failed and nothing happened twice. */
function onceOf(yaml: string): unknown {
  const components = yaml === onDemand ? ['a', 'b', 'c', 'd'] : ['a', 'a', 'b', 'b']
  return { attempts: components.map((component) => `${component} 1 FINISHED`), runs: 4, refused: [] }
}
