import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startLoop } from '../../engine/support/wakeable-loop.ts'
import type { EmbeddedServer } from '../../engine/store/embedded/embedded.ts'
import { query, startTestPostgres } from '../support/postgres.ts'
import { childrenOf } from '../support/processes.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startCluster } from './rig/cluster.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { markedWork } from './rig/marked-work.ts'
import { scaled } from './rig/scale.ts'

const kills = scaled(2, 120)

test(
  'F9: PostgreSQL killed with -9 and started again under load, again and again: servers and workers go on, and nothing runs twice',
  async () => {
    using folder = temporaryFolder()
    await using postgres = await startTestPostgres()
    const { server } = postgres
    const { host, port, user, database } = server.connection
    const env = { SLUICE_DATABASE_URL: `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}` }
    const work = markedWork({
      folder: folder.path,
      name: 'load',
      intervals: scaled(40, 8000),
      chain: 3,
      seconds: 0.1,
      defaults: `maxActiveInstances: ${scaled(40, 1000)}`,
    })
    const file = join(folder.path, 'load.yaml')
    writeFileSync(file, work.definition)
    await using cluster = await startCluster({ folder: folder.path, env, servers: 1, workers: 2, workerArgs: ['--tasks', '3'] })
    await watchSteps(server.connection)
    await cluster.command('apply', file)
    await until(() => work.done().length > 5, { deadlineMs: 60_000 })

    for (let round = 1; round <= kills; round++) {
      await kill9(server, round % 2 === 0)
      const before = work.done().length
      // Six may have been running: what comes after them was given by the new server.
      const goesOn = () => work.done().length >= Math.min(before + 10, work.expected.length)
      await until(goesOn, { deadlineMs: scaled(60_000, 5_000), what: 'the work goes on' })
      if (round < kills) await until(() => work.done().length > before + scaled(10, 60), { deadlineMs: 60_000 })
    }
    const isFinished = `select 1 from sluice.instances where status = 'FINISHED' having count(*) = ${work.expected.length}`
    await until(async () => (await query(server.connection, isFinished)).length > 0, { deadlineMs: 60_000 * scaled(1, 30) })

    expect(work.done().toSorted()).toEqual(work.expected)
    expect(cluster.members.filter(({ running }) => !running)).toEqual([])
    await expectInvariants(server.connection)
  },
  scaled(180_000, 3_600_000),
)

test('F9: however long the store was away, what plans and offers looks for it again within 5 seconds', async () => {
  const delays: number[] = []
  const failedOften = Promise.withResolvers<void>()
  const clock = {
    setTimeout: (callback: () => void, delayMs: number) => {
      delays.push(delayMs)
      if (delays.length < 20) setImmediate(callback)
      else failedOften.resolve()
    },
    clearTimeout: () => {},
    now: () => 0,
    random: () => 0.999,
  }
  const loop = startLoop(() => Promise.reject(new Error('the store is away')), { onError: () => {}, clock })
  await failedOften.promise
  await loop.stop()
  expect(Math.max(...delays)).toBeLessThanOrEqual(5000)
  expect(delays.slice(0, 3).toSorted((a, b) => a - b)).toEqual(delays.slice(0, 3))
})

/** Kills the postmaster alone, whose children then end by themselves, or all of them in the midst of what they do; starts it again. */
async function kill9(server: EmbeddedServer, alone: boolean): Promise<void> {
  const lost = new Promise<void>((resolve) => server.onLost(resolve))
  for (const pid of alone ? [] : childrenOf(server.pid)) kill(pid)
  kill(server.pid)
  await lost
  await server.revive()
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it ended by itself, as connections do
  }
}
