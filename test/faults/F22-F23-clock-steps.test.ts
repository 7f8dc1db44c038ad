import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../engine/app.ts'
import { deletePipeline } from '../../engine/store/commands.ts'
import { query } from '../support/postgres.ts'
import { activated, planAll } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startClockedPostgres, type ClockedPostgres } from './rig/clocked-postgres.ts'
import { holdsNothing, startEngines } from './rig/engines.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { plannedOf } from './rig/planned-of.ts'

let postgres: ClockedPostgres

beforeAll(async () => {
  postgres = await startClockedPostgres()
})

afterAll(() => postgres[Symbol.asyncDispose]())

/** Three hours and a half ago: no interval falls due while a test runs. */
const start = new Date(Date.now() - 3.5 * 3_600_000).toISOString().slice(0, 19)

const schedules = `
schedules:
  forAll: { period: 1 hour, startDateTime: ${start} }
  forLatest: { period: 1 hour, startDateTime: ${start}, catchUp: latest }
  forNone: { period: 1 hour, startDateTime: ${start}, catchUp: none }
defaults: { scheduleType: timeseries, maxActiveInstances: 3, maximumRetries: 3, retryDelay: 1 second }
`

const tasks = `
activities:
  all: { type: ShellCommandActivity, command: 'sleep 0.05', schedule: forAll }
  latest: { type: ShellCommandActivity, command: 'true', schedule: forLatest }
  none: { type: ShellCommandActivity, command: 'true', schedule: forNone }
`

test('F23: everything is down for a day: what was missed is made up for as each schedule says, no more at once than maxActiveInstances', async () => {
  using folder = temporaryFolder()
  let id: string
  {
    await using before = await startEngines({ folder: folder.path, database: postgres })
    const [{ store }] = before.engines as [Engine]
    await watchSteps(postgres.connection)
    await watchRoom()
    id = await activated(store, schedules + tasks)
    await until(() => isDone(id, { all: 3, latest: 1 }), { deadlineMs: 30_000 })
  }
  postgres.step('+1d')
  await using after = await startEngines({ folder: folder.path, database: postgres })
  const [{ store }] = after.engines as [Engine]
  await until(() => isDone(id, { all: 27, latest: 2 }), { deadlineMs: 60_000 })
  await planAll(store)
  expect(await done(id)).toMatchObject({ all: 27, latest: 2, none: 0 })
  expect(await query(postgres.connection, 'select max(count)::integer as most from sluice.room')).toEqual([{ most: 3 }])
  await expectInvariants(postgres.connection)
  await deletePipeline(store, id)
}, 120_000)

test('F22: the store’s clock goes on by a day while a task runs, and back: the day is made up for, the task ends once, nothing runs twice', async () => {
  using folder = temporaryFolder()
  postgres.step('+0')
  await using here = await startEngines({ folder: folder.path, database: postgres })
  const [engine] = here.engines as [Engine]
  const go = join(folder.path, 'go')
  const held = await activated(engine.store, onDemand(`until [ -e ${go} ]; do sleep 0.05; done`))
  const id = await activated(engine.store, schedules + tasks)
  await until(() => isDone(id, { all: 3, latest: 1 }), { deadlineMs: 30_000 })
  postgres.step('+1d')
  await until(() => isDone(id, { all: 27, latest: 2 }), { deadlineMs: 60_000 })
  writeFileSync(go, '')
  await until(async () => (await done(held))['once'] === 1 && holdsNothing(here.engines), { deadlineMs: 60_000 })

  postgres.step('+0')
  const before = await plannedOf(engine.store, id)
  const later = await activated(engine.store, onDemand('true'))
  await until(async () => (await done(later))['once'] === 1, { deadlineMs: 30_000 })
  await planAll(engine.store)
  expect(await plannedOf(engine.store, id)).toEqual(before)
  expect(await query(postgres.connection, 'select max(count)::integer as most from sluice.room')).toEqual([{ most: 3 }])
  await expectInvariants(postgres.connection)
}, 180_000)

const onDemand = (command: string): string => `
defaults: { scheduleType: ondemand, maximumRetries: 5, retryDelay: 1 second }
activities: { once: { type: ShellCommandActivity, command: '${command}' } }
`

/** Instances that are FINISHED, each by one attempt, by task. */
async function done(id: string): Promise<Record<string, number>> {
  const rows = await query<{ task: string; count: number }>(
    postgres.connection,
    `select component_id as task, count(*) filter (where status = 'FINISHED' and 1 = (select count(*) from sluice.attempts a where a.instance_id = i.id and a.status = 'FINISHED'))::integer as count
      from sluice.instances i where pipeline_id = '${id}' group by 1`,
  )
  return Object.fromEntries(rows.map(({ task, count }) => [task, count]))
}

async function isDone(id: string, wanted: Record<string, number>): Promise<boolean> {
  const found = await done(id)
  return Object.entries(wanted).every(([task, count]) => (found[task] ?? 0) === count)
}

/** Notes how many runs of `all` are active whenever that changes. */
async function watchRoom(): Promise<void> {
  await query(
    postgres.connection,
    `create table sluice.room (pipeline text, count integer);
     create function sluice.note_room() returns trigger language plpgsql as $$ begin
       insert into sluice.room select pipeline_id, count(*) from sluice.instances where component_id = 'all'
         and status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED', 'SCHEDULED') group by 1;
       return null;
     end $$;
     create trigger note_room after insert or update on sluice.instances for each statement execute function sluice.note_room();`,
  )
}
