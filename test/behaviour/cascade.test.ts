/** What spec/behaviour.md says of failures that spread, sections 8 and 9: each row of its table, seen from a pipeline that is activated. */
import { describe, expect, test } from 'vitest'
import { cancelInstances } from '../../engine/store/actions.ts'
import { failedDependency, markFinished, rerun, rerunSet } from '../../engine/store/commands.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { markResourceFailed, takeFinishedResources, takeWantedResources } from '../../engine/store/resources.ts'
import { statuses } from '../support/planned-graph.ts'
import { activated, claimAll, daysAgo, finish, planAll, statusByKey } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const shell = "type: ShellCommandActivity, command: 'true'"
const node = 'type: S3DataNode, filePath: s3://b/k'
const check = 'type: S3KeyExists, s3Key: s3://b/k'
const claimant = { workerId: 'w1', hostname: 'here', groups: ['default', '@system'] }
const [waits, ready, cascaded] = ['WAITING_ON_DEPENDENCIES', 'WAITING_FOR_RUNNER', 'CASCADE_FAILED']

const cascading = (rest: string) => `defaults: { scheduleType: ondemand, failureAndRerunMode: cascade, maximumRetries: 0 }\n${rest}`

async function idOf({ pool }: Store, component: string): Promise<string> {
  return (await pool.query<{ id: string }>('select id::text from instances where component_id = $1', [component])).rows[0]!.id
}

/** Fails the one task of `component`. */
async function fail(store: Store, component: string, lane: 'activity' | 'precondition' = 'activity'): Promise<void> {
  const task = (await claimAll(store, lane)).find(({ componentId }) => componentId === component)
  const outcome = { status: 'FAILED' as const, errorId: 'Broken', errorMessage: 'it broke', retry: true }
  await store.claims.settle(claimant, lane, [{ ...task!, outcome, retryDelayMs: 0 }], 0)
}

const cancel = async (store: Store, component: string): Promise<unknown> =>
  cancelInstances(store.pool, [await idOf(store, component)], 'a person asked for it')

async function errorOf({ pool }: Store, component: string): Promise<string | null> {
  const { rows } = await pool.query<{ text: string | null }>('select error_message as text from instances where component_id = $1', [
    component,
  ])
  return rows[0]!.text
}

describe.each<[string, (store: Store, component: string) => Promise<unknown>, string]>([
  ['FAILED', fail, 'FAILED'],
  ['CANCELED by a person', cancel, 'CANCELED'],
])('an activity that is %s', (_, end, status) => {
  test('takes its consumers along, and theirs, with their preconditions and the data nodes that it writes', async () => {
    await using store = await testStore()
    const id = await activated(
      store,
      cascading(`
preconditions: { ofB: { ${check} }, ofOut: { ${check} } }
dataNodes: { out: { ${node}, precondition: ofOut }, before: { ${node} } }
activities:
  first: { ${shell}, output: before }
  a: { ${shell}, input: before, output: out }
  b: { ${shell}, dependsOn: a, precondition: ofB }
  c: { ${shell}, dependsOn: b }
  reader: { ${shell}, input: out }
  beside: { ${shell}, dependsOn: first }`),
    )
    await finish(store, await claimAll(store))
    await end(store, 'a')
    expect(await statuses(store, id)).toMatchObject({
      a: status,
      b: cascaded,
      c: cascaded,
      out: cascaded,
      reader: cascaded,
      ofB: 'CANCELED',
      ofOut: 'CANCELED',
      first: 'FINISHED',
      before: 'FINISHED',
    })
    expect((await statuses(store, id))['beside']).not.toBe(cascaded)
  })
})

test('preconditions of what fails are CANCELED', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    cascading(`preconditions: { p: { ${check} }, q: { ${check} } }\nactivities: { a: { ${shell}, precondition: [p, q] } }`),
  )
  await fail(store, 'p', 'precondition')
  expect(await statuses(store, id)).toEqual({ p: 'FAILED', q: 'CANCELED', a: 'FAILED' })
})

test('a data node that is FAILED takes those along that read it, and not those that write it', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    cascading(`
preconditions: { p: { ${check} } }
dataNodes: { n: { ${node}, precondition: p } }
activities: { writer: { ${shell}, output: n }, reader: { ${shell}, input: n }, last: { ${shell}, dependsOn: reader } }`),
  )
  await finish(store, await claimAll(store))
  await fail(store, 'p', 'precondition')
  expect(await statuses(store, id)).toEqual({ writer: 'FINISHED', p: 'FAILED', n: 'FAILED', reader: cascaded, last: cascaded })
})

test('the mode of the consumer counts, not that of what failed', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    `
defaults: { scheduleType: ondemand, maximumRetries: 0 }
activities:
  a: { ${shell} }
  b: { ${shell}, dependsOn: a, failureAndRerunMode: Cascade }
  c: { ${shell}, dependsOn: a, failureAndRerunMode: none }
  d: { ${shell}, dependsOn: b }`,
  )
  await fail(store, 'a')
  expect(await statuses(store, id)).toEqual({ a: 'FAILED', b: cascaded, c: waits, d: waits })
})

