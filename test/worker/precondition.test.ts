import { expect, test } from 'vitest'
import { definePrecondition, fields } from '../../engine/spec/index.ts'
import type { CheckResult, PreconditionContext } from '../../engine/spec/context.ts'
import { defineActivity } from '../../engine/spec/index.ts'
import { realTimers, type Timers } from '../../engine/worker/timers.ts'
import { definitionOf, startHarness, taskOf } from '../support/worker-harness.ts'

function precondition(check: (context: PreconditionContext, text: string | undefined) => Promise<CheckResult>) {
  return definePrecondition({
    type: 'Check',
    summary: 'Looks as a test says.',
    source: 'none',
    fields: { text: fields.string('Anything.').optional() },
    example: '{ id: A, type: Check }',
    managedBy: 'system',
    check: ({ text }, context) => check(context, text),
  })
}

const load = defineActivity({
  type: 'Load',
  summary: 'Waits for the check.',
  source: 'none',
  fields: { table: fields.string('A table.') },
  example: '{ id: L, type: Load, table: t }',
  run: async () => {},
})

const looking = (changes = {}) => taskOf('Ready', { referrer: { componentId: 'Orders' }, ...changes })
const orders = { type: 'Load', table: 'orders', precondition: { ref: 'Ready' } }

function timersAt(today: string): Timers {
  return { ...realTimers, today: () => new Date(today) }
}

test('a check that passes is FINISHED', async () => {
  await using harness = startHarness(
    [precondition(async () => ({ passed: true })), load],
    definitionOf({ Ready: { type: 'Check' }, Orders: orders }),
  )
  expect(await harness.run(looking())).toEqual({ status: 'FINISHED' })
})

test('a check that does not pass is FALSE, says why, and is looked at again after retryDelay, by default in 1 minute', async () => {
  const no = precondition(async () => ({ passed: false, because: 's3://b/k is not there' }))
  await using harness = startHarness([no, load], definitionOf({ Ready: { type: 'Check' }, Orders: orders }))
  expect(await harness.run(looking())).toEqual({ status: 'FALSE', because: 's3://b/k is not there', delayMs: 60_000 })
  await using slower = startHarness([no, load], definitionOf({ Ready: { type: 'Check', retryDelay: '5 minutes' }, Orders: orders }))
  expect(await slower.run(looking())).toMatchObject({ status: 'FALSE', delayMs: 300_000 })
})

test('an error counts as false, with its message as the reason', async () => {
  const broken = precondition(async () => {
    throw new Error('access denied')
  })
  await using harness = startHarness([broken, load], definitionOf({ Ready: { type: 'Check' }, Orders: orders }))
  expect(await harness.run(looking())).toMatchObject({ status: 'FALSE', because: 'access denied' })
})

test('preconditionTimeout counts from the first look; past it the attempt fails', async () => {
  const no = precondition(async () => ({ passed: false, because: 'no' }))
  const definition = definitionOf({ Ready: { type: 'Check', preconditionTimeout: '10 minutes' }, Orders: orders })
  const checks = { count: 3, since: '2026-01-02T00:00:00Z' }
  await using before = startHarness([no, load], definition, { timers: timersAt('2026-01-02T00:09:30Z') })
  expect(await before.run(looking({ checks }))).toEqual({ status: 'FALSE', because: 'no', delayMs: 30_000 })
  await using after = startHarness([no, load], definition, { timers: timersAt('2026-01-02T00:10:00Z') })
  expect(await after.run(looking({ checks }))).toMatchObject({ status: 'FAILED', errorId: 'PreconditionTimeout' })
})

test('`node` is the object that waits, in expressions and in the context', async () => {
  const seen: unknown[] = []
  const type = precondition(async ({ node }, text) => {
    seen.push(text, node.id, node.type, node.fields.table)
    return { passed: true }
  })
  const definition = definitionOf({ Ready: { type: 'Check', text: '#{node.table} of #{node.@scheduledStartTime}' }, Orders: orders })
  await using harness = startHarness([type, load], definition)
  await harness.run(looking())
  expect(seen).toEqual(['orders of 2026-01-01T00:00:00', 'Orders', 'Load', 'orders'])
})

test('a check that hangs is false after its time, and holds no activity’s slot', async () => {
  const hanging = precondition(
    ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  const definition = definitionOf({ Ready: { type: 'Check', reportProgressTimeout: '0 seconds' }, Orders: orders })
  await using harness = startHarness([hanging, load], definition)
  expect(await harness.run(looking())).toMatchObject({ status: 'FALSE', because: 'The check did not answer in time.' })
})

test('attemptTimeout ends a look that takes longer, and counts as a failed try, not as false', async () => {
  const stuck = precondition(({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended')))))
  await using harness = startHarness([stuck, load], definitionOf({ Ready: { type: 'Check', attemptTimeout: '1 second' }, Orders: orders }))
  expect(await harness.run(looking())).toMatchObject({ status: 'FAILED', errorId: 'AttemptTimeout', retry: true })
})
