import { expect, test } from 'vitest'
import { startProvisioner, type ResourceMaker } from '../../engine/provisioner/provisioner.ts'
import type { Claimant } from '../../engine/queue/claims.ts'
import type { Task } from '../../engine/queue/task.ts'
import { cancelInstances } from '../../engine/store/actions.ts'
import { deactivate } from '../../engine/store/commands.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { listPipelines } from '../../engine/store/pipelines.ts'
import { markResourceGone, markResourceRunning, takeFinishedResources, takeWantedResources } from '../../engine/store/resources.ts'
import { plannedGraph, statuses } from '../support/planned-graph.ts'
import { activated, claimAll, finish, planAll, reactivated, runAll } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'
import { until } from '../support/until.ts'

const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }
const machine = { component: 'm', family: 'resource' as const, retries: 1 }

/** Makes machines as told, and remembers which are there. */
class Machines implements ResourceMaker {
  readonly made: string[] = []
  readonly gone: string[] = []
  work: (signal: AbortSignal) => Promise<void> = () => Promise.resolve()
  end: () => Promise<void> = () => Promise.resolve()

  async provision({ key }: { key: string }, signal: AbortSignal) {
    await this.work(signal)
    this.made.push(key)
    return { resourceId: `i-${this.made.length}` }
  }

  async terminate({ providerId }: { providerId: string | undefined }) {
    await this.end()
    this.gone.push(providerId ?? 'never made')
  }
}

function provisioner(store: Store, maker: ResourceMaker, onError: (error: unknown) => void = () => {}) {
  const { stop } = startProvisioner({ store, maker, onError, sweepMs: 20 })
  return { [Symbol.asyncDispose]: stop }
}

async function settle(store: Store, tasks: readonly Task[]): Promise<void> {
  const endings = tasks.map(({ attemptId, fence }) => ({ attemptId, fence, outcome: { status: 'FINISHED' as const }, retryDelayMs: 0 }))
  await store.claims.settle(worker, 'activity', endings, 0)
}

async function becomes(store: Store, id: string, component: string, status: string): Promise<void> {
  await until(async () => (await statuses(store, id))[component] === status, { what: `${component} becomes ${status}` })
}

test('a resource is made when the first activity on it is ready, and terminated when the last has ended', async () => {
  await using store = await testStore()
  const maker = new Machines()
  const id = await plannedGraph(
    store,
    [machine, { component: 'a' }, { component: 'b', resource: 0 }, { component: 'c', resource: 0 }],
    [
      ['a', 'b'],
      ['b', 'c'],
    ],
  )
  await using open = new AsyncDisposableStack()
  open.use(provisioner(store, maker))
  const first = await store.claims.claim(worker, 'activity', 9)
  expect(first.map(({ componentId }) => componentId)).toEqual(['a'])
  expect(await takeWantedResources(store.pool)).toEqual([])
  await settle(store, first)
  await becomes(store, id, 'm', 'RUNNING')
  await settle(store, await store.claims.claim(worker, 'activity', 9))
  expect(await statuses(store, id)).toMatchObject({ b: 'FINISHED', m: 'RUNNING' })
  await settle(store, await store.claims.claim(worker, 'activity', 9))
  await becomes(store, id, 'm', 'FINISHED')
  expect(maker.made).toHaveLength(1)
  expect(maker.gone).toEqual(['i-1'])
})

test('one that cannot be made is tried again, then fails with what should run on it and cascades', async () => {
  await using store = await testStore()
  const maker = new Machines()
  let tries = 0
  maker.work = () => Promise.reject(new Error(`no machines (${(tries += 1)})`))
  const id = await plannedGraph(store, [machine, { component: 'a', resource: 0 }, { component: 'b' }], [['a', 'b']])
  await using open = new AsyncDisposableStack()
  open.use(provisioner(store, maker))
  await becomes(store, id, 'b', 'CASCADE_FAILED')
  expect(tries).toBe(2)
  expect(await statuses(store, id)).toEqual({ m: 'FAILED', a: 'CANCELED', b: 'CASCADE_FAILED' })
})

