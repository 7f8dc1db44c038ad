import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Engine } from '../../engine/app.ts'
import { deactivate } from '../../engine/store/commands.ts'
import { throwDice } from '../fuzz/dice.ts'
import { heldOpen } from '../support/held-open.ts'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { activated, planAll, reactivated } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { cancelFromElsewhere, holdsNothing, startEngines } from './rig/engines.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { markedWork } from './rig/marked-work.ts'
import { scaled } from './rig/scale.ts'

test('F68: runs are cancelled about when they end, seeded: one wins, and attempt, instance, worker, event and consumer say the same', async () => {
  const count = scaled(40, 5000)
  using folder = temporaryFolder()
  await using database = await testDatabase()
  await using here = await startEngines({ folder: folder.path, database })
  const [engine] = here.engines as [Engine]
  await watchSteps(database.connection)
  const accepted = acceptedEndings(engine)
  const dice = throwDice(68)
  const canceling: Promise<readonly [key: string, count: number]>[] = []
  engine.worker.events.on('started', ({ componentId, instanceId, instanceKey }) => {
    if (componentId !== 'first') return
    const cancel = () => cancelFromElsewhere(engine, [instanceId]).then((canceled) => [instanceKey, canceled] as const)
    const { promise, resolve } = Promise.withResolvers<void>()
    setTimeout(resolve, dice.pick([0, 4, 8, 16, 32, 64, 128, 256])) // the moment of the fault: a short command takes some of these
    canceling.push(promise.then(cancel))
  })
  await activated(engine.store, pairs(count))
  const isOver = `select 1 from sluice.pipelines where state = 'FINISHED'`
  await until(async () => (await query(database.connection, isOver)).length > 0, { deadlineMs: 100_000 * scaled(1, 20) })
  await until(() => holdsNothing(here.engines))

  const canceled = new Map(await Promise.all(canceling))
  const rows = await query<Told>(database.connection, told)
  expect(rows).toHaveLength(count)
  const expected = rows.map(({ key }) => (canceled.get(key) === 1 ? canceledRun(key) : finishedRun(key)))
  expect(rows).toEqual(expected)
  expect([...accepted].toSorted()).toEqual(rows.filter(({ status }) => status === 'FINISHED').map(({ key }) => key))
  expect(new Set(canceled.values()), 'either wins now and then').toEqual(new Set([0, 1]))
  await expectInvariants(database.connection)
}, 120_000)

test.each(['FINISHED', 'CANCELED'])(
  'F68: of an end and a cancel that wait for the same row, the first wins: %s',
  async (first) => {
    using folder = temporaryFolder()
    await using database = await testDatabase()
    await using here = await startEngines({ folder: folder.path, database })
    const [engine] = here.engines as [Engine]
    const go = join(folder.path, 'go')
    const started = new Promise<string>((resolve) => engine.worker.events.once('started', ({ instanceId }) => resolve(instanceId)))
    await activated(engine.store, pairs(1, `until [ -e ${go} ]; do sleep 0.02; done`))
    const run = await started
    const row = await heldOpen(engine.store.pool, (client) => client.query('select 1 from attempts for update'))
    let canceled: Promise<number> | undefined
    const end = (): void => writeFileSync(go, '')
    const cancel = (): void => void (canceled = cancelFromElsewhere(engine, [run]))
    const steps = first === 'FINISHED' ? [end, cancel] : [cancel, end]
    for (const [before, step] of steps.entries()) {
      step()
      await until(async () => (await waiters(engine)) === before + 1, { deadlineMs: 30_000, what: `${before + 1} wait for the row` })
    }
    await row.commit()
    expect(await canceled).toBe(first === 'CANCELED' ? 1 : 0)
    await until(async () => (await query<Told>(database.connection, told)).every(({ consumer }) => /FINISHED|FAILED/.test(consumer)))
    const key = '@first_2020-01-01T00:00:00'
    expect(await query(database.connection, told)).toEqual([first === 'CANCELED' ? canceledRun(key) : finishedRun(key)])
    await expectInvariants(database.connection)
  },
  60_000,
)

