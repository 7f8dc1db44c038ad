import type { FaultRow } from './fault-row.ts'

export const workerRows: readonly FaultRow[] = [
  {
    id: 'F34',
    fault: 'worker paused beyond its lease, wakes, goes on',
    holds:
      'The lease ends on the store’s clock and the next attempt runs elsewhere. A copy or a script of a newer attempt has the server end the transaction that the paused one still holds, ' +
      'so it need not wait for it. The woken worker finds its lease over by the monotonic clock, kills what it ran, and its fence is refused at publish and at report.',
    in: [
      'engine/worker/heartbeat/lease-watch.ts',
      'engine/data/postgres-precedence.ts',
      'engine/data/mysql-precedence.ts',
      'engine/worker/attempt-context.ts',
      'engine/store/schema/settle-one.ts',
    ],
    tests: [
      'test/faults/F34-paused-worker.test.ts > F34: a worker paused beyond its lease, in whatever phase: the second attempts win; when it wakes it publishes and reports nothing, and ends what it ran',
      'test/datanodes/SqlDataNode.test.ts > is the newer try’s: one that stands still in its copy is ended by the server, and one without its fence ends nobody',
      'test/datanodes/MySqlDataNode.test.ts > of two tries of a run the newer one goes first: one that stands still in its copy is ended by the server',
    ],
  },
]
