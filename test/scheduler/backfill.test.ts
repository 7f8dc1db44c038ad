import { afterAll, describe, expect, test } from 'vitest'
import { backfillRanges } from '../../engine/scheduler/backfill-ranges.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { cancelBackfill, createBackfill, listBackfills, type Again } from '../../engine/store/backfills.ts'
import { deactivate, pauseComponents, resumeComponents } from '../../engine/store/commands.ts'
import type { Store } from '../../engine/store/open-store.ts'
import { compiledDefinition } from '../../engine/store/pipelines.ts'
import { expectRightCounts } from '../support/expect-right-counts.ts'
import { activated, claimAll, daysAgo, finish, planAll, runAll, statusByKey } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const store = await testStore()
afterAll(() => store[Symbol.asyncDispose]())

const day = (days: number): Date => new Date(`${daysAgo(days)}Z`)
const key = (task: string, days: number): string => `@${task}_${daysAgo(days)}`

const text = `
sluice: 1
name: test
defaults: { schedule: daily, scheduleType: cron, failureAndRerunMode: cascade, maximumRetries: 0 }
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(5)}, occurrences: 6 } }
activities:
  extract: { type: ShellCommandActivity, command: 'true' }
  load: { type: ShellCommandActivity, command: 'true', dependsOn: extract }
`

/** Asks for the days `from` up to `to` ago. */
async function backfill(id: string, from: number, to: number, again: Again = 'none', room = 5): Promise<string> {
  const definition = await compiledDefinition(store.db, id, 1)
  const window = { from: day(from), to: day(to), now: new Date(), firstActivation: new Date() }
  const ranges = backfillRanges(definition, await loadCatalog(), window)
  const backfillId = await createBackfill(store.pool, { pipelineId: id, from: day(from), to: day(to), room, again, ranges })
  expect(backfillId).toMatch(/^bf-/)
  return backfillId!
}

async function record(db: Store['db'], id: string): Promise<Awaited<ReturnType<typeof listBackfills>>[number]> {
  return (await listBackfills(db, { id }))[0]!
}

/** All days but today SKIPPED, today run. */
async function skippedPast(): Promise<string> {
  const id = await activated(store, text, undefined, { from: day(0) })
  expect(await runAll(store)).toEqual([key('extract', 0), key('load', 0)])
  return id
}

