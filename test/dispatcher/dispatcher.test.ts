import { expect, test } from 'vitest'
import { startDispatcher, type DispatcherOptions } from '../../engine/dispatcher/dispatcher.ts'
import type { Claimant } from '../../engine/queue/claims.ts'
import type { DueAction } from '../../engine/store/actions.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'
import { until } from '../support/until.ts'

const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }

function dispatcher(store: Store, options: Partial<DispatcherOptions>) {
  const { stop } = startDispatcher({ store, pump: async () => {}, perform: async () => {}, onError: () => {}, sweepMs: 20, ...options })
  return { [Symbol.asyncDispose]: stop }
}

/** Ends every task there is. */
async function endAll(store: Store, status: 'FINISHED' | 'FAILED'): Promise<void> {
  const outcome =
    status === 'FINISHED' ? { status } : { status, errorId: 'Broken', errorMessage: 'half an emoji: \ud83d and a NUL: \0', retry: true }
  const tasks = await store.claims.claim(worker, 'activity', 99)
  await store.claims.settle(
    worker,
    'activity',
    tasks.map(({ attemptId, fence }) => ({ attemptId, fence, outcome, retryDelayMs: 0 })),
    0,
  )
}

async function events(store: Store, kind: string) {
  return (await store.pool.query<{ detail: unknown }>('select detail from events where kind = $1', [kind])).rows
}

test('onSuccess, onFail (also of what fails with it) and onLateAction are performed once each', async () => {
  await using store = await testStore()
  const fires = ['onSuccess', 'onFail', 'onLateAction']
  await plannedGraph(store, [{ component: 'well', fires }], [])
  await endAll(store, 'FINISHED')
  const soon = new Date(Date.now() - 1000)
  await plannedGraph(
    store,
    [
      { component: 'bad', fires, late: soon },
      { component: 'after', fires },
      { component: 'n', family: 'datanode', fires },
    ],
    [['bad', 'after']],
  )
  const seen: string[] = []
  await using open = new AsyncDisposableStack()
  open.use(
    dispatcher(store, {
      perform: async ({ componentId, event, status }) => void seen.push(`${componentId} ${event} ${status}`),
    }),
  )
  await until(() => seen.includes('bad onLateAction WAITING_FOR_RUNNER'))
  await endAll(store, 'FAILED')
  store.signals.emit('outbox')
  await until(async () => (await events(store, 'ACTION_PERFORMED')).length === 5)
  expect(seen.toSorted()).toEqual([
    'after onFail CASCADE_FAILED',
    'bad onFail FAILED',
    'bad onLateAction WAITING_FOR_RUNNER',
    'n onSuccess FINISHED',
    'well onSuccess FINISHED',
  ])
  expect((await store.pool.query('select 1 from outbox')).rowCount).toBe(
    (await store.pool.query(`select 1 from outbox where kind = 'hint'`)).rowCount,
  )
})

test('an action that fails changes no status, is tried again under the same id, and is given up with an event', async () => {
  await using store = await testStore()
  await plannedGraph(store, [{ component: 'a', fires: ['onFail'] }], [])
  await endAll(store, 'FAILED')
  const tries: DueAction[] = []
  const perform = async (action: DueAction) => {
    tries.push(action)
    throw new Error('the topic is gone')
  }
  await using open = new AsyncDisposableStack()
  open.use(dispatcher(store, { perform }))
  for (let n = 1; n <= 5; n++) {
    await until(() => tries.length === n)
    if (n < 5) await until(() => hurried(store, n))
    store.signals.emit('outbox')
  }
  const [given] = await until(async () => ((await events(store, 'ACTION_FAILED')).length > 0 ? events(store, 'ACTION_FAILED') : undefined))
  expect(given?.detail).toMatchObject({ event: 'onFail', tries: 5, failure: 'the topic is gone' })
  expect(new Set(tries.map(({ eventId }) => eventId)).size).toBe(1)
  expect((await store.pool.query('select status from instances')).rows).toEqual([{ status: 'FAILED' }])
})

/** Makes an action due whose try number `n` has failed and been put off; false while that is still under way. */
async function hurried(store: Store, n: number): Promise<boolean> {
  const putOff = 5000 * 4 ** (n - 1)
  const { rowCount } = await store.pool.query(
    `update outbox set available_time = now() where kind = 'action' and tries = $1
      and abs(extract(epoch from available_time - now()) * 1000 - $2) < 4000`,
    [n, putOff],
  )
  return rowCount === 1
}

test('a queue that is away keeps no alarm from being sent', async () => {
  await using store = await testStore()
  await plannedGraph(store, [{ component: 'a', fires: ['onFail'] }], [])
  await endAll(store, 'FAILED')
  const told: unknown[] = []
  const performed = Promise.withResolvers<void>()
  await using open = new AsyncDisposableStack()
  open.use(
    dispatcher(store, {
      pump: () => Promise.reject(new Error('Redis is away')),
      perform: async () => performed.resolve(),
      onError: (error) => void told.push(error),
    }),
  )
  await performed.promise
  await until(() => told.length > 0)
  expect(String(told[0])).toContain('Redis is away')
})

test('two dispatchers perform each action once', async () => {
  await using store = await testStore()
  await plannedGraph(
    store,
    Array.from({ length: 60 }, (_, n) => ({ component: `a${n}`, fires: ['onSuccess'] })),
    [],
  )
  await endAll(store, 'FINISHED')
  const seen: string[] = []
  const perform = async ({ eventId }: DueAction) => void seen.push(eventId)
  await using open = new AsyncDisposableStack()
  open.use(dispatcher(store, { perform }))
  open.use(dispatcher(store, { perform }))
  await until(async () => (await events(store, 'ACTION_PERFORMED')).length === 60)
  expect(new Set(seen).size).toBe(60)
  expect(seen).toHaveLength(60)
})

test('what is ready and has no hint on the way is offered again', async () => {
  await using store = await testStore()
  await plannedGraph(store, [{ component: 'a' }, { component: 'b', grp: 'other' }], [])
  await store.claims.takeHints(100) // and loses them
  const offered: string[] = []
  await using open = new AsyncDisposableStack()
  open.use(
    dispatcher(store, {
      reofferMs: 0,
      pump: async () => void offered.push(...(await store.claims.takeHints(100)).map(({ group }) => group)),
    }),
  )
  await until(() => new Set(offered).size === 2)
  expect(new Set(offered)).toEqual(new Set(['default', 'other']))
})
