import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, sluice } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const nightly = `
sluice: 1
name: nightly
defaults: { schedule: nightly, scheduleType: timeseries, failureAndRerunMode: cascade }
schedules: { nightly: { period: 1 day, startDateTime: 2025-12-01T00:00:00 } }
activities:
  load: { type: ShellCommandActivity, command: 'true' }
  report: { type: ShellCommandActivity, command: 'true', dependsOn: load }
`

async function simulate(text: string, ...args: string[]): ReturnType<typeof sluice> {
  using home = temporaryFolder()
  const file = join(home.path, 'nightly.yaml')
  writeFileSync(file, text)
  return await sluice(['simulate', file, ...args], { home: home.path })
}

const days = ['--from', '2026-01-01', '--to', '2026-01-04T12:00:00']

test('simulate shows what would run when, what was late after an outage, and what a failure takes with it', async () => {
  const { code, stdout, stderr } = await simulate(
    nightly,
    ...days,
    '--outage',
    '23:50/03:00',
    '--duration',
    'load=40m',
    '--fail',
    'load@2026-01-02',
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout)
    .toBe(`nightly: simulated from 2026-01-01 until 2026-01-04T12:00:00 UTC: 8 runs, 6 FINISHED, 1 FAILED, 1 CASCADE_FAILED, 7 late

interval    task    due                  began                ended                status
2025-12-31  load    2026-01-01 00:00:00  2026-01-01 03:00:00  2026-01-01 03:40:00  FINISHED        3 h late
2025-12-31  report  2026-01-01 00:00:00  2026-01-01 03:40:00  2026-01-01 03:41:00  FINISHED        3 h 40 min late
2026-01-01  load    2026-01-02 00:00:00  2026-01-02 03:00:00  2026-01-02 03:40:00  FINISHED        3 h late
2026-01-01  report  2026-01-02 00:00:00  2026-01-02 03:40:00  2026-01-02 03:41:00  FINISHED        3 h 40 min late
2026-01-02  load    2026-01-03 00:00:00  2026-01-03 03:00:00  2026-01-03 05:20:00  FAILED          3 h late; 3 attempts; --fail says so.
2026-01-02  report  2026-01-03 00:00:00  -                    2026-01-03 05:20:00  CASCADE_FAILED  load failed.
2026-01-03  load    2026-01-04 00:00:00  2026-01-04 03:00:00  2026-01-04 03:40:00  FINISHED        3 h late
2026-01-03  report  2026-01-04 00:00:00  2026-01-04 03:40:00  2026-01-04 03:41:00  FINISHED        3 h 40 min late
`)
})

test('what has not ended at the end says why, also what waits for room', async () => {
  const slow = nightly.replace("command: 'true' }\n  report", "command: 'true', maxActiveInstances: 1 }\n  report")
  const { stdout } = await simulate(slow, ...days, '--duration', 'load=2 days')
  expect(stdout).toMatch(/2025-12-31 +report +2026-01-01 00:00:00 .* FINISHED/)
  expect(stdout).toMatch(/2026-01-01 +load +.* RUNNING .*load is running/)
  expect(stdout).toMatch(
    /2026-01-01 +report +.* WAITING_ON_DEPENDENCIES +report waits since .* for load, which is running on worker 2 since .*\./,
  )
  expect(stdout).toContain('nightly (timeseries) is 1 d 12 h behind: its next interval waits until a run has ended (maxActiveInstances).')
})

test('--json is one object a line, and the same seed gives the same times', async () => {
  const [one, two, other] = await Promise.all(['7', '7', '8'].map((seed) => simulate(nightly, ...days, '--seed', seed, '--json')))
  expect(one?.stdout).toBe(two?.stdout)
  expect(one?.stdout).not.toBe(other?.stdout)
  const lines = jsonLines(one!.stdout)
  expect(lines[0]).toMatchObject({ event: 'simulation', name: 'nightly', until: '2026-01-04T12:00:00.000Z' })
  expect(lines[1]).toMatchObject({ event: 'run', task: 'load', interval: '2025-12-31T00:00:00.000Z', status: 'FINISHED', attempts: 1 })
  expect(lines.at(-1)).toEqual({ event: 'summary', runs: 8, listed: 8, late: 0, statuses: { FINISHED: 8 } })
})

test.each([
  [['--fail', 'lode'], 'There is no task lode'],
  [['--outage', '25:00/26:00'], 'It must be HH:MM/HH:MM'],
  [['--duration', 'load=soon'], 'It must be TASK=TIME'],
])('simulate refuses %j with a sentence', async (args, sentence) => {
  const { code, stderr } = await simulate(nightly, ...days, ...args)
  expect(code).toBe(2)
  expect(stderr).toContain(sentence)
})

test('what is due at the very moment of an outage finds nobody, and what is due at the very end is not part of it', async () => {
  const { stdout } = await simulate(nightly, '--from', '2026-01-01', '--to', '2026-01-03', '--outage', '00:00/03:00')
  expect(stdout).toBe(`nightly: simulated from 2026-01-01 until 2026-01-03 UTC: 4 runs, 4 FINISHED, 4 late

interval    task    due                  began                ended                status
2025-12-31  load    2026-01-01 00:00:00  2026-01-01 03:00:00  2026-01-01 03:01:00  FINISHED  3 h late
2025-12-31  report  2026-01-01 00:00:00  2026-01-01 03:01:00  2026-01-01 03:02:00  FINISHED  3 h 1 min late
2026-01-01  load    2026-01-02 00:00:00  2026-01-02 03:00:00  2026-01-02 03:01:00  FINISHED  3 h late
2026-01-01  report  2026-01-02 00:00:00  2026-01-02 03:01:00  2026-01-02 03:02:00  FINISHED  3 h 1 min late
`)
})
