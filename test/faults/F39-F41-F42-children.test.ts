import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import ShellCommandActivity from '../../activities/ShellCommandActivity.ts'
import { defineActivity } from '../../engine/spec/index.ts'
import { isRunning } from '../support/processes.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { definitionOf, startHarness, taskOf, type Harness } from '../support/worker-harness.ts'

/** Each goes where no signal to a group reaches it, and says its process id once it is there. */
const escapees = {
  'deaf to SIGTERM': `bash -c 'trap "" TERM HUP INT; echo $$ > "$PIDS/deaf"; while :; do sleep 300; done' &`,
  'in a session of its own': `setsid bash -c 'trap "" TERM; echo $$ > "$PIDS/session"; exec sleep 300' &`,
  'a daemon that forked twice, closed its files and went to /': `(cd /; setsid bash -c 'exec > /dev/null 2>&1 < /dev/null; (echo $BASHPID > "$PIDS/daemon"; exec sleep 300) &' &)`,
  'without its environment': `env -i PIDS="$PIDS" bash -c 'echo $$ > "$PIDS/bare"; exec sleep 300' &`,
  'without its environment, in a session of its own, its files closed': `env -i PIDS="$PIDS" setsid bash -c 'exec > /dev/null 2>&1; echo $$ > "$PIDS/gone"; exec sleep 300' &`,
}
const names = ['bare', 'daemon', 'deaf', 'gone', 'session']
const allStarted = `until [ "$(ls "$PIDS" | wc -l)" = ${names.length} ] && [ "$(cat "$PIDS"/* | wc -l)" = ${names.length} ]; do sleep 0.01; done; touch "$PIDS.all"`

describe.concurrent('what a command starts', () => {
  test.each<[string, string, Record<string, string>]>([
    ['FINISHED', 'exit 0', {}],
    ['FAILED', 'exit 1', {}],
    ['CANCELED', `trap '' TERM; sleep 300`, {}],
    ['LostLease', `trap '' TERM; sleep 300`, {}],
    ['AttemptTimeout', `trap '' TERM; sleep 300`, { attemptTimeout: '3 seconds' }],
  ])('F42: nothing of it is left 10 s after the attempt ended as %s, wherever it fled to', async (ending, last, fields) => {
    using folder = temporaryFolder()
    const pids = join(folder.path, 'pids')
    const command = `export PIDS=${pids}; mkdir ${pids}; ${Object.values(escapees).join('\n')}\n${allStarted}; ${last}`
    await using harness = shell({ command, ...fields })
    const task = taskOf('Run')
    const ended = harness.run(task)
    if (ending === 'CANCELED' || ending === 'LostLease') {
      await until(() => readdirSync(folder.path).includes('pids.all'), { deadlineMs: 30_000 })
      harness.leases.end(task.attemptId, ending === 'CANCELED' ? 'canceled' : 'lost')
    }
    const outcome = await ended
    expect([outcome.status, 'errorId' in outcome && outcome.errorId]).toContain(ending)
    const left = () => names.map((name) => Number(readFileSync(join(pids, name), 'utf8'))).filter(isRunning)
    await until(() => left().length === 0, { deadlineMs: 10_000, what: `these are left: ${left().join(' ')}` })
  })

  test('F42: nothing of it is left when its worker is killed, wherever it fled to', async () => {
    using folder = temporaryFolder()
    const fixture = new URL('../fixtures/worker/run-marked.ts', import.meta.url).pathname
    const pids = join(folder.path, 'pids')
    const command = `export PIDS=${pids}; mkdir ${pids}; ${Object.values(escapees).join('\n')}\n${allStarted}; echo all; sleep 300`
    const worker = spawn(process.execPath, [fixture, command, 'guarded', folder.path], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(worker.stdout, 'data')
    const all = names.map((name) => Number(readFileSync(join(pids, name), 'utf8')))
    expect(all.filter(isRunning)).toEqual(all)
    worker.kill('SIGKILL')
    await until(() => !all.some(isRunning), { deadlineMs: 10_000 })
  })
})

describe('what a command writes', () => {
  const mebibytes = 64

  test.each([
    ['yes', 'yes "$(head -c 50 /dev/zero | tr "\\0" y)"'],
    ['random bytes', 'cat /dev/urandom'],
    ['one line without an end', 'tr "\\0" x < /dev/zero'],
  ])(
    'F41: a flood of %s is taken in bounded memory and disk, without holding the command up, and what was dropped is told',
    async (_, flood) => {
      const size = mebibytes * 2 ** 20
      await using harness = shell({ command: `${flood} | head -c ${size}; ${flood} | head -c ${size} >&2; exit 3` })
      const task = taskOf('Run')
      const before = process.memoryUsage().rss
      const outcome = await harness.run(task)
      expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20)
      expect(JSON.stringify(outcome).length).toBeLessThan(20_000)
      const told = readFileSync(join(harness.logs(task), 'Activity.log'), 'utf8')
      for (const name of ['StdOutput', 'StdError']) {
        const file = join(harness.logs(task), name)
        expect(statSync(file).size).toBeLessThan(17 * 2 ** 20)
        const dropped = Number(/\n[.]{3} dropped (\d+) bytes [.]{3}\n/.exec(readFileSync(file, 'latin1'))?.[1])
        expect(dropped + statSync(file).size - `\n... dropped ${dropped} bytes ...\n`.length).toBe(size)
        expect(told).toContain(`${name} has only the beginning and the end of what was written: ${dropped} bytes between were dropped.`)
      }
    },
  )
})

