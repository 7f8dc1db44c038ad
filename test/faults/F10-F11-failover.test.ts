import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Claimant } from '../../engine/queue/claims.ts'
import type { Settlement, Task } from '../../engine/queue/task.ts'
import { openLeaseRenewal } from '../../engine/store/lease-renewal.ts'
import { openStore } from '../../engine/store/open-store.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { query } from '../support/postgres.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startCluster } from './rig/cluster.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { markedWork } from './rig/marked-work.ts'
import { startReplicated } from './rig/replicated-postgres.ts'
import { scaled } from './rig/scale.ts'
import { switchedDoor } from './rig/switched-door.ts'

test(
  'F10: the primary killed with -9 under load and its synchronous standby promoted: the work goes on there, and nothing runs twice',
  async () => {
    using folder = temporaryFolder()
    await using postgres = await startReplicated()
    const { primary, standby } = postgres
    await postgres.makeSynchronous()
    await using door = await switchedDoor(primary.socket)
    const env = {
      SLUICE_DATABASE_URL: `postgresql://sluice@127.0.0.1:${door.port}/sluice`,
      SLUICE_LEASE_MS: String(scaled(15_000, 30_000)),
    }
    const work = markedWork({
      folder: folder.path,
      name: 'load',
      intervals: scaled(30, 600),
      chain: 3,
      seconds: 0.1,
      defaults: `maxActiveInstances: ${scaled(30, 600)}`,
    })
    const file = join(folder.path, 'load.yaml')
    writeFileSync(file, work.definition)
    await using cluster = await startCluster({ folder: folder.path, env, servers: 1, workers: 1, workerArgs: ['--tasks', '4'] })
    await watchSteps(primary.connection)
    await cluster.command('apply', file)
    await until(() => work.done().length > scaled(10, 200), { deadlineMs: 60_000 })

    await primary.kill()
    await postgres.promote()
    door.switchTo(standby.socket)
    const before = work.done().length
    await until(() => work.done().length > before + 10, { deadlineMs: scaled(60_000, 5_000), what: 'the work goes on' })

    const isFinished = `select 1 from sluice.instances where status = 'FINISHED' having count(*) = ${work.expected.length}`
    await until(async () => (await query(standby.connection, isFinished)).length > 0, { deadlineMs: 60_000 * scaled(1, 5) })
    expect(work.done().toSorted()).toEqual(work.expected)
    expect(
      cluster.members.flatMap(({ messages }) => messages.filter((message) => message.startsWith('The database is another server now')))
        .length,
    ).toBe(2)
    await expectInvariants(standby.connection)
  },
  scaled(180_000, 3_600_000),
)

const [before, after] = ['before', 'after'].map((workerId): Claimant => ({ workerId, hostname: 'here', groups: ['default'] }))

const finished = ({ attemptId, fence }: Task): Settlement => ({ attemptId, fence, outcome: { status: 'FINISHED' }, retryDelayMs: 0 })

test(
  'F11: a standby that lags is promoted: no fence is given twice, what the old primary gave out is refused, the rest runs, and it is told',
  async () => {
    await using postgres = await startReplicated()
    const { primary, standby } = postgres
    await using door = await switchedDoor(primary.socket)
    const connection = { host: '127.0.0.1', port: door.port, user: 'sluice', database: 'sluice' }
    const told: string[] = []
    const store = await openStore(connection, { tell: (sentence) => told.push(sentence) })
    const renewal = openLeaseRenewal(connection)
    try {
      await plannedGraph(
        store,
        Array.from({ length: 50 }, (_, n) => ({ component: `c${n}` })),
        [],
      )
      const [known] = await store.claims.claim(before!, 'activity', 1)
      await postgres.caughtUp()
      await postgres.holdBack()
      const lost = await store.claims.claim(before!, 'activity', 45)
      const endedBefore = lost.slice(0, 5)
      await store.claims.settle(before!, 'activity', endedBefore.map(finished), 0)

      await primary.kill()
      await postgres.promote()
      door.switchTo(standby.socket)
      const claimed = await insistent(() => store.claims.claim(after!, 'activity', 49))
      const fences = (tasks: readonly Task[]) => tasks.map(({ fence }) => fence)
      expect(claimed).toHaveLength(49) // also what had ended at the old primary: nobody here knows
      expect(fences(claimed).filter((fence) => fences([known!, ...lost]).includes(fence))).toEqual([])
      expect(told).toEqual([expect.stringMatching(/^The database is another server now: a standby that was promoted/)])

      const beats = [known!, ...lost.slice(5)].map(({ attemptId, fence }) => ({ attemptId, fence }))
      expect(await insistent(() => renewal.renew(beats))).toEqual(['held', ...lost.slice(5).map(() => 'lost')])
      const late = await store.claims.settle(before!, 'activity', lost.slice(5).map(finished), 0)
      expect(new Set(late.accepted)).toEqual(new Set([false]))
      const last = await store.claims.settle(after!, 'activity', claimed.map(finished), 0)
      expect(new Set(last.accepted)).toEqual(new Set([true]))
      expect((await store.claims.settle(before!, 'activity', [finished(known!)], 0)).accepted).toEqual([true])
      await expectInvariants(connection)
    } finally {
      await renewal.close()
      await store.close()
    }
  },
  scaled(120_000, 3_600_000),
)

/** As workers do it: what the connection that died was asked is asked again. */
async function insistent<T>(ask: () => Promise<T>): Promise<T> {
  let answer: T | undefined
  await until(async () => (answer = await ask().catch(() => undefined)) !== undefined, { deadlineMs: 60_000 })
  return answer!
}