describe('a backfill', () => {
  test('runs what was skipped between two times, in the order of dependencies, and is FINISHED with its pipeline', async () => {
    const id = await skippedPast()
    const asked = await backfill(id, 4, 2)
    expect(await record(store.db, asked)).toMatchObject({ state: 'RUNNING', intervals: 2, planned: 0, counts: {} })
    expect((await runAll(store)).toSorted()).toEqual([key('extract', 4), key('extract', 3), key('load', 4), key('load', 3)].toSorted())
    expect(await record(store.db, asked)).toMatchObject({ state: 'FINISHED', planned: 2, counts: { FINISHED: 4 } })
    expect(await statusByKey(store, id)).toMatchObject({
      [key('load', 5)]: 'SKIPPED',
      [key('load', 4)]: 'FINISHED',
      [key('load', 2)]: 'SKIPPED',
    })
    const { rows } = await store.pool.query('select state from pipelines where id = $1', [id])
    expect(rows).toEqual([{ state: 'FINISHED' }])
    await expectRightCounts(store, id)
  })

  test('has no more intervals active at once than its limit, oldest first, and leaves the schedule its own room', async () => {
    const id = await skippedPast()
    await backfill(id, 5, 0, 'none', 2)
    await planAll(store)
    const first = await claimAll(store)
    expect(first.map(({ instanceKey }) => instanceKey)).toEqual([key('extract', 5), key('extract', 4)])
    await finish(store, first)
    await finish(store, await claimAll(store))
    await planAll(store)
    const next = await claimAll(store)
    expect(next.map(({ instanceKey }) => instanceKey)).toEqual([key('extract', 3), key('extract', 2)])
    await finish(store, next)
    expect(await runAll(store)).toHaveLength(4)
  })

  test('makes what was never made, as when more was skipped than is kept a record of', async () => {
    const id = await activated(store, text.replace(daysAgo(5), daysAgo(200)).replace(', occurrences: 6', ''), undefined, { from: day(0) })
    await runAll(store)
    await backfill(id, 180, 178)
    expect((await runAll(store)).toSorted()).toEqual(
      [key('extract', 180), key('extract', 179), key('load', 180), key('load', 179)].toSorted(),
    )
    await deactivate(store, id, false)
  })

  test.each<[Again, string[]]>([
    ['none', []],
    ['failed', [key('extract', 5), key('load', 5)]],
    ['all', [key('extract', 5), key('extract', 4), key('load', 5), key('load', 4)]],
  ])('with --again %s', async (again, ran) => {
    const id = await activated(store, text.replace('occurrences: 6', 'occurrences: 2'))
    await planAll(store)
    const tasks = await claimAll(store)
    const doomed = tasks.find(({ instanceKey }) => instanceKey === key('extract', 5))!
    await store.pool.query(`select fail_attempt($1, 'Broken', 'broken', null, false, interval '0')`, [doomed.attemptId])
    await finish(
      store,
      tasks.filter((task) => task !== doomed),
    )
    await runAll(store)
    expect(await statusByKey(store, id)).toMatchObject({
      [key('extract', 5)]: 'FAILED',
      [key('load', 5)]: 'CASCADE_FAILED',
      [key('load', 4)]: 'FINISHED',
    })
    const asked = await backfill(id, 5, 3, again)
    expect((await runAll(store)).toSorted()).toEqual(ran.toSorted())
    expect(await record(store.db, asked)).toMatchObject({ state: 'FINISHED', counts: ran.length === 0 ? {} : { FINISHED: ran.length } })
    await expectRightCounts(store, id)
  })

  test('cancelled, what it has under way is CANCELED, what it kept for later SKIPPED, nothing more is planned, and the schedule is not touched', async () => {
    const id = await skippedPast()
    await pauseComponents(store, id, ['load'])
    const asked = await backfill(id, 5, 0, 'none', 2)
    const errors: unknown[] = []
    await planAll(store, errors)
    expect(errors).toEqual([])
    expect(await cancelBackfill(store.pool, asked)).toBe(true)
    expect(await cancelBackfill(store.pool, asked)).toBe(false)
    await resumeComponents(store, id, ['load'])
    expect(await runAll(store)).toEqual([])
    expect(await record(store.db, asked)).toMatchObject({ state: 'CANCELED', planned: 2, counts: { CANCELED: 2, SKIPPED: 2 } })
    expect(await statusByKey(store, id)).toMatchObject({
      [key('load', 5)]: 'SKIPPED',
      [key('load', 3)]: 'SKIPPED',
      [key('load', 0)]: 'FINISHED',
    })
    const { rows } = await store.pool.query('select state from pipelines where id = $1', [id])
    expect(rows).toEqual([{ state: 'FINISHED' }])
  })

  test('ends when its pipeline is deactivated', async () => {
    const id = await skippedPast()
    const asked = await backfill(id, 5, 0, 'none', 2)
    await planAll(store)
    await deactivate(store, id, true)
    expect(await record(store.db, asked)).toMatchObject({ state: 'CANCELED', planned: 2 })
    expect(await runAll(store)).toHaveLength(4)
  })

  test('ten schedulers at once plan each of its intervals once', async () => {
    const id = await skippedPast()
    await backfill(id, 5, 0)
    await Promise.all(Array.from({ length: 10 }, () => planAll(store)))
    const ran = await runAll(store)
    expect(ran).toHaveLength(10)
    expect(new Set(ran).size).toBe(10)
  })

  test('of a schedule whose runs need those of another runs both', async () => {
    const two = `
sluice: 1
name: test
defaults: { scheduleType: cron }
schedules:
  daily: { period: 1 day, startDateTime: ${daysAgo(3)}, occurrences: 3 }
  halves: { period: 12 hours, startDateTime: ${daysAgo(3)}, occurrences: 6 }
activities:
  day: { type: ShellCommandActivity, command: 'true', schedule: daily, dependsOn: half }
  half: { type: ShellCommandActivity, command: 'true', schedule: halves }
`
    const id = await activated(store, two, undefined, { from: 'now' })
    await runAll(store)
    await backfill(id, 3, 1, 'none', 1)
    const ran = await runAll(store)
    expect(ran.filter((each) => each.startsWith('@day'))).toEqual([key('day', 3), key('day', 2)])
    expect(ran.filter((each) => each.startsWith('@half'))).toHaveLength(4)
    expect(ran.indexOf(key('day', 3))).toBeGreaterThan(ran.indexOf(`@half_${daysAgo(3).replace('T00', 'T12')}`))
    await expectRightCounts(store, id)
  })
})
