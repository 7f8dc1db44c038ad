/** What spec/behaviour.md says of dependencies and preconditions, sections 3 and 4, seen from a pipeline that is activated and planned. */
import { expect, test } from 'vitest'
import { cancelInstances } from '../../engine/store/actions.ts'
import { finishPipelines } from '../../engine/store/planning.ts'
import { listPipelines } from '../../engine/store/pipelines.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { markResourceFailed, markResourceRunning, takeWantedResources, tendResources } from '../../engine/store/resources.ts'
import { statuses } from '../support/planned-graph.ts'
import { activated, claimAll, finish, planAll, runAll } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const shell = "type: ShellCommandActivity, command: 'true'"
const broken = { status: 'FAILED' as const, errorId: 'Broken', errorMessage: 'it broke', retry: true }
const claimant = { workerId: 'w1', hostname: 'here', groups: ['default', '@system'] }

const onDemand = (rest: string, mode = '') => `defaults: { scheduleType: ondemand${mode} }\n${rest}`

async function idOf({ pool }: Store, component: string): Promise<string> {
  return (await pool.query<{ id: string }>('select id::text from instances where component_id = $1', [component])).rows[0]!.id
}

/** Fails everything that is ready in a lane, for good. */
async function failAll(store: Store, lane: 'activity' | 'precondition' = 'activity'): Promise<void> {
  const tasks = await claimAll(store, lane)
  const endings = tasks.map(({ attemptId, fence }) => ({ attemptId, fence, outcome: { ...broken, retry: false }, retryDelayMs: 0 }))
  await store.claims.settle(claimant, lane, endings, 0)
}

async function groups({ pool }: Store): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ name: string; grp: string }>(`select component_id as name, worker_group as grp from instances`)
  return Object.fromEntries(rows.map(({ name, grp }) => [name, grp]))
}

test('what nothing links is ready together, and a data node with nothing before it is FINISHED at once', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    onDemand(`
dataNodes: { there: { type: S3DataNode, filePath: s3://b/k } }
activities: { a: { ${shell} }, b: { ${shell} }, c: { ${shell}, input: there } }`),
  )
  const ready = 'WAITING_FOR_RUNNER'
  expect(await statuses(store, id)).toEqual({ a: ready, b: ready, c: ready, there: 'FINISHED' })
})

test('a data node waits for every activity that writes it, for its dependsOn, and then for its preconditions', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    onDemand(`
preconditions: { check: { type: S3KeyExists, s3Key: s3://b/k } }
dataNodes: { n: { type: S3DataNode, filePath: s3://b/k, dependsOn: other, precondition: check } }
activities: { one: { ${shell}, output: n }, two: { ${shell}, output: n }, other: { ${shell} }, reader: { ${shell}, input: n } }`),
  )
  for (const writer of ['one', 'two', 'other']) {
    expect(await statuses(store, id)).toMatchObject({ check: 'WAITING_ON_DEPENDENCIES', n: 'WAITING_ON_DEPENDENCIES' })
    const [task] = await store.claims.claim(claimant, 'activity', 1)
    expect(task?.componentId).toBe(writer)
    await finish(store, [task!])
  }
  expect(await statuses(store, id)).toMatchObject({ check: 'WAITING_FOR_RUNNER', n: 'WAITING_ON_DEPENDENCIES' })
  await finish(store, await claimAll(store, 'precondition'), 'precondition')
  expect(await statuses(store, id)).toMatchObject({ n: 'FINISHED', reader: 'WAITING_FOR_RUNNER' })
})

test('an activity waits for all of its dependsOn, inputs and preconditions, and its precondition for none of them', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    onDemand(`
preconditions: { check: { type: S3KeyExists, s3Key: s3://b/k } }
dataNodes: { n: { type: S3DataNode, filePath: s3://b/k } }
activities: { a: { ${shell}, output: n }, b: { ${shell} }, c: { ${shell}, dependsOn: [b], input: [n], precondition: [check] } }`),
  )
  expect(await statuses(store, id)).toMatchObject({ c: 'WAITING_ON_DEPENDENCIES', check: 'WAITING_FOR_RUNNER' })
  await finish(store, await claimAll(store, 'precondition'), 'precondition')
  for (const next of ['a', 'b']) {
    expect(await statuses(store, id)).toMatchObject({ c: 'WAITING_ON_DEPENDENCIES', [next]: 'WAITING_FOR_RUNNER' })
    await finish(store, await store.claims.claim(claimant, 'activity', 1))
  }
  expect(await statuses(store, id)).toMatchObject({ c: 'WAITING_FOR_RUNNER' })
})

