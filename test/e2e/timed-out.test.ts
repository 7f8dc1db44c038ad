import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, sluice } from '../support/cli.ts'
import { leftInWork, processesOf } from '../support/home.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startUp } from '../support/up.ts'

test('what runs on a resource that is up for longer than terminateAfter loses its processes with it, and why is told', async () => {
  using folder = temporaryFolder()
  const [home, file, begun] = ['home', 'timed-out.yaml', 'begun'].map((name) => join(folder.path, name)) as [string, string, string]
  writeFileSync(
    file,
    `
sluice: 1
name: timed-out
defaults: { scheduleType: ondemand, failureAndRerunMode: cascade }
resources: { machine: { type: Ec2Resource, terminateAfter: 2 seconds } }
activities:
  hangs: { type: ShellCommandActivity, runsOn: machine, command: "touch ${begun}; exec sleep 100000" }
  after: { type: ShellCommandActivity, command: "true", dependsOn: hangs }
`,
  )
  await using up = startUp([file], { home, env: { SLUICE_LEASE_MS: '3000' } })
  await until(() => existsSync(begun), { deadlineMs: 30_000 })
  const runs = async () => jsonLines((await sluice(['runs', 'timed-out', '--json'], { home })).stdout)
  const isOver = async () => (await runs()).some(({ componentId, status }) => componentId === 'machine' && status === 'TIMEDOUT')
  await until(isOver, { deadlineMs: 30_000 })
  const ended = await runs()
  expect(Object.fromEntries(ended.map((run) => [run['componentId'], run['status']]))).toEqual({
    machine: 'TIMEDOUT',
    hangs: 'CANCELED',
    after: 'CASCADE_FAILED',
  })
  expect(JSON.stringify(ended)).toContain('its resource machine timed out: It was up for longer than its terminateAfter of 2 s.')
  await until(() => leftInWork(home).length === 0, { deadlineMs: 30_000 })
  const sleeps = (pid: number): boolean =>
    existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep')
  expect(processesOf(home, up.child.pid).filter(sleeps)).toEqual([])
  expect(readdirSync(join(home, 'resources'))).toEqual([])
}, 120_000)
