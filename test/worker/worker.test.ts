import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PermanentError } from '../../engine/errors.ts'
import { defineActivity, fields } from '../../engine/spec/index.ts'
import type { ActivityContext } from '../../engine/spec/context.ts'
import { definitionOf, startHarness, taskOf } from '../support/worker-harness.ts'

/** An activity that does what a test says. */
function activity(run: (context: ActivityContext, given: { readonly text?: string }) => Promise<void>) {
  return defineActivity({
    type: 'Thing',
    summary: 'Does what a test says.',
    source: 'none',
    fields: { text: fields.string('Anything.').optional() },
    example: '{ id: A, type: Thing }',
    run: ({ text }, context) => run(context, { text }),
  })
}

const untilAborted = ({ signal }: ActivityContext): Promise<void> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

const one = definitionOf({ A: { type: 'Thing' } })

test('endings that come while a settlement is under way are settled together, and the free slots are asked for', async () => {
  await using harness = startHarness([activity(async () => {})], one)
  const gate = Promise.withResolvers<void>()
  harness.source.gate = gate.promise
  harness.source.give(taskOf('A'))
  await new Promise<void>((resolve) => harness.worker.events.once('started', () => resolve()))
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  harness.source.give(taskOf('A'), taskOf('A'), taskOf('A'))
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  expect(harness.source.calls).toHaveLength(1) // the three wait for the first call to be answered
  gate.resolve()
  await harness.source.endings(4)
  expect(harness.source.calls.map(({ count }) => count)).toEqual([1, 3])
  expect(harness.source.calls.every(({ want }) => want > 0)).toBe(true)
})

test('a chain goes on with the tasks that the answer to a settlement brings: one call a task, no hint', async () => {
  await using harness = startHarness([activity(async () => {})], one, { slots: { activity: 1, precondition: 0 } })
  harness.source.followers.push(...Array.from({ length: 39 }, () => taskOf('A')))
  harness.source.give(taskOf('A'))
  const settled = await harness.source.endings(40)
  expect(settled.every(({ outcome }) => outcome.status === 'FINISHED')).toBe(true)
  expect(harness.source.calls).toEqual(Array.from({ length: 40 }, () => ({ count: 1, want: 1 })))
})

test('no more tasks run than there are slots', async () => {
  let running = 0
  let most = 0
  const type = activity(async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
  })
  await using harness = startHarness([type], one, { slots: { activity: 3, precondition: 0 } })
  harness.source.followers.push(...Array.from({ length: 20 }, () => taskOf('A')))
  harness.source.give(...Array.from({ length: 20 }, () => taskOf('A')))
  await harness.source.endings(40)
  expect(most).toBe(3)
})

test('an error is retried after retryDelay; a PermanentError is not', async () => {
  const type = activity(async (_context, { text }) => {
    throw text === 'permanent' ? new PermanentError('NoSuchTable', 'there is no table') : new Error('try again')
  })
  const definition = definitionOf({
    Again: { type: 'Thing', retryDelay: '2 minutes' },
    Never: { type: 'Thing', text: 'permanent' },
  })
  await using harness = startHarness([type], definition)
  expect(await harness.run(taskOf('Again'))).toMatchObject({
    status: 'FAILED',
    errorId: 'ActivityFailed',
    errorMessage: 'try again',
    retry: true,
  })
  expect(await harness.run(taskOf('Never'))).toMatchObject({ status: 'FAILED', errorId: 'NoSuchTable', retry: false })
  expect(harness.source.settled.map(({ retryDelayMs }) => retryDelayMs)).toEqual([120_000, 600_000])
})

test('an expression that cannot be evaluated fails the attempt as ExpressionError, without a retry', async () => {
  const type = activity(async () => {})
  await using harness = startHarness([type], definitionOf({ A: { type: 'Thing', text: '#{nothing}' } }))
  expect(await harness.run(taskOf('A'))).toMatchObject({ status: 'FAILED', errorId: 'ExpressionError', retry: false })
})

test('a value that the declaration does not allow fails the attempt without a retry', async () => {
  await using harness = startHarness([activity(async () => {})], definitionOf({ A: { type: 'Thing', retryDelay: 'soon' } }))
  const outcome = await harness.run(taskOf('A'))
  expect(outcome).toMatchObject({ status: 'FAILED', errorId: 'InvalidField', retry: false })
  expect(outcome).toHaveProperty('errorMessage', 'A.retryDelay is "soon", but must be a number and a unit, such as 15 minutes or 1 day.')
})

test('a cancel ends the attempt as CANCELED, and a lost lease as a try', async () => {
  await using harness = startHarness([activity(untilAborted)], one)
  harness.worker.events.on('started', ({ attemptId, componentId }) =>
    setImmediate(() => harness.leases.end(attemptId, componentId === 'A' && harness.source.settled.length === 0 ? 'canceled' : 'lost')),
  )
  expect(await harness.run(taskOf('A'))).toEqual({ status: 'CANCELED', reason: 'canceled by the test' })
  expect(await harness.run(taskOf('A'))).toMatchObject({ status: 'FAILED', errorId: 'LostLease', retry: true })
})

