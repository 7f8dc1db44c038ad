import { existsSync, readFileSync, statSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import ShellCommandActivity from '../../activities/ShellCommandActivity.ts'
import { isRunning } from '../support/processes.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { definitionOf, startHarness, taskOf, type Harness } from '../support/worker-harness.ts'

function shell(fields: Record<string, string | string[]>, options: Parameters<typeof startHarness>[2] = {}): Harness {
  return startHarness(
    [ShellCommandActivity],
    definitionOf({ Run: { type: 'ShellCommandActivity', maximumRetries: '0', ...fields } }),
    options,
  )
}

test('a command that exits with 0 is FINISHED, and its output stands in StdOutput and StdError', async () => {
  await using harness = shell({ command: 'echo "out $1 $2"; echo err >&2', scriptArgument: ["a'b", '$(id);`id`\nnew line'] })
  const task = taskOf('Run')
  expect(await harness.run(task)).toEqual({ status: 'FINISHED' })
  expect(readFileSync(join(harness.logs(task), 'StdOutput'), 'utf8')).toBe("out a'b $(id);`id`\nnew line\n")
  expect(readFileSync(join(harness.logs(task), 'StdError'), 'utf8')).toBe('err\n')
  expect(await readdir(join(harness.home, 'work'))).toEqual([])
})

test('another exit code is FAILED, with the code and the last lines of the error output', async () => {
  await using harness = shell({ command: 'seq 1 50 >&2; exit 3' })
  const outcome = await harness.run(taskOf('Run'))
  expect(outcome).toMatchObject({ status: 'FAILED', errorId: 'ShellCommandFailed', retry: true })
  expect(outcome).toHaveProperty('errorMessage', expect.stringMatching(/exited with code 3.*\n41\n.*\n50$/s))
})

test('a command ended by a signal says which', async () => {
  await using harness = shell({ command: 'kill -SEGV $$' })
  expect(await harness.run(taskOf('Run'))).toHaveProperty('errorMessage', expect.stringContaining('SIGSEGV'))
})

test('a flood of output is read to its end, but only its beginning and its end are kept', async () => {
  await using harness = shell({ command: "yes 0123456789 | head -c 200M; printf 'the very end'" })
  const task = taskOf('Run')
  const before = process.memoryUsage().rss
  expect(await harness.run(task)).toEqual({ status: 'FINISHED' })
  const file = join(harness.logs(task), 'StdOutput')
  expect(statSync(file).size).toBeLessThan(17 * 2 ** 20)
  const text = readFileSync(file, 'latin1')
  const dropped = Number(/dropped (\d+) bytes/.exec(text)?.[1])
  expect(dropped + text.replace(/\n\.\.\. dropped \d+ bytes \.\.\.\n/, '').length).toBe(200 * 2 ** 20 + 12)
  expect(text.endsWith('the very end')).toBe(true)
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20)
})

test('nothing that a command started outlives it: background without an environment, new session, deaf to SIGTERM', async () => {
  await using harness = shell({
    command: `
      env -i sleep 300 & echo $! > "$OUT.1"
      setsid bash -c 'trap "" TERM HUP; echo $$ > "$OUT.2"; while :; do sleep 300; done' &
      (setsid setsid bash -c 'echo $$ > "$OUT.3"; exec sleep 300' &)
      until [ -s "$OUT.2" ] && [ -s "$OUT.3" ]; do :; done
    `.replaceAll('$OUT', '../pid'),
  })
  expect(await harness.run(taskOf('Run'))).toEqual({ status: 'FINISHED' })
  for (const n of [1, 2, 3]) {
    const pid = Number(readFileSync(join(harness.home, 'work', `pid.${n}`), 'utf8'))
    expect(pid).toBeGreaterThan(1)
    await until(() => !isRunning(pid), { deadlineMs: 2000 })
  }
})

test('a command sees the allowed part of the worker’s environment and nothing else', async () => {
  const environment = {
    PATH: process.env.PATH,
    HOME: '/nowhere',
    AWS_REGION: 'eu-central-1',
    LD_PRELOAD: '/evil.so',
    NODE_OPTIONS: '--evil',
    BASH_ENV: '/evil.sh',
    SLUICE_DATABASE_URL: 'postgres://secret',
    SLUICE_MASTER_KEY: 'secret',
  }
  await using harness = shell({ command: 'env' }, { environment })
  const task = taskOf('Run')
  await harness.run(task)
  const lines = readFileSync(join(harness.logs(task), 'StdOutput'), 'utf8').split('\n')
  const names = lines.map((line) => line.split('=')[0]).filter((name) => name && !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name))
  expect(names.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual(['AWS_REGION', 'HOME', 'PATH', 'SLUICE_ATTEMPT'])
})