test('stopping hands back what is being made, at no cost of a try', async () => {
  await using store = await testStore()
  const maker = new Machines()
  const begun = Promise.withResolvers<void>()
  maker.work = (signal) => {
    begun.resolve()
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
  }
  const id = await plannedGraph(
    store,
    [
      { ...machine, retries: 0 },
      { component: 'a', resource: 0 },
    ],
    [],
  )
  const first = provisioner(store, maker)
  await begun.promise
  await first[Symbol.asyncDispose]()
  expect(await statuses(store, id)).toMatchObject({ m: 'WAITING_ON_DEPENDENCIES' })
  await using open = new AsyncDisposableStack()
  open.use(provisioner(store, new Machines()))
  await becomes(store, id, 'm', 'RUNNING')
})

test('a slow resource keeps no other waiting', async () => {
  await using store = await testStore()
  const slow = Promise.withResolvers<void>()
  const maker = new Machines()
  maker.work = () => slow.promise
  const id = await plannedGraph(store, [machine, { component: 'a', resource: 0 }], [])
  await using open = new AsyncDisposableStack()
  open.use(provisioner(store, maker))
  await becomes(store, id, 'm', 'CREATING')
  maker.work = () => Promise.resolve()
  const other = await plannedGraph(store, [machine, { component: 'a', resource: 0 }], [])
  await becomes(store, other, 'm', 'RUNNING')
  expect(await statuses(store, id)).toMatchObject({ m: 'CREATING' })
  slow.resolve()
  await becomes(store, id, 'm', 'RUNNING')
})

test('a resource whose maker died is made by another, and one whose terminator died is terminated by another', async () => {
  await using store = await testStore()
  const maker = new Machines()
  const id = await plannedGraph(store, [machine, { component: 'a', resource: 0 }], [])
  await takeWantedResources(store.pool) // and dies
  await using open = new AsyncDisposableStack()
  open.use(provisioner(store, maker))
  await store.pool.query(`update instances set lease_until = now() - interval '1 second' where status = 'CREATING'`)
  await becomes(store, id, 'm', 'RUNNING')
  maker.end = () => Promise.reject(new Error('the cloud is away'))
  await settle(store, await store.claims.claim(worker, 'activity', 9))
  await becomes(store, id, 'm', 'SHUTTING_DOWN')
  maker.end = () => Promise.resolve()
  await store.pool.query(`update instances set lease_until = now() - interval '1 second' where status = 'SHUTTING_DOWN'`)
  await becomes(store, id, 'm', 'FINISHED')
  expect(maker.gone).toEqual(['i-1'])
})

test('cancelling a resource cancels what runs on it and takes the machine away', async () => {
  await using store = await testStore()
  const maker = new Machines()
  const id = await plannedGraph(store, [machine, { component: 'a', resource: 0 }, { component: 'b', resource: 0 }], [])
  await using open = new AsyncDisposableStack()
  open.use(provisioner(store, maker))
  await becomes(store, id, 'm', 'RUNNING')
  await store.claims.claim(worker, 'activity', 1)
  const { rows } = await store.pool.query<{ id: string }>(`select id::text from instances where component_id = 'm'`)
  await cancelInstances(store.pool, [rows[0]!.id], 'a person asked for it')
  await becomes(store, id, 'm', 'CANCELED')
  expect(await statuses(store, id)).toEqual({ m: 'CANCELED', a: 'CANCELED', b: 'CANCELED' })
  expect(maker.gone).toEqual(['i-1'])
})

