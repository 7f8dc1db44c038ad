import type { BrokenBuild } from './broken-build.ts'

export const postgresBuilds: readonly BrokenBuild[] = [
  {
    row: 'F9',
    mechanism: 'going on after an error of the store',
    file: 'engine/support/wakeable-loop.ts',
    find: 'options.onError(error)',
    replace: 'throw error',
    test: 'test/faults/F9-postgres-killed.test.ts',
    fails: 'F9: PostgreSQL killed with -9 and started again under load',
  },
  {
    row: 'F9',
    mechanism: 'the end of the growing backoff',
    file: 'engine/support/wakeable-loop.ts',
    find: 'const longestBackoffMs = 4000',
    replace: 'const longestBackoffMs = 30_000',
    test: 'test/faults/F9-postgres-killed.test.ts',
    fails: 'F9: however long the store was away',
  },
  {
    row: 'F13',
    mechanism: 'the helper that does a transaction again',
    file: 'engine/store/conflicts.ts',
    find: 'if (!isConflict(error)) throw error',
    replace: 'throw error',
    test: 'test/faults/F13-conflicts.test.ts',
    fails: 'F13: a ',
  },
  {
    row: 'F14',
    mechanism: 'the connection of the heartbeat’s own',
    file: 'engine/app.ts',
    find: `const leases = startHeartbeat({ module: moduleUrl('./store/lease-renewal'), config: store.connection })`,
    replace: `const leases = { // beats over the pool that everything else uses
      keep({ attemptId, fence, leaseMs }) {
        const beat = () => store.pool.query('select renew_leases($1::bigint[], $2::bigint[], array[null]::json[], $3)', [[attemptId], [fence], leaseMs + ' milliseconds']).catch(() => {})
        const timer = setInterval(beat, leaseMs / 3)
        return { progress() {}, child: () => () => {}, release: () => clearInterval(timer) }
      },
      beatNow() {},
      async close() {},
    }`,
    test: 'test/faults/F14-F16-pool-and-snapshot.test.ts',
    fails: 'F14: while all connections',
  },
  {
    row: 'F16',
    mechanism: 'the sweep behind every signal',
    file: 'engine/scheduler/scheduler.ts',
    find: 'return Math.min(sweepMs, result.nextInMs ?? sweepMs)',
    replace: 'return result.nextInMs ?? 3_600_000',
    test: 'test/faults/F14-F16-pool-and-snapshot.test.ts',
    fails: 'F16: what no notification told',
  },
  {
    row: 'F16',
    mechanism: 'listening again',
    file: 'engine/store/remote-signals.ts',
    find: 'if (client === opened) client = undefined',
    replace: '',
    test: 'test/store/remote-signals.test.ts',
    fails: 'what another process tells is heard, also after the connection was lost',
  },
  {
    row: 'F15',
    mechanism: 'the worker that keeps an ending until it is accepted',
    file: 'engine/worker/lane.ts',
    find: 'if (result) return result',
    replace: 'if (Date.now() > 0) return result',
    test: 'test/faults/F15-disk-full.test.ts',
    fails: 'F15: while the disk of PostgreSQL is full',
  },
  {
    row: 'F10',
    mechanism: 'the patience with a connection that fails',
    file: 'engine/support/wakeable-loop.ts',
    find: 'options.onError(error)',
    replace: 'throw error',
    test: 'test/faults/F10-F11-failover.test.ts',
    fails: 'F10: the primary killed with -9 under load',
  },
  {
    row: 'F11',
    mechanism: 'the fences of another generation',
    file: 'engine/store/schema/generations.ts',
    find: 'if found and (select count(*) from generations) > 1 then',
    replace: 'if false then',
    test: 'test/faults/F10-F11-failover.test.ts',
    fails: 'F11: a standby that lags is promoted',
  },
]