test('a downloaded script is run by its #! line, or by bash when it has none', async () => {
  await using harness = shell({ scriptUri: 's3://scripts/run', scriptArgument: ['x'] })
  const put = async (text: string): Promise<void> => {
    await harness.clients.objects.write(
      's3://scripts/run',
      (async function* () {
        yield Buffer.from(text)
      })(),
    )
  }
  await put('#!/bin/sed 2!d\nsecond line\n')
  const withLine = taskOf('Run')
  expect(await harness.run(taskOf('Run', { ...withLine }))).toMatchObject({ status: 'FAILED' }) // sed is given the file `x`, which is not there
  await put('echo "by bash: $1 ${BASH_VERSION:0:1}"')
  const without = taskOf('Run')
  expect(await harness.run(without)).toEqual({ status: 'FINISHED' })
  expect(readFileSync(join(harness.logs(without), 'StdOutput'), 'utf8')).toContain('by bash: x 5')
})

test('stdout and stderr name places where the output is seen too', async () => {
  using folder = temporaryFolder()
  await using harness = shell({ command: 'echo one; echo two >&2', stdout: 's3://results/out.txt', stderr: `${folder.path}/deep/err.txt` })
  expect(await harness.run(taskOf('Run'))).toEqual({ status: 'FINISHED' })
  const chunks = await Array.fromAsync(harness.clients.objects.read('s3://results/out.txt'))
  expect(Buffer.concat(chunks).toString()).toBe('one\n')
  expect(readFileSync(join(folder.path, 'deep/err.txt'), 'utf8')).toBe('two\n')
})

test('attemptTimeout ends the command, SIGTERM first, and counts as a failed try', async () => {
  await using harness = shell({
    command: `trap 'echo asked >> ../asked; trap "" TERM; sleep 300' TERM; echo ready; sleep 300 & wait`,
    attemptTimeout: '1 second',
  })
  expect(await harness.run(taskOf('Run'))).toMatchObject({ status: 'FAILED', errorId: 'AttemptTimeout', retry: true })
  expect(existsSync(join(harness.home, 'work', 'asked'))).toBe(true)
})

test.for([
  ['canceled', 'CANCELED'],
  ['lost', 'FAILED'],
] as const)('a command whose attempt is %s ends with all it started, although it is deaf to SIGTERM', async ([verdict, status]) => {
  await using harness = shell({ command: `trap '' TERM; setsid sleep 300 & echo $$ $! > ../pids; sleep 300` })
  const task = taskOf('Run')
  const ended = harness.run(task)
  const file = join(harness.home, 'work', 'pids')
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'))
  const pids = readFileSync(file, 'utf8').trim().split(' ').map(Number)
  harness.leases.end(task.attemptId, verdict)
  expect(await ended).toMatchObject({ status })
  await until(() => pids.every((pid) => !isRunning(pid)), { deadlineMs: 2000 })
})

test('stopping hands a command back: its processes are gone before its ending is stored', async () => {
  await using harness = shell({ command: 'echo $$ > ../pids; sleep 300' })
  const ended = harness.run(taskOf('Run'))
  const file = join(harness.home, 'work', 'pids')
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'))
  await harness.worker.stop({ mode: 'release' })
  expect(await ended).toEqual({ status: 'RELEASED' })
  expect(isRunning(Number(readFileSync(file, 'utf8')))).toBe(false)
})

test('logs go to pipelineLogUri in the layout of the guide', async () => {
  await using harness = shell({ command: 'echo hello', pipelineLogUri: 's3://logs/here/' })
  expect(await harness.run(taskOf('Run'))).toEqual({ status: 'FINISHED' })
  const uri = 's3://logs/here/df-TEST/Run/@Run_2026-01-01T00:00:00/@Run_2026-01-01T00:00:00_Attempt=1/StdOutput'
  expect(Buffer.concat(await Array.fromAsync(harness.clients.objects.read(uri))).toString()).toBe('hello\n')
})

test('an id that looks like a path stays inside the logs directory', async () => {
  const definition = definitionOf({ '../../evil': { type: 'ShellCommandActivity', command: 'echo x' } })
  await using harness = startHarness([ShellCommandActivity], definition)
  await writeFile(join(harness.home, 'marker'), '')
  expect(await harness.run(taskOf('../../evil'))).toEqual({ status: 'FINISHED' })
  expect(await readdir(join(harness.home, 'logs', 'df-TEST'))).toEqual(['..%2F..%2Fevil'])
})
