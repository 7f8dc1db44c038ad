import { afterAll, beforeAll, expect, test } from 'vitest'
import { deactivate, deletePipeline } from '../../engine/store/commands.ts'
import { openStore, type Store } from '../../engine/store/open-store.ts'
import { throwDice } from '../fuzz/dice.ts'
import { retried } from '../support/claimants.ts'
import { testDatabase, type TestDatabase } from '../support/postgres.ts'
import { activated, planAll, reactivated, runAll } from '../support/scheduled-pipeline.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { scaled } from './rig/scale.ts'

let database: TestDatabase
let store: Store

beforeAll(async () => {
  database = await testDatabase()
  store = await openStore(database.connection)
  await watchSteps(database.connection)
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

const hours = 8

/** A version of the pipeline: two tasks an hour, and two that take in four hours. */
const version = (command: string): string => `
schedules:
  hourly: { period: 1 hour, startDateTime: 2020-01-01T00:00:00, occurrences: ${hours} }
  long: { period: 4 hours, startDateTime: 2020-01-01T00:00:00, occurrences: 2 }
defaults: { scheduleType: timeseries, maxActiveInstances: 100 }
activities:
  sum: { type: ShellCommandActivity, command: '${command}', schedule: long, dependsOn: tidy }
  tidy: { type: ShellCommandActivity, command: '${command}', schedule: hourly, dependsOn: part }
  part: { type: ShellCommandActivity, command: '${command}', schedule: hourly, dependsOn: open }
  open: { type: ShellCommandActivity, command: '${command}', schedule: long }
`

let edits = 0
const edited = (): string => version(`echo ${(edits += 1)}`)

const commands: Record<string, (id: string) => Promise<unknown>> = {
  edit: (id) => reactivated(store, id, edited()),
  'activate anew': (id) => reactivated(store, id, version('true')),
  deactivate: (id) => deactivate(store, id, false),
  'deactivate, keep running': (id) => deactivate(store, id, true),
  delete: (id) => deletePipeline(store, id),
}

const names = Object.keys(commands)
const pairs = names.flatMap((one, at) => names.slice(at).map((other) => [one, other] as const))

test.each(pairs)('F32: %s and %s meet planning: each interval is of one version, and runs once when all is over', async (one, other) => {
  const dice = throwDice(32)
  for (let round = 0; round < scaled(1, 60); round++) {
    const id = await activated(store, version('true'))
    const errors: unknown[] = []
    const asked = [one, other].map((name) => async () => {
      for (let turns = dice.below(30); turns > 0; turns--) await new Promise(setImmediate)
      await retried(() => commands[name]!(id))
    })
    const planning = [1, 2].map(() => async () => void (await planAll(store, errors)))
    const ends = await Promise.allSettled([...planning, ...asked].map((work) => work()))
    expect(ends.flatMap((end) => (end.status === 'rejected' && !isGone(end.reason) ? [end.reason] : []))).toEqual([])
    expect(errors.filter((error) => !isGone(error))).toEqual([])
    await planAll(store)
    await (one === 'delete' || other === 'delete' ? expectNothingOf : expectEachOnce)(id)
    await expectInvariants(database.connection)
  }
})

/** Whoever comes after a delete is told so. */
function isGone(error: unknown): boolean {
  return /There is no (pipeline|version \d+ of pipeline) /.test(String(error))
}

async function expectNothingOf(id: string): Promise<void> {
  const left = `select (select count(*) from pipelines where id = $1)::integer + (select count(*) from instances where pipeline_id = $1)::integer as count`
  expect((await store.pool.query(left, [id])).rows).toEqual([{ count: 0 }])
}

async function expectEachOnce(id: string): Promise<void> {
  const ofEach = `select interval_start, component_id in ('sum', 'open') as long, count(*)::integer as count, count(distinct version)::integer as versions
    from instances where pipeline_id = $1 and status <> 'SCHEDULED' group by 1, 2 having count(*) <> 2 or count(distinct version) <> 1`
  expect((await store.pool.query(ofEach, [id])).rows).toEqual([])
  await runAll(store)
  await reactivated(store, id, edited())
  await runAll(store)
  const ran = `select component_id as id, count(distinct interval_start)::integer as intervals, count(*)::integer as count
    from instances where pipeline_id = $1 and status = 'FINISHED' group by 1 order by 1`
  const each = (name: string, count: number) => ({ id: name, intervals: count, count })
  expect((await store.pool.query(ran, [id])).rows).toEqual([each('open', 2), each('part', hours), each('sum', 2), each('tidy', hours)])
}