test('an activity does not wait for its resource: being ready is what has it made', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    onDemand(`resources: { m: { type: Ec2Resource } }\nactivities: { first: { ${shell} }, a: { ${shell}, runsOn: m, dependsOn: first } }`),
  )
  expect(await takeWantedResources(store.pool)).toEqual([])
  expect(await statuses(store, id)).toEqual({ m: 'WAITING_ON_DEPENDENCIES', first: 'WAITING_FOR_RUNNER', a: 'WAITING_ON_DEPENDENCIES' })
  await finish(store, await claimAll(store))
  expect(await takeWantedResources(store.pool)).toHaveLength(1)
  expect(await statuses(store, id)).toEqual({ m: 'CREATING', first: 'FINISHED', a: 'WAITING_FOR_RUNNER' })
})

test.each(['FAILED', 'CANCELED'])(
  'in mode none, what depends on something %s waits for ever, and its pipeline does not end',
  async (how) => {
    await using store = await testStore()
    const id = await activated(
      store,
      onDemand(`
dataNodes: { n: { type: S3DataNode, filePath: s3://b/k } }
activities: { a: { ${shell}, output: n }, b: { ${shell}, dependsOn: a }, c: { ${shell}, input: n } }`),
    )
    if (how === 'FAILED') await failAll(store)
    else await cancelInstances(store.pool, [await idOf(store, 'a')], 'a person asked for it')
    const waits = 'WAITING_ON_DEPENDENCIES'
    expect(await statuses(store, id)).toEqual({ a: how, b: waits, c: waits, n: waits })
    await finishPipelines(store.pool)
    expect((await listPipelines(store.db, { id }))[0]?.state).toBe('SCHEDULED')
  },
)

test('a precondition that fails fails what it guards, also in mode none, and what reads that waits', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    onDemand(`
preconditions: { check: { type: S3KeyExists, s3Key: s3://b/k } }
dataNodes: { n: { type: S3DataNode, filePath: s3://b/k, precondition: check } }
activities: { a: { ${shell}, input: n } }`),
  )
  await failAll(store, 'precondition')
  expect(await statuses(store, id)).toEqual({ check: 'FAILED', n: 'FAILED', a: 'WAITING_ON_DEPENDENCIES' })
})

test('a precondition that a runner fails is tried again maximumRetries times', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    onDemand(`
preconditions: { check: { type: S3KeyExists, s3Key: s3://b/k, maximumRetries: 1 } }
activities: { a: { ${shell}, precondition: check } }`),
  )
  for (const expected of ['WAITING_FOR_RUNNER', 'FAILED']) {
    const [task] = await claimAll(store, 'precondition')
    await store.claims.settle(claimant, 'precondition', [{ ...task!, outcome: broken, retryDelayMs: 0 }], 0)
    expect((await statuses(store, id))['check']).toBe(expected)
  }
})

const runnerCheck = "{ type: ShellCommandPrecondition, command: 'true' }"

test.each([
  ['an activity’s', `activities: { a: { ${shell}, workerGroup: wg, precondition: check } }`, 'wg'],
  ['an activity’s without one', `activities: { a: { ${shell}, precondition: check } }`, 'default'],
  [
    'a data node’s own',
    `dataNodes: { n: { type: S3DataNode, filePath: s3://b/k, workerGroup: own, precondition: check } }
activities: { a: { ${shell}, workerGroup: wg, input: n } }`,
    'own',
  ],
  [
    'a data node’s reader',
    `dataNodes: { n: { type: S3DataNode, filePath: s3://b/k, precondition: check } }
activities: { w: { ${shell}, workerGroup: writers, output: n }, a: { ${shell}, workerGroup: wg, input: n } }`,
    'wg',
  ],
  [
    'a data node that only is written',
    `dataNodes: { n: { type: S3DataNode, filePath: s3://b/k, precondition: check } }
activities: { w: { ${shell}, workerGroup: writers, output: n } }`,
    'default',
  ],
])('a precondition that a runner checks is checked in the worker group of what it guards: %s', async (_, yaml, group) => {
  await using store = await testStore()
  await activated(store, onDemand(`preconditions: { check: ${runnerCheck} }\n${yaml}`))
  expect((await groups(store))['check']).toBe(group)
})

