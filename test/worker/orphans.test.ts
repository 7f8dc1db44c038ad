import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isOrphanMark, attemptMark } from '../../engine/worker/process/attempt-mark.ts'
import { killOrphans } from '../../engine/worker/process/kill.ts'
import { removeOrphanDirectories } from '../../engine/worker/work-directory.ts'
import { hasDied, newWorkerId } from '../../engine/worker/process/worker-id.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
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

test('a worker has died when its process on this machine is gone; of one elsewhere nobody can tell', () => {
  const own = newWorkerId()
  expect(newWorkerId()).not.toBe(own)
  const [boot, namespace, pid, start, name] = own.split('.')
  expect(hasDied(own)).toBe(false)
  expect(hasDied([boot, namespace, '99999999', start, name].join('.'))).toBe(true)
  expect(hasDied([boot, namespace, pid, `${start}1`, name].join('.'))).toBe(true) // the pid was given to another process
  expect(hasDied([boot, '1', '99999999', start, name].join('.'))).toBe(false)
  expect(hasDied(['another-boot', namespace, '99999999', start, name].join('.'))).toBe(false)
  expect(hasDied('w1')).toBe(false)
})

test('a process that has ended counts as dead even while its parent has not looked', async () => {
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 300'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  await until(() => !isRunning(pid))
  const [namespace] = attemptMark('a').split('.')
  const startTicks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19]
  expect(startTicks).toMatch(/^\d+$/)
  expect(isOrphanMark(`${namespace}.${pid}.${startTicks}.a1_1`)).toBe(true)
  parent.kill('SIGKILL')
})

test('directories that attempts of a dead worker left are removed, and only those', async () => {
  using folder = temporaryFolder()
  const [namespace] = attemptMark('a').split('.')
  const [live, dead] = [attemptMark('a1_1'), `${namespace}.99999999.1.a2_2`]
  for (const name of [live, dead, 'else']) mkdirSync(join(folder.path, name, 'staging'), { recursive: true })
  await removeOrphanDirectories(folder.path)
  expect(readdirSync(folder.path).toSorted()).toEqual([live, 'else'].toSorted())
  await removeOrphanDirectories(join(folder.path, 'absent'))
})
