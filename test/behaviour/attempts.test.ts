/** What spec/behaviour.md says of tries, time-outs and actions, sections 5.4, 7 and 8, seen from a pipeline that is activated. */
import { expect, test } from 'vitest'
import { cancelInstances } from '../../engine/store/actions.ts'
import { startDispatcher } from '../../engine/dispatcher/dispatcher.ts'
import { markFinished, rerun, rerunSet } from '../../engine/store/commands.ts'
import type { Outcome } from '../../engine/queue/task.ts'
import { firstActivations } from '../../engine/store/first-activations.ts'
import { listInstances } from '../../engine/store/instances.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { compiledDefinition } from '../../engine/store/pipelines.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { actionPerformer } from '../../engine/worker/perform-action.ts'
import { statuses } from '../support/planned-graph.ts'
import { activated, claimAll, finish } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'
import { until } from '../support/until.ts'

const shell = "type: ShellCommandActivity, command: 'true'"
const broken: Outcome = { status: 'FAILED', errorId: 'Broken', errorMessage: 'it broke', retry: true }
const claimant = { workerId: 'w1', hostname: 'here', groups: ['default', '@system'] }

async function idOf({ pool }: Store, component: string): Promise<string> {
  return (await pool.query<{ id: string }>('select id::text from instances where component_id = $1', [component])).rows[0]!.id
}

/** Fails the one attempt that is ready; the next is ready at once. Resolves to its number. */
async function failOne(store: Store, lane: 'activity' | 'precondition' = 'activity'): Promise<number | undefined> {
  const [task] = await store.claims.claim(claimant, lane, 1)
  if (!task) return undefined
  await store.claims.settle(claimant, lane, [{ ...task, outcome: broken, retryDelayMs: 0 }], 0)
  return task.attemptNumber
}

async function failAllTries(store: Store, lane: 'activity' | 'precondition' = 'activity'): Promise<number[]> {
  const numbers: number[] = []
  for (let number = await failOne(store, lane); number !== undefined; number = await failOne(store, lane)) numbers.push(number)
  return numbers
}

async function rerunIt(store: Store, pipelineId: string, component: string): Promise<void> {
  const request = { pipelineId, targets: [await idOf(store, component)], downstream: false }
  expect(await rerun(store, request, await rerunSet(store, request))).toBe(true)
}

async function fired({ pool }: Store): Promise<string[]> {
  const { rows } = await pool.query<{ text: string }>(
    `select i.component_id || ' ' || o.event as text from outbox o join instances i on i.id = o.instance_id where o.kind = 'action' order by 1`,
  )
  return rows.map(({ text }) => text)
}

test.each([
  ['without maximumRetries', '', [1, 2, 3]],
  ['with maximumRetries: 0', ', maximumRetries: 0', [1]],
  ['with maximumRetries: 1', ', maximumRetries: 1', [1, 2]],
])('%s an activity has these tries', async (_, more, numbers) => {
  await using store = await testStore()
  const id = await activated(store, `defaults: { scheduleType: ondemand }\nactivities: { a: { ${shell}${more} } }`)
  expect(await failAllTries(store)).toEqual(numbers)
  expect(await statuses(store, id)).toEqual({ a: 'FAILED' })
})

test('attempts are numbered on over reruns, and every rerun has all tries', async () => {
  await using store = await testStore()
  const id = await activated(store, `defaults: { scheduleType: ondemand, maximumRetries: 1 }\nactivities: { a: { ${shell} } }`)
  const left = async () => (await listInstances(store.db, { pipelineId: id }))[0]!.triesLeft
  expect(await failAllTries(store)).toEqual([1, 2])
  expect(await left()).toBe(0)
  await rerunIt(store, id, 'a')
  expect(await left()).toBe(1) // the third is made
  expect(await failAllTries(store)).toEqual([3, 4])
})

