/** What spec/behaviour.md says of staging and logs, sections 13 and 14, seen from attempts of a command. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import ShellCommandActivity from '../../activities/ShellCommandActivity.ts'
import S3DataNode from '../../datanodes/S3DataNode.ts'
import { compiled } from '../support/scheduled-pipeline.ts'
import { definitionOf, startHarness, taskOf } from '../support/worker-harness.ts'

test('every attempt has directories of its own, empty at its start, and an upload that fails fails it', async () => {
  const command = `ls "$OUTPUT1_STAGING_DIR"; pwd; echo x > "$OUTPUT1_STAGING_DIR/made"; [ "$1" = good ] || ln -s /etc/hosts "$OUTPUT1_STAGING_DIR/link"`
  const activity = (argument: string) => ({
    type: 'ShellCommandActivity',
    stage: 'true',
    command,
    scriptArgument: argument,
    output: { ref: 'Out' },
  })
  const definition = definitionOf({
    Good: activity('good'),
    Bad: activity('bad'),
    Out: { type: 'S3DataNode', directoryPath: 's3://demo/out' },
  })
  await using harness = startHarness([ShellCommandActivity, S3DataNode], definition)
  const [first, second] = [taskOf('Good'), taskOf('Good', { attemptNumber: 2 })]
  expect(await harness.run(first)).toEqual({ status: 'FINISHED' })
  expect(await harness.run(second)).toEqual({ status: 'FINISHED' })
  const shown = [first, second].map((task) => readFileSync(join(harness.logs(task), 'StdOutput'), 'utf8'))
  expect(shown[0]).not.toContain('made')
  expect(shown[1]).not.toContain('made')
  expect(shown[1]).not.toBe(shown[0])
  expect(await harness.run(taskOf('Bad'))).toMatchObject({ status: 'FAILED' })
})

test('logs of an activity go where Default says', async () => {
  const definition = await compiled(`
defaults: { scheduleType: ondemand, pipelineLogUri: 's3://demo/logs' }
activities: { Run: { type: ShellCommandActivity, command: echo hello } }`)
  await using harness = startHarness([ShellCommandActivity], definition)
  await harness.run(taskOf('Run'))
  const uri = 's3://demo/logs/df-TEST/Run/@Run_2026-01-01T00:00:00/@Run_2026-01-01T00:00:00_Attempt=1/StdOutput'
  expect(Buffer.concat(await Array.fromAsync(harness.clients.objects.read(uri))).toString()).toBe('hello\n')
})
