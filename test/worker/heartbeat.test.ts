import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { startHeartbeat } from '../../engine/worker/heartbeat/heartbeat.ts'
import { realTimers } from '../../engine/worker/timers.ts'
import { isRunning } from '../support/processes.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

const module = new URL('../fixtures/worker/renewal-from-config.ts', import.meta.url).href
const attempt = (leaseMs: number) => ({ attemptId: '1', fence: '7', leaseMs, renewedMs: realTimers.now() })

function beatsIn(file: string): unknown[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line.startsWith('[')).flatMap((line) => JSON.parse(line) as unknown[])
}

test('a lease is renewed from another thread, with the progress', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'beats')
  const leases = startHeartbeat({ module, config: { verdict: 'held', file } })
  const lease = leases.keep(attempt(2400), () => {})
  lease.progress({ rows: 5 })
  await until(() => beatsIn(file).length > 1)
  expect(beatsIn(file)[0]).toEqual({ attemptId: '1', fence: '7', progress: { rows: 5 } })
  lease.release()
  await leases.close()
  expect(readFileSync(file, 'utf8')).toContain('closed')
})

test.for(['canceled', 'lost'] as const)('a verdict of %s reaches the attempt', async (verdict) => {
  using folder = temporaryFolder()
  const leases = startHeartbeat({ module, config: { verdict, file: join(folder.path, 'beats') } })
  const heard = await new Promise((resolve) => leases.keep(attempt(2400), resolve))
  expect(heard).toBe(verdict)
  await leases.close()
})

test('a heartbeat that cannot start ends what it was to keep', async () => {
  const leases = startHeartbeat({ module: 'file:///no/such/module.ts', config: {} })
  const because = await new Promise((resolve) => leases.keep(attempt(60), (_verdict, why) => resolve(why)))
  expect(because).toContain('The heartbeat has failed')
  await leases.close()
})

test('a heartbeat that can start only the second time keeps what it was to keep, with its children', async () => {
  using folder = temporaryFolder()
  const config = { verdict: 'lost', file: join(folder.path, 'beats'), opensAgain: join(folder.path, 'opened') }
  const leases = startHeartbeat({ module, config })
  const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' })
  const heard = new Promise((resolve) => leases.keep(attempt(6000), (_verdict, because) => resolve(because)).child(child.pid!, 'no-mark'))
  expect(await heard).toBe('Another claim has taken over.') // by a beat, and not because there was none
  await until(() => !isRunning(child.pid!))
  await leases.close()
})

test('attempts shorter than a sixth of their lease cost no thread', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'beats')
  const leases = startHeartbeat({ module, config: { verdict: 'held', file } })
  for (let n = 0; n < 1000; n++) leases.keep({ ...attempt(30_000), attemptId: String(n) }, () => {}).release()
  await leases.close()
  expect(existsSync(file)).toBe(false) // not even opened and closed
})

test.for(['held', 'never'])('children of a worker whose main loop is stuck are killed by the thread (renewal: %s)', async (verdict) => {
  using folder = temporaryFolder()
  const fixture = new URL('../fixtures/worker/blocked-main-loop.ts', import.meta.url).pathname
  const worker = spawn(process.execPath, [fixture, '1200', join(folder.path, 'beats'), verdict], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [line] = (await once(worker.stdout, 'data')) as [Buffer]
    const child = Number(line.toString())
    expect(isRunning(child)).toBe(true)
    await until(() => !isRunning(child))
    expect(worker.exitCode).toBe(null)
  } finally {
    worker.kill('SIGKILL')
  }
})