test('a resource that nothing needs any more is over without having been made', async () => {
  await using store = await testStore()
  const id = await plannedGraph(store, [machine, { component: 'a' }, { component: 'b', resource: 0 }], [['a', 'b']])
  const [task] = await store.claims.claim(worker, 'activity', 1)
  await cancelInstances(store.pool, [task!.instanceId], 'a person asked for it')
  expect(await takeFinishedResources(store.pool)).toMatchObject([{ componentId: 'm', made: false }])
  expect(await statuses(store, id)).toEqual({ m: 'FINISHED', a: 'CANCELED', b: 'CASCADE_FAILED' })
})

/** A machine for each of `daily`, which is as long as 24 of `hourly`, both from `start` on. */
const hours = (start: string, count?: number) => `
schedules:
  hourly: { period: 1 hour, startDateTime: ${start}${count === undefined ? '' : `, occurrences: ${count}`} }
  daily: { period: 1 day, startDateTime: ${start}${count === undefined ? '' : `, occurrences: 1`} }
resources: { m: { type: Ec2Resource, schedule: daily } }
activities: { a: { type: ShellCommandActivity, command: 'true', schedule: hourly, runsOn: m, maxActiveInstances: 1 } }`

async function allRun(store: Store, count: number): Promise<void> {
  const keys = new Set<string>()
  await until(async () => {
    for (const key of await runAll(store)) keys.add(key)
    return keys.size === count
  })
  await planAll(store)
}

test('a daily resource is made once for all hours of its day, and kept while it has nothing to do in between', async () => {
  await using store = await testStore()
  const maker = new Machines()
  const id = await activated(store, hours('2026-01-01', 3))
  await using open = new AsyncDisposableStack()
  open.use(provisioner(store, maker))
  await allRun(store, 3)
  await becomes(store, id, 'm', 'FINISHED')
  expect([maker.made, maker.gone]).toEqual([['@m_2026-01-01T00:00:00'], ['i-1']])
})

const twoHoursAgo = () => new Date(Date.now() - 2.5 * 3_600_000).toISOString().slice(0, 19)

test('a resource is kept for hours of its day that are still to come, unless the pipeline is deactivated', async () => {
  await using store = await testStore()
  const id = await activated(store, hours(twoHoursAgo()))
  await using open = new AsyncDisposableStack()
  const maker = new Machines()
  open.use(provisioner(store, maker))
  await allRun(store, 2)
  await takeFinishedResources(store.pool)
  expect(await statuses(store, id)).toEqual({ m: 'RUNNING', a: 'FINISHED' })
  await deactivate(store, id, true)
  await becomes(store, id, 'm', 'FINISHED')
  await planAll(store)
  expect((await listPipelines(store.db, { id }))[0]?.state).toBe('INACTIVE')
})

test('a resource is shut down once the next interval to come begins after its own', async () => {
  await using store = await testStore()
  const start = new Date(Date.now() - 5.5 * 3_600_000).toISOString().slice(0, 19)
  const id = await activated(store, hours(start).replace('1 day', '2 hours'))
  await using open = new AsyncDisposableStack()
  open.use(provisioner(store, new Machines()))
  await allRun(store, 5)
  const machines = async (): Promise<string[]> => {
    const text = `select status from instances where pipeline_id = $1 and component_id = 'm' order by interval_start`
    return (await store.pool.query<{ status: string }>(text, [id])).rows.map(({ status }) => status)
  }
  await until(async () => (await machines())[1] === 'FINISHED')
  expect(await machines()).toEqual(['FINISHED', 'FINISHED', 'RUNNING'])
})

test('one `sluice run` shuts its resource down at once', async () => {
  await using store = await testStore()
  const start = twoHoursAgo()
  const id = await activated(store, hours(start), { at: new Date(`${start}Z`) })
  await using open = new AsyncDisposableStack()
  const maker = new Machines()
  open.use(provisioner(store, maker))
  await allRun(store, 1)
  await becomes(store, id, 'm', 'FINISHED')
  await planAll(store)
  expect((await listPipelines(store.db, { id }))[0]?.state).toBe('FINISHED')
})