test('a resource that FAILED has what should run on it CANCELED, ready or not, and their consumers are CASCADE_FAILED', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    cascading(`
resources: { m: { type: Ec2Resource } }
dataNodes: { out: { ${node} } }
activities:
  first: { ${shell} }
  a: { ${shell}, runsOn: m }
  later: { ${shell}, runsOn: m, dependsOn: first, output: out }
  b: { ${shell}, dependsOn: a }
  reader: { ${shell}, input: out }`),
  )
  const [machine] = await takeWantedResources(store.pool)
  await markResourceFailed(store.pool, machine!, 'Broken', 'no room')
  expect(await statuses(store, id)).toEqual({
    m: 'FAILED',
    a: 'CANCELED',
    later: 'CANCELED',
    b: cascaded,
    out: cascaded,
    reader: cascaded,
    first: ready,
  })
})

test('a resource that waits is FINISHED when all that should run on it has failed', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    cascading(`
resources: { m: { type: Ec2Resource } }
activities: { first: { ${shell} }, a: { ${shell}, runsOn: m, dependsOn: first }, b: { ${shell}, runsOn: m, dependsOn: a } }`),
  )
  await fail(store, 'first')
  await takeFinishedResources(store.pool)
  expect(await statuses(store, id)).toEqual({ first: 'FAILED', a: cascaded, b: cascaded, m: 'FINISHED' })
})

test('what has ended is left alone when something it depended on is run again and fails', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    cascading(`activities: { a: { ${shell} }, b: { ${shell}, dependsOn: a }, c: { ${shell}, dependsOn: b } }`),
  )
  await finish(store, await claimAll(store))
  await cancel(store, 'b')
  const request = { pipelineId: id, targets: [await idOf(store, 'a')], downstream: false }
  expect(await rerun(store, request, await rerunSet(store, request))).toBe(true)
  expect(await statuses(store, id)).toEqual({ a: ready, b: 'CANCELED', c: cascaded })
  await fail(store, 'a')
  expect(await statuses(store, id)).toEqual({ a: 'FAILED', b: 'CANCELED', c: cascaded })
})

test('a failure stays in its interval: the next one runs', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    `
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(2)}, occurrences: 2 } }
defaults: { schedule: daily, failureAndRerunMode: cascade, maximumRetries: 0 }
activities: { a: { ${shell} }, b: { ${shell}, dependsOn: a } }`,
  )
  await planAll(store)
  await fail(store, 'a')
  expect(await statusByKey(store, id)).toEqual({
    [`@a_${daysAgo(2)}`]: 'FAILED',
    [`@b_${daysAgo(2)}`]: cascaded,
    [`@a_${daysAgo(1)}`]: 'RUNNING',
    [`@b_${daysAgo(1)}`]: waits,
  })
})

test('what is CASCADE_FAILED says on what it depended, and where that began', async () => {
  await using store = await testStore()
  await activated(
    store,
    cascading(
      `activities: { a: { ${shell} }, b: { ${shell}, dependsOn: a }, c: { ${shell}, dependsOn: b }, d: { ${shell}, dependsOn: c } }`,
    ),
  )
  await fail(store, 'a')
  expect(await failedDependency(store, await idOf(store, 'd'))).toMatchObject({ componentId: 'c', origin: { componentId: 'a' } })
  expect([await errorOf(store, 'b'), await errorOf(store, 'c'), await errorOf(store, 'd')]).toEqual([
    'a failed.',
    'b failed, which began with a.',
    'c failed, which began with a.',
  ])
})

test('what is planned after the failure, of another schedule, is CASCADE_FAILED at once and says the same', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    `
schedules:
  daily: { period: 1 day, startDateTime: ${daysAgo(1)}, occurrences: 1 }
  hourly: { period: 12 hours, startDateTime: ${daysAgo(1)}, occurrences: 2 }
defaults: { schedule: daily, failureAndRerunMode: cascade, maximumRetries: 0, maxActiveInstances: 1 }
activities: { a: { ${shell} }, b: { ${shell}, dependsOn: a }, c: { ${shell}, schedule: hourly, dependsOn: b } }`,
  )
  expect(await planAll(store)).toEqual({ full: true })
  await fail(store, 'a')
  await planAll(store)
  const noon = `${daysAgo(1).slice(0, 10)}T12:00:00`
  expect(await statusByKey(store, id)).toMatchObject({ [`@c_${daysAgo(1)}`]: cascaded, [`@c_${noon}`]: cascaded })
  const { rows } = await store.pool.query(`select distinct error_message as text from instances where component_id = 'c'`)
  expect(rows).toEqual([{ text: 'b failed, which began with a.' }])
})

test('what a person marked FINISHED lets go those that wait for it', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    `defaults: { scheduleType: ondemand, maximumRetries: 0 }\nactivities: { a: { ${shell} }, b: { ${shell}, dependsOn: a } }`,
  )
  await fail(store, 'a')
  expect(await statuses(store, id)).toEqual({ a: 'FAILED', b: waits })
  await markFinished(store, [await idOf(store, 'a')])
  expect(await statuses(store, id)).toEqual({ a: 'FINISHED', b: ready })
})
