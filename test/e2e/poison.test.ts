import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { homeRows } from '../support/home.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startUp } from '../support/up.ts'

test('a task that kills its worker each time uses up its own tries, fails by name, and the rest goes on', async () => {
  using folder = temporaryFolder()
  const [home, file] = [join(folder.path, 'home'), join(folder.path, 'poison.yaml')]
  writeFileSync(
    file,
    `
sluice: 1
name: poison
defaults: { scheduleType: ondemand, maximumRetries: 1 }
activities:
  poison: { type: ShellCommandActivity, command: kill -KILL $PPID }
  heir: { type: ShellCommandActivity, command: "true", dependsOn: poison, failureAndRerunMode: cascade }
  beside: { type: ShellCommandActivity, command: "true", maximumRetries: 3 }
`,
  )
  for (const time of [1, 2]) {
    await using up = startUp([file], { home })
    await up.ended
    expect({ time, signal: up.child.signalCode }).toEqual({ time, signal: 'SIGKILL' })
  }
  await using up = startUp([file], { home })
  await up.shows(/"event":"up"/)
  const ended = `select component_id, status, attempt_count, error_id from sluice.instances where actual_end_time is not null order by 1`
  const instances = await until(async () => {
    const rows = await homeRows(home, 'sluice', ended)
    return rows.length === 3 && rows
  })
  expect(instances).toEqual([
    { component_id: 'beside', status: 'FINISHED', attempt_count: expect.any(Number), error_id: null },
    { component_id: 'heir', status: 'CASCADE_FAILED', attempt_count: 0, error_id: 'CascadeFailed' },
    { component_id: 'poison', status: 'FAILED', attempt_count: 2, error_id: 'LeaseLost' },
  ])
  up.child.kill('SIGTERM')
  expect((await up.ended).code).toBe(143)
})
