import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Engine } from '../../engine/app.ts'
import { isRunning } from '../support/processes.ts'
import { query, testDatabase, type TestDatabase } from '../support/postgres.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startEngines } from './rig/engines.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'

// Before anything reads it: nobody tells a worker that a machine went, so its next beat has to come soon.
vi.hoisted(() => (process.env['SLUICE_LEASE_MS'] = '3000'))

const hanging = (folder: string, failure: string): string => `
sluice: 1
name: housed
defaults: { scheduleType: ondemand, failureAndRerunMode: cascade, retryDelay: 1 second }
resources: { machine: { type: Ec2Resource, maximumRetries: 2, retryDelay: 0 seconds, actionOnResourceFailure: ${failure} } }
activities:
  hangs:
    type: ShellCommandActivity
    runsOn: machine
    maximumRetries: 0
    command: if mkdir ${folder}/first; then echo $$ > ${folder}/new; mv ${folder}/new ${folder}/pid; exec sleep 100000; fi
  after: { type: ShellCommandActivity, command: "true", dependsOn: hangs }
`

test.each([
  ['retryall', { machine: 'FINISHED', hangs: 'FINISHED', after: 'FINISHED' }, ['1 FAILED ResourceLost', '2 FINISHED']],
  ['retrynone', { machine: 'FAILED', hangs: 'CANCELED', after: 'CASCADE_FAILED' }, ['1 CANCELED']],
])(
  'F71: a machine is lost under its activity: the processes end, and %s says what becomes of it, at no cost of a try',
  async (failure, statuses, attempts) => {
    using folder = temporaryFolder()
    await using database = await testDatabase()
    await using here = await startEngines({ folder: folder.path, database })
    const [engine] = here.engines as [Engine]
    await watchSteps(database.connection)
    await activated(engine.store, hanging(folder.path, failure))
    const pidFile = join(folder.path, 'pid')
    await until(() => existsSync(pidFile), { deadlineMs: 30_000 })
    const pid = Number(readFileSync(pidFile, 'utf8'))
    await loseMachine(engine)
    await until(() => !isRunning(pid), { deadlineMs: 10_000, what: 'its processes are gone' })
    await until(async () => (await query(database.connection, open)).length === 0, { deadlineMs: 30_000 })
    expect(await statusesOf(database)).toEqual(statuses)
    expect(await attemptsOf(database)).toEqual(attempts)
    expect(readdirSync(join(folder.path, 'home', 'resources'))).toEqual([])
    await expectInvariants(database.connection)
  },
  120_000,
)

/** As who watches the machine would say it. */
async function loseMachine({ store }: Engine): Promise<void> {
  const lost = `select resource_failed(id, attempt_count, 'Lost', 'it is gone') from instances where component_id = 'machine' and status = 'RUNNING'`
  expect((await store.pool.query(lost)).rowCount).toBe(1)
  store.signals.emit('drained')
}

const open = `select 1 from sluice.instances where status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')`

async function statusesOf({ connection }: TestDatabase): Promise<Record<string, string>> {
  const rows = await query<{ component_id: string; status: string }>(connection, 'select component_id, status from sluice.instances')
  return Object.fromEntries(rows.map((row) => [row.component_id, row.status]))
}

async function attemptsOf({ connection }: TestDatabase): Promise<string[]> {
  const rows = await query<{ said: string }>(
    connection,
    `select concat_ws(' ', a.number, a.status, a.error_id) as said from sluice.attempts a join sluice.instances i on i.id = a.instance_id where i.component_id = 'hangs' order by 1`,
  )
  return rows.map(({ said }) => said)
}
