import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { homeRows, leftInWork, processesOf } from '../support/home.ts'
import { startUp } from '../support/up.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

test('up that is told to stop hands back what runs, and the next one goes on with the same attempt', async () => {
  using folder = temporaryFolder()
  const [home, file, begun, open] = ['home', 'stopped.yaml', 'begun', 'open'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
    string,
  ]
  writeFileSync(
    file,
    `
sluice: 1
name: stopped
defaults: { scheduleType: ondemand, maximumRetries: 0 }
activities:
  wait: { type: ShellCommandActivity, command: "touch ${begun}; [ -e ${open} ] || exec sleep 100000" }
  then: { type: ShellCommandActivity, command: "true", dependsOn: wait }
`,
  )
  await using first = startUp([file], { home })
  await until(() => existsSync(begun))
  first.child.kill('SIGTERM')
  const { code, stdout } = await first.ended
  expect(code).toBe(143)
  expect(stdout).toContain('1 running task is handed back and cost no try')
  expect(processesOf(home, first.child.pid)).toEqual([])
  expect(leftInWork(home)).toEqual([])

  writeFileSync(open, '')
  await using second = startUp([file], { home })
  await until(() => second.endings.length === 2, { deadlineMs: 20_000 })
  expect(second.endings).toEqual([
    expect.objectContaining({ task: 'wait', attempt: 1, status: 'FINISHED' }),
    expect.objectContaining({ task: 'then', attempt: 1, status: 'FINISHED' }),
  ])
  expect(await homeRows(home, 'sluice', 'select number, status from sluice.attempts')).toEqual([
    { number: 1, status: 'FINISHED' },
    { number: 1, status: 'FINISHED' },
  ])
})