test('F41: of an activity that logs without an end its log has the first 16 MiB, and how many lines were dropped', async () => {
  const chatty = defineActivity({
    type: 'Chatty',
    summary: 'Talks.',
    source: 'for tests',
    fields: {},
    example: '{ id: Talk, type: Chatty }',
    async run(_, { log }) {
      for (let n = 0; n < 20_000; n++) log.info('x'.repeat(1000))
    },
  })
  await using harness = startHarness([chatty], definitionOf({ Run: { type: 'Chatty' } }))
  const task = taskOf('Run')
  expect(await harness.run(task)).toEqual({ status: 'FINISHED' })
  const lines = readFileSync(join(harness.logs(task), 'Activity.log'), 'utf8')
    .trimEnd()
    .split('\n')
  const dropped = Number(/^[.]{3} dropped (\d+) lines [.]{3}$/.exec(lines.at(-1) ?? '')?.[1])
  expect(dropped + lines.length - 1).toBe(20_000)
  expect(dropped).toBeGreaterThan(2000)
})

describe('a command that takes too much memory', () => {
  test('F39: is what the kernel ends first, with all it starts, and not its worker', async () => {
    await using harness = shell({ command: 'cat /proc/self/oom_score_adj; (cat /proc/self/oom_score_adj & wait)' })
    const task = taskOf('Run')
    expect(await harness.run(task)).toEqual({ status: 'FINISHED' })
    expect(readFileSync(join(harness.logs(task), 'StdOutput'), 'utf8')).toBe('800\n800\n')
    expect(Number(readFileSync('/proc/self/oom_score_adj', 'utf8'))).toBeLessThan(800)
  })

  test.each([
    ['is refused it', 'ulimit -v 200000; x=$(head -c 300000000 /dev/zero | tr "\\0" x)', 'cannot allocate'],
    [
      'is killed',
      'bash -c "kill -KILL \\$\\$"; exit $?',
      'exited with code 137: a process of it was ended by SIGKILL, perhaps because memory ran out',
    ],
    ['is killed itself', 'kill -KILL $$', 'was ended by SIGKILL, perhaps because memory ran out'],
  ])('F39: one that %s fails with that reason, and its worker goes on', async (_, command, reason) => {
    await using harness = shell({ command })
    expect(await harness.run(taskOf('Run'))).toMatchObject({ status: 'FAILED', errorMessage: expect.stringContaining(reason) as string })
    await expect(harness.run(taskOf('Run'))).resolves.toMatchObject({ status: 'FAILED' })
  })
})

function shell(fields: Record<string, string>): Harness {
  return startHarness([ShellCommandActivity], definitionOf({ Run: { type: 'ShellCommandActivity', maximumRetries: '0', ...fields } }))
}