test('while it waits for its delay an instance shows WAITING_FOR_RUNNER, with a next attempt that nobody is handed', async () => {
  await using store = await testStore()
  const id = await activated(store, `defaults: { scheduleType: ondemand }\nactivities: { a: { ${shell} } }`)
  const [task] = await claimAll(store)
  await store.claims.settle(claimant, 'activity', [{ ...task!, outcome: broken, retryDelayMs: 600_000 }], 0)
  expect(await statuses(store, id)).toEqual({ a: 'WAITING_FOR_RUNNER' })
  const { rows } = await store.pool.query(
    `select number, status, held, available_time > now() + interval '9 minutes' as later from attempts order by number`,
  )
  expect(rows).toEqual([
    { number: 1, status: 'FAILED', held: null, later: null },
    { number: 2, status: 'WAITING_FOR_RUNNER', held: 'RETRY_DELAY', later: true },
  ])
  expect(await claimAll(store)).toEqual([])
})

const alarms = `
actions: { tell: { type: SnsAlarm, topicArn: 'arn:aws:sns:eu-central-1:1:t', subject: '#{node.name}', message: '#{node.@status} #{node.@scheduledStartTime} #{node.errorMessage}', role: r } }`
const told = 'onFail: tell, onSuccess: tell'

test('a failure is told after the last try only, also of what fails with it, and not of what was cancelled', async () => {
  await using store = await testStore()
  await activated(
    store,
    `defaults: { scheduleType: ondemand, failureAndRerunMode: cascade, maximumRetries: 1 }${alarms}
activities: { a: { ${shell}, ${told} }, b: { ${shell}, dependsOn: a, ${told} }, c: { ${shell}, workerGroup: others, ${told} }, d: { ${shell}, dependsOn: c, ${told} } }`,
  )
  await failOne(store)
  expect(await fired(store)).toEqual([])
  await failOne(store)
  expect(await fired(store)).toEqual(['a onFail', 'b onFail'])
  await cancelInstances(store.pool, [await idOf(store, 'c')], 'a person asked for it')
  expect(await fired(store)).toEqual(['a onFail', 'b onFail', 'd onFail'])
})

test('success is told of activities, data nodes and preconditions, once each, also of what is marked finished', async () => {
  await using store = await testStore()
  await activated(
    store,
    `defaults: { scheduleType: ondemand }${alarms}
preconditions: { p: { type: S3KeyExists, s3Key: s3://b/k, onSuccess: tell } }
dataNodes: { n: { type: S3DataNode, filePath: s3://b/k, onSuccess: tell }, out: { type: S3DataNode, filePath: s3://b/k, onSuccess: tell } }
activities: { a: { ${shell}, precondition: p, input: n, output: out, onSuccess: tell }, z: { ${shell}, workerGroup: others, onSuccess: tell } }`,
  )
  expect(await fired(store)).toEqual(['n onSuccess'])
  await finish(store, await claimAll(store, 'precondition'), 'precondition')
  await finish(store, await claimAll(store))
  await markFinished(store, [await idOf(store, 'z')])
  await markFinished(store, [await idOf(store, 'z')])
  expect(await fired(store)).toEqual(['a onSuccess', 'n onSuccess', 'out onSuccess', 'p onSuccess', 'z onSuccess'])
})

test('a message is evaluated when the action fires, with `node` as the instance that it is about', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    `defaults: { scheduleType: ondemand, maximumRetries: 0 }${alarms}\nactivities: { a: { ${shell}, ${told} } }`,
  )
  await failOne(store)
  const sent: object[] = []
  const publish = async (message: object): Promise<string> => (sent.push(message), 'id')
  const perform = actionPerformer({
    store,
    catalog: await loadCatalog(),
    clients: { notifier: { publish } } as never, // an alarm needs nothing else
    firstActivation: firstActivations(store.db),
    definitions: { get: (pipelineId, version) => compiledDefinition(store.db, pipelineId, version) },
  })
  await using open = new AsyncDisposableStack()
  open.defer(startDispatcher({ store, perform, pump: async () => {}, onError: (error) => void sent.push({ error }), sweepMs: 20 }).stop)
  await until(() => sent.length > 0)
  const { rows } = await store.pool.query<{ start: string }>(
    `select to_char(interval_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') as start from instances where pipeline_id = $1`,
    [id],
  )
  expect(sent).toMatchObject([{ subject: `@a_${rows[0]!.start}`, message: `FAILED ${rows[0]!.start} it broke` }])
})