test('a resource that was shut down before all hours of its day were planned is made again for a later one', async () => {
  await using store = await testStore()
  const id = await activated(store, hours('2026-01-01', 2))
  await planAll(store)
  await store.pool.query(`update instances set used_by = null where component_id = 'm'`) // an older version made it
  const made = async (): Promise<void> => {
    const [resource] = await takeWantedResources(store.pool)
    await markResourceRunning(store.pool, resource!, `i-${resource!.attempt}`)
    await finish(store, await claimAll(store))
  }
  await made()
  const [idle] = await takeFinishedResources(store.pool)
  await markResourceGone(store.pool, idle!)
  expect(await statuses(store, id)).toMatchObject({ m: 'FINISHED' })
  await planAll(store)
  await made()
  expect(await takeFinishedResources(store.pool)).toMatchObject([{ providerId: 'i-2' }])
})

/** Begins to make a machine and goes on until it is told to stop, or to its end. */
function slowMaker() {
  const maker = new Machines()
  const [begun, told, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  maker.work = (signal) => {
    begun.resolve()
    signal.addEventListener('abort', () => told.resolve())
    return end.promise
  }
  return { maker, begun: begun.promise, told: told.promise, end: end.resolve }
}

test('who makes a resource for longer than its initTimeout is told to stop, and what he made all the same is taken away', async () => {
  await using store = await testStore()
  const { maker, begun, told, end } = slowMaker()
  const rules = { initTimeoutMs: 50, retryDelayMs: 3_600_000, onTaskFailure: 'continue' as const, onResourceFailure: 'retrynone' as const }
  const id = await plannedGraph(
    store,
    [
      { ...machine, rules },
      { component: 'a', resource: 0 },
    ],
    [],
  )
  await using open = new AsyncDisposableStack()
  open.use(provisioner(store, maker))
  await begun
  await told
  expect(await statuses(store, id)).toEqual({ m: 'WAITING_ON_DEPENDENCIES', a: 'WAITING_FOR_RUNNER' })
  end()
  await until(() => maker.gone.length === 1)
  expect(maker.gone).toEqual(['i-1'])
  expect(await statuses(store, id)).toMatchObject({ m: 'WAITING_ON_DEPENDENCIES' })
})

test('who makes a resource that is cancelled meanwhile is told to stop', async () => {
  await using store = await testStore()
  const { maker, begun, told, end } = slowMaker()
  const id = await plannedGraph(store, [machine, { component: 'a', resource: 0 }], [])
  await using open = new AsyncDisposableStack()
  open.use(provisioner(store, maker))
  await begun
  const { rows } = await store.pool.query<{ id: string }>(`select id::text from instances where component_id = 'm'`)
  await cancelInstances(store.pool, [rows[0]!.id], 'a person asked for it')
  await told
  expect(await statuses(store, id)).toEqual({ m: 'CANCELED', a: 'CANCELED' })
  end()
  await until(() => maker.gone.length === 1)
  expect(await statuses(store, id)).toMatchObject({ m: 'CANCELED' })
})

test('deactivating cancels a resource with what runs on it, and activating again makes it anew', async () => {
  await using store = await testStore()
  const yaml = hours('2026-01-01', 1)
  const id = await activated(store, yaml)
  await planAll(store)
  await using open = new AsyncDisposableStack()
  const maker = new Machines()
  open.use(provisioner(store, maker))
  await becomes(store, id, 'm', 'RUNNING')
  await deactivate(store, id, false)
  await becomes(store, id, 'm', 'CANCELED')
  expect(await statuses(store, id)).toEqual({ m: 'CANCELED', a: 'CANCELED' })
  await reactivated(store, id, yaml)
  await becomes(store, id, 'm', 'RUNNING')
  await allRun(store, 1)
  await becomes(store, id, 'm', 'FINISHED')
  expect(maker.made).toHaveLength(2)
})
