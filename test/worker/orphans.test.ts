import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { isOrphanMark, attemptMark } from '../../engine/worker/process/attempt-mark.ts'
import { killOrphans } from '../../engine/worker/process/kill.ts'
import { isRunning } from '../support/processes.ts'
import { until } from '../support/until.ts'

test('what a killed worker left running is found by its mark and killed when a worker starts on the machine', async () => {
  const fixture = new URL('../fixtures/worker/run-marked.ts', import.meta.url).pathname
  const command = 'setsid sleep 300 & echo $!; wait'
  const worker = spawn(process.execPath, [fixture, command], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(worker.stdout, 'data')) as [Buffer]
  const escapee = Number(line.toString())
  killOrphans()
  expect(isRunning(escapee)).toBe(true) // its worker lives
  worker.kill('SIGKILL')
  await once(worker, 'exit')
  killOrphans()
  await until(() => !isRunning(escapee))
})

test('what a worker runs ends with it, even when it is killed', async () => {
  const fixture = new URL('../fixtures/worker/run-marked.ts', import.meta.url).pathname
  const command = 'setsid sleep 300 & echo $! $$; wait'
  const worker = spawn(process.execPath, [fixture, command, 'guarded'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(worker.stdout, 'data')) as [Buffer]
  const pids = line.toString().trim().split(' ').map(Number)
  expect(pids.map(isRunning)).toEqual([true, true])
  worker.kill('SIGKILL')
  await until(() => !pids.some(isRunning))
})

test('a mark of this very process, of another pid namespace, or of another kind is no orphan’s', () => {
  expect(isOrphanMark(attemptMark('a1_1'))).toBe(false)
  expect(isOrphanMark('1.99999999.1.a1_1')).toBe(false)
  expect(isOrphanMark('')).toBe(false)
})