test.each([
  ['an activity', `activities: { a: { ${shell}, runsOn: m, precondition: check } }`],
  [
    'a data node that an activity reads',
    `dataNodes: { n: { type: S3DataNode, filePath: s3://b/k, precondition: check } }
activities: { a: { ${shell}, runsOn: m, input: n } }`,
  ],
  [
    'a data node that says so itself',
    `dataNodes: { n: { type: S3DataNode, filePath: s3://b/k, runsOn: m, precondition: check } }
activities: { a: { ${shell}, input: n } }`,
  ],
])('a precondition that a runner checks is checked on the resource of what it guards: %s', async (_, yaml) => {
  await using store = await testStore()
  const id = await activated(store, onDemand(`resources: { m: { type: Ec2Resource } }\npreconditions: { check: ${runnerCheck} }\n${yaml}`))
  expect(await claimAll(store, 'precondition')).toEqual([])
  const [machine] = await takeWantedResources(store.pool)
  expect(machine?.key).toMatch(/^@m_/)
  expect(await statuses(store, id)).toMatchObject({ check: 'WAITING_FOR_RUNNER', m: 'CREATING', a: 'WAITING_ON_DEPENDENCIES' })
  await markResourceRunning(store.pool, machine!, 'i-1')
  await finish(store, await claimAll(store, 'precondition'), 'precondition')
  expect(await statuses(store, id)).toMatchObject({ check: 'FINISHED', a: 'WAITING_FOR_RUNNER' })
})

test('when the machine that a precondition is checked on is lost, it goes on on the next one, and its time-out begins anew', async () => {
  await using store = await testStore()
  await activated(
    store,
    onDemand(`
resources: { m: { type: Ec2Resource, actionOnResourceFailure: retryAll } }
preconditions: { check: ${runnerCheck} }
activities: { a: { ${shell}, runsOn: m, precondition: check } }`),
  )
  const [machine] = await takeWantedResources(store.pool)
  await markResourceRunning(store.pool, machine!, 'i-1')
  expect(await claimAll(store, 'precondition')).toMatchObject([{ attemptNumber: 1, checks: { count: 0 } }])
  await markResourceFailed(store.pool, machine!, 'Lost', 'it is gone')
  await tendResources(store.pool)
  const { rows } = await store.pool.query(
    `select a.number, a.status, a.held, a.check_since is not null as looks from attempts a join instances i on i.id = a.instance_id
      where i.component_id = 'check' order by a.number`,
  )
  expect(rows).toEqual([
    { number: 1, status: 'FAILED', held: null, looks: true },
    { number: 2, status: 'WAITING_FOR_RUNNER', held: 'RESOURCE', looks: true },
  ])
})

test('a precondition that the service checks needs neither runner nor resource', async () => {
  await using store = await testStore()
  await activated(
    store,
    onDemand(`
resources: { m: { type: Ec2Resource } }
preconditions: { check: { type: S3KeyExists, s3Key: s3://b/k } }
activities: { a: { ${shell}, runsOn: m, precondition: check } }`),
  )
  expect(await takeWantedResources(store.pool)).toEqual([])
  expect(await claimAll(store, 'precondition')).toMatchObject([{ componentId: 'check' }])
})

test('an activity that only a schedule not begun, or over, would provide for waits for nothing', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    `
schedules:
  day: { period: 1 day, startDateTime: 2026-01-10, occurrences: 1 }
  over: { period: 1 day, startDateTime: 2026-01-01, occurrences: 2 }
  later: { period: 1 day, startDateTime: 2026-01-20, occurrences: 1 }
activities:
  a: { ${shell}, schedule: day, dependsOn: [past, future] }
  past: { ${shell}, schedule: over }
  future: { ${shell}, schedule: later }`,
  )
  await planAll(store)
  expect((await runAll(store)).toSorted()).toEqual([
    '@a_2026-01-10T00:00:00',
    '@future_2026-01-20T00:00:00',
    '@past_2026-01-01T00:00:00',
    '@past_2026-01-02T00:00:00',
  ])
  expect((await listPipelines(store.db, { id }))[0]?.state).toBe('FINISHED')
})