test('who hears of a cancel before the heartbeat can pass it on', async () => {
  await using harness = startHarness([activity(untilAborted)], one)
  harness.worker.events.once('started', ({ attemptId }) => setImmediate(() => harness.worker.cancel(attemptId, 'by ann')))
  expect(await harness.run(taskOf('A'))).toEqual({ status: 'CANCELED', reason: 'by ann' })
  expect(harness.worker.cancel('not here', 'x')).toBe(false)
})

test('after a cancel nothing can be published', async () => {
  const type = activity(async (context) => {
    await untilAborted(context).catch(() => {})
    await context.checkFence()
  })
  await using harness = startHarness([type], one)
  harness.worker.events.once('started', ({ attemptId }) => setImmediate(() => harness.leases.end(attemptId, 'canceled')))
  expect(await harness.run(taskOf('A'))).toMatchObject({ status: 'CANCELED' })
})

test('an attempt whose fence is not the newest fails at its last check', async () => {
  await using harness = startHarness([activity((context) => context.checkFence())], one, { fences: { holds: async () => false } })
  expect(await harness.run(taskOf('A'))).toMatchObject({ status: 'FAILED', errorId: 'LostLease' })
})

test('work that does not heed its signal loses its slot', async () => {
  const type = activity(() => new Promise(() => {}))
  await using harness = startHarness([type], one, { unwindMs: 20 })
  harness.worker.events.once('started', ({ attemptId }) => setImmediate(() => harness.worker.cancel(attemptId, 'enough')))
  expect(await harness.run(taskOf('A'))).toEqual({ status: 'CANCELED', reason: 'enough' })
})

test('a draining worker lets attempts finish, asks for no more, and hands back what it was just given', async () => {
  const done = Promise.withResolvers<void>()
  await using harness = startHarness([activity(() => done.promise)], one)
  harness.source.give(taskOf('A'))
  await new Promise<void>((resolve) => harness.worker.events.once('started', () => resolve()))
  const stopped = harness.worker.stop({ mode: 'drain' })
  harness.source.give(taskOf('A'))
  harness.source.followers.push(taskOf('A'))
  done.resolve()
  await stopped
  expect(harness.source.settled.map(({ outcome }) => outcome.status).toSorted()).toEqual(['FINISHED', 'RELEASED'])
  expect(harness.source.calls.every(({ want }) => want === 0)).toBe(true)
})

test.for([
  ['drain', 1],
  ['release', 60_000],
  ['now', 60_000],
] as const)('stop %s hands back what has not finished, which costs no try', async ([mode, graceMs]) => {
  await using harness = startHarness([activity(untilAborted)], one, { graceMs })
  harness.source.give(taskOf('A'), taskOf('A'))
  await new Promise<void>((resolve) => harness.worker.events.once('started', () => resolve()))
  await harness.worker.stop({ mode })
  expect(harness.source.settled.map(({ outcome }) => outcome)).toEqual([{ status: 'RELEASED' }, { status: 'RELEASED' }])
  expect(harness.worker.running()).toEqual([])
})

test('an ending is reported again until the source takes it', async () => {
  await using harness = startHarness([activity(async () => {})], one)
  let refusals = 2
  const settle = harness.source.settle.bind(harness.source)
  harness.source.settle = async (...call) => {
    if (refusals-- > 0) throw new Error('the store is away')
    return settle(...call)
  }
  const trouble: unknown[] = []
  harness.worker.events.on('trouble', (error) => trouble.push(error))
  expect(await harness.run(taskOf('A'))).toEqual({ status: 'FINISHED' })
  expect(trouble).toHaveLength(2)
})

test('progress travels with the settlement and to whoever watches', async () => {
  const type = activity(async ({ progress }) => {
    progress({ rows: 10, note: 'copying' })
    progress({ rows: 20 })
  })
  await using harness = startHarness([type], one)
  const seen: unknown[] = []
  harness.worker.events.on('progress', (_task, progress) => seen.push(progress))
  await harness.run(taskOf('A'))
  expect(seen).toEqual([
    { rows: 10, note: 'copying' },
    { rows: 20, note: 'copying' },
  ])
  expect(harness.source.settled[0]?.progress).toEqual({ rows: 20, note: 'copying' })
})

test('secrets are masked in the log and in the error', async () => {
  const type = activity(async ({ log }, { text }) => {
    log.info(`connecting with ${text}`)
    throw new Error(`cannot log in with ${text}, that is ${text?.slice('key='.length)}`)
  })
  const definition = definitionOf(
    { A: { type: 'Thing', text: 'key=#{*myKey}' } },
    { parameters: { myKey: ['hunter22'] }, secretParameters: ['myKey'] },
  )
  await using harness = startHarness([type], definition)
  const task = taskOf('A')
  expect(await harness.run(task)).toMatchObject({ errorMessage: 'cannot log in with ********, that is ********' })
  const log = readFileSync(join(harness.logs(task), 'Activity.log'), 'utf8')
  expect(log).toContain('connecting with ********')
  expect(log).not.toContain('hunter22')
})
