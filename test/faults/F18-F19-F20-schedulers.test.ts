import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planDue, type SchedulerOptions } from '../../engine/scheduler/scheduler.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { deactivate, deletePipeline } from '../../engine/store/commands.ts'
import { openStore, type Store } from '../../engine/store/open-store.ts'
import { compiledDefinition } from '../../engine/store/pipelines.ts'
import { throwDice } from '../fuzz/dice.ts'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { activated, planAll, reactivated } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startCluster } from './rig/cluster.ts'
import { holdsNothing, startEngines, type Engines } from './rig/engines.ts'
import { faultProxy, type CutAt } from './rig/fault-proxy.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { markedWork, type MarkedWork } from './rig/marked-work.ts'
import { plannedOf } from './rig/planned-of.ts'
import { scaled } from './rig/scale.ts'

let database: TestDatabase
let store: Store

beforeAll(async () => {
  database = await testDatabase()
  store = await openStore(database.connection)
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

/** Two schedules that keep places for each other. */
const linked = `
schedules:
  hourly: { period: 1 hour, startDateTime: 2020-01-01T00:00:00, occurrences: 6 }
  long: { period: 3 hours, startDateTime: 2020-01-01T00:00:00, occurrences: 2 }
defaults: { scheduleType: timeseries, maxActiveInstances: 100 }
dataNodes: { sums: { type: S3DataNode, directoryPath: "s3://sums/", schedule: long } }
activities:
  sum: { type: ShellCommandActivity, command: 'true', schedule: long, dependsOn: part, output: sums }
  part: { type: ShellCommandActivity, command: 'true', schedule: hourly, dependsOn: open }
  open: { type: ShellCommandActivity, command: 'true', schedule: long }
`

async function schedulerOn(through: Store): Promise<SchedulerOptions> {
  const definitions = { get: (id: string, version: number) => compiledDefinition(through.db, id, version) }
  return { store: through, catalog: await loadCatalog(), definitions, onError: () => {} }
}

/** Plans until nothing more is planned. Rejects where a connection was cut. */
async function planThrough(options: SchedulerOptions): Promise<void> {
  while ((await planDue(options)).nextInMs === 0);
}

test.each<CutAt>(['request', 'answer'])(
  'F18: a scheduler is cut off at each of its statements in turn, at the %s; another one goes on, and makes what one alone makes',
  async (at) => {
    const whole = await activated(store, linked)
    await planAll(store)
    const expected = await plannedOf(store, whole)
    const { host, port, user, database: name } = database.connection
    await using proxy = await faultProxy(`${host}/.s.PGSQL.${port}`)
    const through = await openStore({ connectionString: proxy.url(name, user) }, { poolSize: 1 })
    const doomed = await schedulerOn(through)
    let cuts = 0
    for (let isCut = true; isCut;) {
      const id = await activated(store, linked)
      void proxy.cutAtCommit(cuts + 1, at)
      isCut = await planThrough(doomed).then(
        () => false,
        () => true,
      )
      if (isCut) cuts++
      await planAll(store)
      expect(await plannedOf(store, id)).toEqual(expected)
    }
    await through.close()
    expect(cuts, 'it was cut between its plans, too').toBeGreaterThan(10)
    await expectInvariants(database.connection)
  },
  120_000,
)

/** What happens while a scheduler sleeps between its look and its plan, and what is left of the pipeline then. */
const meanwhile: Record<string, (id: string) => Promise<void>> = {
  'another one has planned it all': async () => void (await planAll(store)),
  'another version came into force and was planned': async (id) => {
    await reactivated(store, id, linked.replaceAll("'true'", "'false'"))
    await planAll(store)
  },
  'another version came into force': (id) => reactivated(store, id, linked.replaceAll('part', 'piece')),
  'it was deactivated': async (id) => void (await deactivate(store, id, false)),
  'it was deleted': async (id) => void (await deletePipeline(store, id)),
}

test.each(Object.keys(meanwhile))('F20: a scheduler that wakes with an old look changes nothing when %s', async (what) => {
  const asleep = Promise.withResolvers<void>()
  const looked = Promise.withResolvers<void>()
  const awake = await schedulerOn(store)
  const id = await activated(store, linked)
  // Killed after its first write, lest it makes good by its later ones what that one did.
  let writes = 0
  const storePlans: Store['planning']['storePlans'] = async (chains) => {
    looked.resolve()
    await asleep.promise
    if (writes++ > 0) throw new Error('killed')
    return store.planning.storePlans(chains)
  }
  const sleeping = planDue({ ...awake, store: { ...store, planning: { ...store.planning, storePlans } } })
  await looked.promise
  await meanwhile[what]!(id)
  const before = await plannedOf(store, id)
  asleep.resolve()
  await sleeping
  expect(await plannedOf(store, id)).toEqual(before)
  await planAll(store)
  await expectInvariants(database.connection)
})

test('F19: ten engines that all plan, offer and provide, on one database: each task runs once, as with one', async () => {
  using folder = temporaryFolder()
  await using shared = await testDatabase()
  await using servers = await startEngines({ folder: folder.path, database: shared, count: scaled(6, 10), parts: ['server'] })
  await using workers = await startEngines({ folder: folder.path, database: shared, parts: ['worker'] })
  await watchSteps(shared.connection)
  const work = markedWork({
    folder: folder.path,
    name: 'load',
    intervals: scaled(40, 1000),
    chain: 2,
    defaults: 'maxActiveInstances: 1000',
  })
  await activated(servers.engines[0]!.store, work.definition)
  await untilDone(work, workers, scaled(1, 20))
  expect(work.done().toSorted()).toEqual(work.expected)
  expect(await query(shared.connection, 'select number, status, count(*)::integer as count from sluice.attempts group by 1, 2')).toEqual([
    { number: 1, status: 'FINISHED', count: work.expected.length },
  ])
  expect([...servers.told, ...workers.told]).toEqual([])
  await expectInvariants(shared.connection)
}, 120_000)

test('F18, F20: of two server processes one is killed at random moments, and the other is frozen and wakes: each task runs once', async () => {
  using folder = temporaryFolder()
  await using shared = await testDatabase()
  await using cluster = await startCluster({ folder: folder.path, env: { SLUICE_DATABASE_URL: shared.url }, servers: 2, workers: 0 })
  await using workers = await startEngines({ folder: folder.path, database: shared, parts: ['worker'] })
  await watchSteps(shared.connection)
  const intervals = scaled(200, 20_000)
  const work = markedWork({ folder: folder.path, name: 'load', intervals, chain: 1, defaults: 'maxActiveInstances: 100000' })
  const file = join(folder.path, 'load.yaml')
  writeFileSync(file, work.definition)
  await cluster.command('apply', file)
  const dice = throwDice(18)
  let goal = 0
  const planned = async (): Promise<void> => {
    goal = Math.min(goal + 1 + dice.below(60), intervals)
    const count = `select count(*)::integer as count from sluice.instances`
    await until(async () => (await query<{ count: number }>(shared.connection, count))[0]!.count >= goal, { deadlineMs: 60_000 })
  }
  const [killed, frozen] = [cluster.servers[0]!, cluster.servers[1]!]
  for (let round = scaled(1, 60); round > 0; round--) {
    await planned()
    frozen.kill('SIGSTOP')
    await planned()
    killed.kill('SIGKILL')
    await killed.ended
    frozen.kill('SIGCONT')
    await planned()
    if (round > 1) await killed.start()
  }
  await untilDone(work, workers, scaled(1, 20))
  expect(work.done().toSorted()).toEqual(work.expected)
  await expectInvariants(shared.connection)
}, 120_000)

/** Until all is done and told: that the pipeline is FINISHED is only seen at a server's next sweep. */
async function untilDone(work: MarkedWork, workers: Engines, times: number): Promise<void> {
  const isDone = (): boolean => work.done().length >= work.expected.length && holdsNothing(workers.engines)
  await until(isDone, { deadlineMs: 60_000 * times, what: 'all is done' })
}
