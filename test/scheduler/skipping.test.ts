import { afterAll, describe, expect, test } from 'vitest'
import { activated, daysAgo, planAll, reactivated, runAll, statusByKey } from '../support/scheduled-pipeline.ts'
import { expectRightCounts } from '../support/expect-right-counts.ts'
import { testStore } from '../support/store.ts'

const store = await testStore()
afterAll(() => store[Symbol.asyncDispose]())

const daily = (more = '', from = 5): string => `
sluice: 1
name: test
defaults: { schedule: daily, scheduleType: cron }
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(from)}${more} } }
activities: { load: { type: ShellCommandActivity, command: 'true' } }
`
const load = (days: number): string => `@load_${daysAgo(days)}`

describe('an activation with a time', () => {
  test('skips the intervals that start earlier, keeps a record of them, and runs the rest', async () => {
    const id = await activated(store, daily(), undefined, { from: new Date(`${daysAgo(2)}Z`) })
    expect(await runAll(store)).toEqual([load(2), load(1), load(0)])
    expect(await statusByKey(store, id)).toMatchObject({
      [load(5)]: 'SKIPPED',
      [load(4)]: 'SKIPPED',
      [load(3)]: 'SKIPPED',
      [load(2)]: 'FINISHED',
    })
  })

  test('of now runs nothing that was missed, and goes on with what comes', async () => {
    const id = await activated(store, daily(', occurrences: 9'), undefined, { from: 'now' })
    expect(await runAll(store)).toEqual([])
    expect(Object.values(await statusByKey(store, id))).toEqual(Array.from({ length: 6 }, () => 'SKIPPED'))
    const { rows } = await store.pool.query('select next_index::int, next_due from watermarks where pipeline_id = $1', [id])
    expect(rows).toEqual([{ next_index: 6, next_due: new Date(`${daysAgo(-1)}Z`) }])
  })

  test('keeps a record of the latest 100 only', async () => {
    const id = await activated(store, daily('', 400), undefined, { from: new Date(`${daysAgo(1)}Z`) })
    await planAll(store)
    const skipped = Object.entries(await statusByKey(store, id)).filter(([, status]) => status === 'SKIPPED')
    expect(skipped.map(([key]) => key)).toEqual(Array.from({ length: 100 }, (_, number) => load(101 - number)))
    await runAll(store)
  })

  test('before intervals that ran already runs them no second time, and does not go back', async () => {
    const id = await activated(store, daily(', occurrences: 4'))
    expect(await runAll(store)).toHaveLength(4)
    await reactivated(store, id, daily(', occurrences: 4'), undefined, { from: new Date(`${daysAgo(4)}Z`) })
    expect(await runAll(store)).toEqual([])
    expect(new Set(Object.values(await statusByKey(store, id)))).toEqual(new Set(['FINISHED']))
  })

  test('a dependency that is SKIPPED is satisfied; one that something later needs is not skipped', async () => {
    const text = `
sluice: 1
name: test
defaults: { scheduleType: cron }
schedules:
  daily: { period: 1 day, startDateTime: ${daysAgo(3)}, occurrences: 3 }
  hourly: { period: 1 hour, startDateTime: ${daysAgo(3)}, occurrences: 72 }
activities:
  before: { type: ShellCommandActivity, command: 'true', schedule: daily }
  day: { type: ShellCommandActivity, command: 'true', schedule: daily, dependsOn: before }
  alone: { type: ShellCommandActivity, command: 'true', schedule: daily }
  hour: { type: ShellCommandActivity, command: 'true', schedule: hourly, dependsOn: day, maxActiveInstances: 100 }
`
    // 22:00 of two days ago: the hours of that evening need its day, which began before
    const from = new Date(new Date(`${daysAgo(1)}Z`).getTime() - 2 * 3_600_000)
    const id = await activated(store, text, undefined, { from })
    const ran = await runAll(store)
    expect(ran.filter((key) => !key.startsWith('@hour'))).toEqual(
      [
        `@before_${daysAgo(2)}`,
        ...[`@before_${daysAgo(1)}`, `@alone_${daysAgo(1)}`].toSorted((a, b) => ran.indexOf(a) - ran.indexOf(b)),
        `@day_${daysAgo(2)}`,
        `@day_${daysAgo(1)}`,
      ].toSorted((a, b) => ran.indexOf(a) - ran.indexOf(b)),
    )
    expect(ran.filter((key) => key.startsWith('@hour'))).toHaveLength(26)
    expect(await statusByKey(store, id)).toMatchObject({
      [`@alone_${daysAgo(2)}`]: 'SKIPPED',
      [`@day_${daysAgo(3)}`]: 'SKIPPED',
      [`@day_${daysAgo(2)}`]: 'FINISHED',
    })
    await expectRightCounts(store, id)
  })
})

