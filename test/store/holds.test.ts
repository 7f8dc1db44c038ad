import { afterAll, expect, test } from 'vitest'
import { deactivate, pauseComponents, resumeComponents } from '../../engine/store/commands.ts'
import { activated, claimAll, daysAgo, finish, planAll, reactivated, runAll, statusByKey } from '../support/scheduled-pipeline.ts'
import { expectRightCounts } from '../support/expect-right-counts.ts'
import { testStore } from '../support/store.ts'

const store = await testStore()
afterAll(() => store[Symbol.asyncDispose]())

const text = (days: number, more = ''): string => `
sluice: 1
name: test
defaults: { schedule: daily, scheduleType: cron }
schedules: { daily: { period: 1 day, startDateTime: ${daysAgo(2)}, occurrences: ${days} } }
preconditions: { there: { type: ShellCommandPrecondition, command: 'true' } }
activities:
  extract: { type: ShellCommandActivity, command: 'true' }
  load: { type: ShellCommandActivity, command: 'true', dependsOn: extract, precondition: there${more} }
  report: { type: ShellCommandActivity, command: 'true', dependsOn: load }
`
const key = (task: string, days: number): string => `@${task}_${daysAgo(days)}`

/** A pipeline of which one day has been planned, with `components` paused after that and the rest of the days due. */
async function pausedAfterADay(components: readonly string[], more = ''): Promise<string> {
  const id = await activated(store, text(1, more))
  await planAll(store)
  await pauseComponents(store, id, components)
  await reactivated(store, id, text(3, more))
  return id
}

test('paused, a component gets no new runs while those it has go on, and what waits for it waits', async () => {
  const id = await pausedAfterADay(['load'])
  const ran = await runAll(store)
  expect(ran.toSorted()).toEqual(
    [key('extract', 2), key('there', 2), key('load', 2), key('report', 2), key('extract', 1), key('extract', 0)].toSorted(),
  )
  expect(await statusByKey(store, id)).toMatchObject({
    [key('load', 2)]: 'FINISHED',
    [key('load', 1)]: 'HELD',
    [key('there', 1)]: 'HELD',
    [key('report', 1)]: 'WAITING_ON_DEPENDENCIES',
    [key('load', 0)]: 'HELD',
  })
  expect(await resumeComponents(store, id, ['load', 'extract'])).toEqual(['load'])
  expect(await runAll(store)).toEqual([
    key('there', 1),
    key('there', 0),
    key('load', 1),
    key('load', 0),
    key('report', 1),
    key('report', 0),
  ])
  await expectRightCounts(store, id)
})

test('resumed, missed intervals run oldest first and no more at once than there is room for', async () => {
  const id = await pausedAfterADay(['load'], ', maxActiveInstances: 1')
  await runAll(store)
  await resumeComponents(store, id, ['load'])
  expect(await statusByKey(store, id)).toMatchObject({ [key('load', 1)]: 'WAITING_ON_DEPENDENCIES', [key('load', 0)]: 'HELD' })
  const loads = (await runAll(store)).filter((ran) => !ran.includes('report'))
  expect(loads).toEqual([key('there', 1), key('load', 1), key('there', 0), key('load', 0)])
})

test('an interval that comes while older ones wait for room stands behind them', async () => {
  const id = await pausedAfterADay(['load'], ', maxActiveInstances: 1')
  await runAll(store)
  await resumeComponents(store, id, ['load'])
  await reactivated(store, id, text(3, ', maxActiveInstances: 1').replace('occurrences: 3', 'occurrences: 4'))
  await store.pool.query(`update watermarks set next_due = now() - interval '1 second' where pipeline_id = $1`, [id])
  const before = await statusByKey(store, id)
  expect(before[key('load', 0)]).toBe('HELD')
  await runAll(store)
  expect((await statusByKey(store, id))[key('load', 0)]).toBe('FINISHED')
})

test('a pause survives a new version, a failure that came meanwhile reaches what was held, and a cancel does not touch it', async () => {
  const id = await pausedAfterADay(['load'], ', failureAndRerunMode: cascade')
  await planAll(store)
  const tasks = await claimAll(store)
  const extract = tasks.find(({ instanceKey }) => instanceKey === key('extract', 1))!
  await store.pool.query(`select cancel_instances(array(select instance_id from attempts where id = $1), 'test')`, [extract.attemptId])
  await store.pool.query(`select cancel_instances(array(select id from instances where pipeline_id = $1 and hold is not null), 'test')`, [
    id,
  ])
  expect(await statusByKey(store, id)).toMatchObject({ [key('extract', 1)]: 'CANCELED', [key('load', 1)]: 'HELD' })
  await resumeComponents(store, id, ['load'])
  expect(await statusByKey(store, id)).toMatchObject({
    [key('load', 1)]: 'CASCADE_FAILED',
    [key('there', 1)]: 'CANCELED',
    [key('load', 0)]: 'WAITING_ON_DEPENDENCIES',
  })
  await finish(store, tasks)
  await runAll(store)
})

test('a pipeline all of whose components are paused is planned no further until one is resumed', async () => {
  const all = ['extract', 'load', 'report', 'there']
  const id = await pausedAfterADay(all)
  await runAll(store)
  expect(Object.keys(await statusByKey(store, id)).filter((each) => !each.includes(daysAgo(2)))).toEqual([])
  await resumeComponents(store, id, all)
  expect(await runAll(store)).toHaveLength(8)
})

test('a deactivated pipeline keeps what is on hold, and runs it when it is active and resumed again', async () => {
  const id = await pausedAfterADay(['load'])
  await runAll(store)
  await deactivate(store, id, false)
  await resumeComponents(store, id, ['load'])
  expect((await statusByKey(store, id))[key('load', 1)]).toBe('HELD')
  await reactivated(store, id, text(3))
  expect((await runAll(store)).toSorted()).toEqual(
    [key('there', 1), key('there', 0), key('load', 1), key('load', 0), key('report', 1), key('report', 0)].toSorted(),
  )
})
