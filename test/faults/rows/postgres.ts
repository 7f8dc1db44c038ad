import type { FaultRow } from './fault-row.ts'

export const postgresRows: readonly FaultRow[] = [
  {
    id: 'F9',
    fault: 'PostgreSQL killed, restarts',
    holds:
      'A connection that dies ends no process. Claims and endings are tried again with a jittered backoff, endings for as long as their leases hold; planning, offering and ' +
      'listening look again within 5 s however long it was away. What was committed is found by its keys: nothing runs twice. A claim that was committed and never answered ' +
      '(all of PostgreSQL killed, not only its postmaster) is given again when its lease ends, which costs a try.',
    in: ['engine/support/open-pool.ts', 'engine/support/wakeable-loop.ts', 'engine/queue/patience.ts', 'engine/worker/lane.ts'],
    tests: [
      'test/faults/F9-postgres-killed.test.ts > F9: PostgreSQL killed with -9 and started again under load, again and again: servers and workers go on, and nothing runs twice',
      'test/faults/F9-postgres-killed.test.ts > F9: however long the store was away, what plans and offers looks for it again within 5 seconds',
      'test/e2e/killed.test.ts > up whose PostgreSQL is killed with -9 twice in a backfill goes on by itself: no row lost or doubled',
      'test/store/open-pool.test.ts > a connection that dies while it is checked out ends neither the process nor the pool',
    ],
  },
]