describe('a schedule that was behind', () => {
  test('runs the latest interval only with catchUp latest', async () => {
    const id = await activated(store, daily(', catchUp: latest'))
    expect(await runAll(store)).toEqual([load(0)])
    expect(await statusByKey(store, id)).toMatchObject({ [load(5)]: 'SKIPPED', [load(1)]: 'SKIPPED' })
  })

  test('runs nothing that is late with catchUp none', async () => {
    const id = await activated(store, daily(', catchUp: none'))
    const sinceMidnight = Date.now() - new Date(`${daysAgo(0)}Z`).getTime()
    expect(await runAll(store)).toEqual(sinceMidnight < 60_000 ? [load(0)] : [])
    expect(await statusByKey(store, id)).toMatchObject({ [load(5)]: 'SKIPPED', [load(1)]: 'SKIPPED' })
  })

  test('skips what grew old while it waited for room', async () => {
    const id = await activated(store, daily(', catchUp: latest').replace("command: 'true'", "command: 'true', maxActiveInstances: 1"))
    await planAll(store)
    // As if that one run were of long ago, and three days had come since.
    await store.pool.query(`delete from instances where pipeline_id = $1 and status = 'SKIPPED'`, [id])
    await store.pool.query(`update instances set interval_start = '2000-01-01', instance_key = '@load_old' where pipeline_id = $1`, [id])
    await store.pool.query(`update watermarks set next_index = next_index - 3, next_due = now() where pipeline_id = $1`, [id])
    expect((await planAll(store)).full).toBe(true)
    expect(await statusByKey(store, id)).toEqual({ '@load_old': 'WAITING_FOR_RUNNER', [load(2)]: 'SKIPPED', [load(1)]: 'SKIPPED' })
    expect(await runAll(store)).toEqual(['@load_old', load(0)])
  })
})

describe('a first activation that begins more than a day ago', () => {
  const guarded = (text: string, from?: Date | 'now'): Promise<string> => activated(store, text, undefined, { from })

  test('is refused with how to say it; a time, even the start itself, lets it pass', async () => {
    await expect(guarded(daily())).rejects.toMatchObject({
      message: `test would run 6 past intervals of daily at once: it starts at ${daysAgo(5)}, more than a day ago.`,
      hint: expect.stringContaining(`--from ${daysAgo(5)} runs them all, --from now only what is to come`),
    })
    await guarded(daily(', occurrences: 2'), new Date(`${daysAgo(5)}Z`))
    expect(await runAll(store)).toEqual([load(5), load(4)])
  })

  test('is let through when the start is less than a day past, when it is not the first, and when the schedule catches up with nothing old', async () => {
    await guarded(daily(', occurrences: 1', 0))
    await guarded(daily(', catchUp: latest, occurrences: 6'))
    const id = await activated(store, daily(', occurrences: 1'))
    await reactivated(store, id, daily(', occurrences: 2'), undefined, {})
    expect((await runAll(store)).toSorted()).toEqual([load(0), load(0), load(4), load(5)].toSorted())
  })

  test('refused, it leaves the pipeline as it was: PENDING, with nothing to follow', async () => {
    await expect(guarded(daily())).rejects.toThrow('more than a day ago')
    const { rows } = await store.pool.query(
      `select state, (select count(*)::int from watermarks w where w.pipeline_id = p.id) as marks from pipelines p order by creation_time desc limit 1`,
    )
    expect(rows).toEqual([{ state: 'PENDING', marks: 0 }])
  })
})

test('a FINISHED pipeline goes on when its end is moved', async () => {
  const id = await activated(store, daily(', occurrences: 2'))
  expect(await runAll(store)).toHaveLength(2)
  await planAll(store)
  await reactivated(store, id, daily(', occurrences: 3'))
  expect(await runAll(store)).toEqual([load(3)])
})

test('what waits for a schedule that a new version does not have waits no longer', async () => {
  const two = (more: string): string => `
sluice: 1
name: test
defaults: { scheduleType: cron }
schedules:
  late: { period: 1 day, startDateTime: ${daysAgo(0)}, occurrences: 3 }
  early: { period: 3 days, startDateTime: ${daysAgo(0)}, occurrences: 1 }
activities:
  sum: { type: ShellCommandActivity, command: 'true', schedule: early${more} }
  part: { type: ShellCommandActivity, command: 'true', schedule: ${more ? 'late' : 'early'} }
`
  const id = await activated(store, two(', dependsOn: part'))
  expect(await runAll(store)).toEqual([`@part_${daysAgo(0)}`])
  await reactivated(store, id, two(''))
  expect(await runAll(store)).toEqual([`@sum_${daysAgo(0)}`])
})
