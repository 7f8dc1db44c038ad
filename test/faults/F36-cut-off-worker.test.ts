import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { heldOpen } from '../support/held-open.ts'
import { until } from '../support/until.ts'
import { faultProxy, type FaultProxy, type Stalled } from './rig/fault-proxy.ts'
import { hazardGround, type HazardGround } from './rig/hazard-ground.ts'

const leaseMs = 4000

describe.concurrent('a worker cut off from the store, alive', () => {
  let ground: HazardGround
  beforeAll(async () => {
    ground = await hazardGround()
  })
  afterAll(async () => {
    await ground[Symbol.asyncDispose]()
  })

  test.each<Stalled>(['requests', 'answers', 'both'])(
    'F36: when %s do not pass any more, what it runs has ended before its lease can have',
    async (what) => {
      await using proxy = await proxyOf(ground)
      const signs = await startBehind(proxy, ground, what)
      await ground.apply(definitionOf(what, signs))
      await until(() => existsSync(signs), { deadlineMs: 30_000 })
      proxy.stall(what)
      expect(await spareSeconds(ground, what, signs)).toBeGreaterThan(0)
    },
  )

  test('F36: a claim whose answer was long under way counts from when it was asked for', async () => {
    await using proxy = await proxyOf(ground)
    const signs = await startBehind(proxy, ground, 'late')
    proxy.delay(leaseMs * 0.3)
    await ground.apply(definitionOf('late', signs))
    const claimed = `select 1 from sluice.attempts where worker_group = 'late' and status = 'RUNNING'`
    await until(async () => (await ground.rows(claimed)).length > 0, { deadlineMs: 30_000 })
    // No beat can lengthen it: its row is kept.
    const leaseOf = `select extract(epoch from lease_until)::float8 as until from attempts where worker_group = 'late' for update`
    const kept = await heldOpen(ground.engine.store.pool, async (client) => (await client.query<{ until: number }>(leaseOf)).rows[0]!.until)
    proxy.delay(0)
    try {
      const isOver = `select 1 where extract(epoch from clock_timestamp()) > ${kept.result + 0.5}`
      await until(async () => (await ground.rows(isOver)).length > 0, { deadlineMs: 30_000 })
      // On a slow machine it may have had no time to begin.
      const lastSign = existsSync(signs) ? Number(readFileSync(signs, 'utf8')) : 0
      expect(lastSign).toBeLessThan(kept.result)
    } finally {
      await kept.commit()
    }
    const ended = `select 1 from sluice.attempts where worker_group = 'late' and status = 'FAILED'`
    await until(async () => (await ground.rows(ended)).length > 0, { deadlineMs: 30_000 })
  })
})

/** A command that writes the time as long as it lives. */
function definitionOf(group: string, signs: string): string {
  return `sluice: 1
name: ${group}
defaults: { scheduleType: ondemand, maximumRetries: 0, workerGroup: ${group} }
activities:
  signs: { type: ShellCommandActivity, command: "trap '' TERM; while :; do date +%s.%N > ${signs}.new; mv ${signs}.new ${signs}; sleep 0.02; done" }
`
}

function proxyOf({ database }: HazardGround): Promise<FaultProxy> {
  const { host, port } = database.connection
  return faultProxy(`${host}/.s.PGSQL.${port}`)
}

/** A worker that reaches the store through the proxy; resolves to where its command writes. */
async function startBehind(proxy: FaultProxy, ground: HazardGround, group: string): Promise<string> {
  const { database, user } = ground.database.connection
  await ground.startWorker({ databaseUrl: proxy.url(database, user), leaseMs, group })
  return join(ground.folder, group)
}

/** When the lease is over: how long before that the command was last alive. */
async function spareSeconds(ground: HazardGround, group: string, signs: string): Promise<number> {
  let leaseEnd = 0
  // The store keeps the end of the lease until the sweep finds it over.
  const isOver = async (): Promise<boolean> => {
    const found = await ground.rows<{ until: number | null }>(
      `select extract(epoch from lease_until)::float8 as until from sluice.attempts where worker_group = '${group}'`,
    )
    leaseEnd = found[0]?.until ?? leaseEnd
    return found[0]?.until === null
  }
  await until(isOver, { deadlineMs: 60_000 })
  // Who hears of it first says so: the sweep, or the worker, whose report may still pass.
  expect(await ground.rows(`select status, error_id from sluice.attempts where worker_group = '${group}'`)).toEqual([
    { status: 'FAILED', error_id: expect.stringMatching(/^(LeaseLost|LostLease)$/) as string },
  ])
  return leaseEnd - Number(readFileSync(signs, 'utf8'))
}
