import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { leftoverProcesses, runMarker } from '../../scripts/leftover-processes.ts'

const nobody = -1

test('a process that left the session is found by the marker of its run, until it has ended', async () => {
  const child = forever({ [runMarker]: 'this-run' })
  await once(child.stdout, 'data')
  const found = () => leftoverProcesses({ marker: 'this-run', session: nobody }).map(({ pid }) => pid)
  expect(found()).toEqual([child.pid])
  child.kill()
  await once(child, 'exit')
  expect(found()).toEqual([])
})

test('a process that hides its environment is found by its session', async () => {
  const child = forever({})
  await once(child.stdout, 'data')
  const left = leftoverProcesses({ marker: 'another-run', session: child.pid ?? nobody })
  expect(left).toEqual([{ pid: child.pid, command: expect.stringContaining('-e console.log') }])
  child.kill()
  await once(child, 'exit')
})

test('processes of other runs are left alone', async () => {
  const child = forever({ [runMarker]: 'another-run' })
  await once(child.stdout, 'data')
  expect(leftoverProcesses({ marker: 'this-run', session: nobody })).toEqual([])
  child.kill()
  await once(child, 'exit')
})

function forever(env: NodeJS.ProcessEnv) {
  const script = 'console.log(1); process.stdin.resume()'
  return spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'], env, detached: true })
}