async function waiters({ store }: Engine): Promise<number> {
  const { rows } = await store.pool.query<{ count: number }>(
    `select count(*)::integer as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0]?.count ?? 0
}

/** What is told of one run of `first`, wherever somebody may look. */
interface Told {
  readonly key: string
  readonly status: string
  readonly attempt: string
  readonly consumer: string
  readonly cancels: number
}

const finishedRun = (key: string): Told => ({ key, status: 'FINISHED', attempt: 'FINISHED', consumer: 'FINISHED', cancels: 0 })
const canceledRun = (key: string): Told => ({ key, status: 'CANCELED', attempt: 'CANCELED', consumer: 'CASCADE_FAILED', cancels: 1 })

const told = `select i.instance_key as key, i.status, a.status as attempt, c.status as consumer,
    (select count(*)::integer from sluice.events e where e.instance_id = i.id and e.kind = 'CANCELED') as cancels
  from sluice.instances i join sluice.attempts a on a.instance_id = i.id and a.number = i.attempt_count
    join sluice.dependencies d on d.producer_id = i.id join sluice.instances c on c.id = d.consumer_id where i.component_id = 'first' order by 1`

function pairs(count: number, command = 'true'): string {
  return `
sluice: 1
name: pairs
defaults: { scheduleType: timeseries, schedule: hourly, maxActiveInstances: 20, failureAndRerunMode: cascade }
schedules: { hourly: { period: 1 hour, startDateTime: 2020-01-01T00:00:00, occurrences: ${count} } }
activities:
  first: { type: ShellCommandActivity, command: '${command}' }
  second: { type: ShellCommandActivity, command: 'true', dependsOn: first }
`
}

test.each([
  ['what runs is cancelled', false],
  ['what runs goes on', true],
])(
  'F69: a pipeline is deactivated in mid-work and activated again, %s: what is missing runs, once',
  async (_, keepRunning) => {
    using folder = temporaryFolder()
    await using database = await testDatabase()
    await using here = await startEngines({ folder: folder.path, database })
    const [engine] = here.engines as [Engine]
    await watchSteps(database.connection)
    const work = markedWork({ folder: folder.path, name: 'stopped', intervals: scaled(16, 500), chain: 2, seconds: 0.1 })
    const id = await activated(engine.store, work.definition)
    const cut: string[] = []
    for (let round = 1; round <= scaled(2, 50); round++) {
      await until(() => work.done().length >= round * 8, { deadlineMs: 60_000 })
      expect(await deactivate(engine.store, id, keepRunning)).toBe(true)
      await until(async () => (await stateOf(database)) === 'INACTIVE' && holdsNothing(here.engines), { deadlineMs: 60_000 })
      const [planned] = await query(database.connection, 'select count(*) from sluice.instances')
      await planAll(engine.store)
      expect(await query(database.connection, 'select count(*) from sluice.instances')).toEqual([planned])
      cut.push(...(await query<{ task: string }>(database.connection, cutShort)).map(({ task }) => task))
      await reactivated(engine.store, id, work.definition)
    }
    await until(async () => (await stateOf(database)) === 'FINISHED', { deadlineMs: 60_000 * scaled(1, 20) })
    expect(cut.length > 0).toBe(!keepRunning)
    expect([...new Set(work.done())].toSorted()).toEqual(work.expected)
    // One that was cancelled may have left its mark just before.
    expect(work.done().filter((task, at, all) => all.indexOf(task) !== at && !cut.includes(task))).toEqual([])
    const finished = `select count(*)::integer as count, min(n)::integer as least, max(n)::integer as most from (
    select count(*) filter (where a.status = 'FINISHED') as n from sluice.instances i left join sluice.attempts a on a.instance_id = i.id group by i.id) each`
    expect(await query(database.connection, finished)).toEqual([{ count: work.expected.length, least: 1, most: 1 }])
    await expectInvariants(database.connection)
  },
  120_000,
)

async function stateOf({ connection }: TestDatabase): Promise<string | undefined> {
  const rows = await query<{ state: string }>(connection, 'select state from sluice.pipelines')
  return rows[0]?.state
}

/** What was cancelled when it had begun, as its mark would say it. */
const cutShort = `select component_id || ' ' || to_char(interval_start, 'YYYY-MM-DD HH24') as task from sluice.instances where status = 'CANCELED' and attempt_count > 0`

/** Keys of the runs of `first` whose end was stored, as the worker was told. */
function acceptedEndings({ worker }: Engine): ReadonlySet<string> {
  const keys = new Set<string>()
  worker.events.on('ended', ({ componentId, instanceKey }, { status }, accepted) => {
    if (componentId === 'first' && status === 'FINISHED' && accepted) keys.add(instanceKey)
  })
  return keys
}
