import type { FaultRow } from './fault-row.ts'

export const postgresRows: readonly FaultRow[] = [
  {
    id: 'F9',
    fault: 'PostgreSQL killed, restarts',
    holds:
      'A connection that dies ends no process. Claims and endings are tried again with a jittered backoff, endings for as long as their leases hold; planning, offering and ' +
      'listening look again within 5 s however long it was away. What was committed is found by its keys: nothing runs twice. Claims whose answer was lost are found again (F12).',
    in: [
      'engine/support/open-pool.ts',
      'engine/support/wakeable-loop.ts',
      'engine/queue/patience.ts',
      'engine/queue/heard-claims.ts',
      'engine/worker/lane.ts',
    ],
    tests: [
      'test/faults/F9-postgres-killed.test.ts > F9: PostgreSQL killed with -9 and started again under load, again and again: servers and workers go on, and nothing runs twice',
      'test/faults/F9-postgres-killed.test.ts > F9: however long the store was away, what plans and offers looks for it again within 5 seconds',
      'test/e2e/killed.test.ts > up whose PostgreSQL is killed with -9 twice in a backfill goes on by itself: no row lost or doubled',
      'test/store/open-pool.test.ts > a connection that dies while it is checked out ends neither the process nor the pool',
    ],
  },
  {
    id: 'F13',
    fault: 'deadlock, serialisation failure, lock time-out',
    holds:
      'One helper does a whole transaction again when PostgreSQL has undone it for the sake of another: six times within about half a second, with jitter. Then it fails with a ' +
      'sentence that says what to look for: a command ends with it, a worker, a scheduler and a heartbeat tell it and come back later.',
    in: ['engine/store/conflicts.ts'],
    tests: [
      'test/faults/F13-conflicts.test.ts > F13: a %s that meets another twice (%s) is done again, and then once',
      'test/faults/F13-conflicts.test.ts > F13: a %s that always meets another is given up after six tries, with a sentence, and nothing of it is done',
      'test/faults/F13-conflicts.test.ts > F13: what is wrong with a statement itself is told at once',
    ],
  },
  {
    id: 'F14',
    fault: 'pool exhausted',
    holds:
      'Leases are renewed from a thread of its own over a connection of its own, whatever becomes of the pool; what waited goes on when connections come back.',
    in: ['engine/store/lease-renewal.ts', 'engine/worker/heartbeat/heartbeat-thread.ts'],
    tests: [
      'test/faults/F14-F16-pool-and-snapshot.test.ts > F14: while all connections of the pool are held, for longer than a lease, the heartbeat goes on; then the task is FINISHED at its first attempt',
    ],
    lacks: 'There is no API yet that could shed load.',
  },
  {
    id: 'F16',
    fault: 'notification lost; a reader holds an old snapshot',
    holds:
      'Schedulers and dispatchers look every 5 s behind every signal, workers that wait every 5 s too; a listener whose connection died listens again and has everyone look once. ' +
      'An old snapshot keeps dead rows from being cleared, which leaves at least half of the throughput over some thousands of tasks.',
    in: [
      'engine/scheduler/scheduler.ts',
      'engine/dispatcher/dispatcher.ts',
      'engine/store/remote-signals.ts',
      'engine/queue/store-task-source.ts',
    ],
    tests: [
      'test/faults/F14-F16-pool-and-snapshot.test.ts > F16: what no notification told is planned at the next sweep',
      'test/faults/F14-F16-pool-and-snapshot.test.ts > F16: a reader that keeps an old snapshot leaves at least half of the throughput',
      'test/store/remote-signals.test.ts > what another process tells is heard, also after the connection was lost',
      'test/queue/store-task-source.test.ts > an idle take looks at the store once every five seconds',
    ],
    lacks:
      'Claims, beats and endings do not go through what was done since the snapshot (test/store/looks.test.ts), but entries of indexes that may not be cleared still cost: with as many ' +
      'executions as the machine can do, 0.96 and 1.07 of them were measured under a snapshot that was held for 25 seconds; longer ones were not measured. It recovers when the reader ends.',
  },
  {
    id: 'F15',
    fault: 'database disk full',
    holds:
      'A statement that finds no room is refused whole. A worker tells it and keeps the ending until it is accepted, with its lease, for which there is room in the pages that are ' +
      'there; claims and plans are tried again. When a server ends for want of room, that is F9.',
    in: ['engine/worker/lane.ts', 'engine/support/wakeable-loop.ts'],
    tests: [
      'test/faults/F15-disk-full.test.ts > F15: while the disk of PostgreSQL is full, what runs goes on; its end is told, kept, and stored once there is room',
      'test/store/embedded/refusals.test.ts > a full disk is called a full disk, at the first start and at a later one',
    ],
    lacks:
      'There is no API yet that could answer 503. A disk that has no room even for leases ends what runs when its lease ends, and it runs again.',
  },
  {
    id: 'F10',
    fault: 'failover to a synchronous standby',
    holds:
      'As F9. A connection to a standby is refused until it is promoted. Nothing that was answered is lost, so what runs keeps its lease and its fence; the generation of the store ' +
      'changes with the timeline, which each process tells.',
    in: ['engine/store/generation.ts', 'engine/store/schema/generations.ts', 'engine/queue/patience.ts'],
    tests: [
      'test/faults/F10-F11-failover.test.ts > F10: the primary killed with -9 under load and its synchronous standby promoted: the work goes on there, and nothing runs twice',
    ],
  },
  {
    id: 'F11',
    fault: 'failover to a lagging standby: commits lost',
    holds:
      'The first connection to a server whose timeline or system identifier is new begins a generation, whose fences begin where none was given before: a lease that the store ' +
      'does not know is lost, its ending is refused, and what it did runs again where it is due (F17 keeps a load from publishing twice). What had arrived goes on. It is told.',
    in: ['engine/store/generation.ts', 'engine/store/schema/generations.ts'],
    tests: [
      'test/faults/F10-F11-failover.test.ts > F11: a standby that lags is promoted: no fence is given twice, what the old primary gave out is refused, the rest runs, and it is told',
    ],
    lacks: 'It goes on at once and does not wait for a person to look. A service that hides its timeline is taken for one server.',
  },
  {
    id: 'F17',
    fault: 'store restored from yesterday’s backup',
    holds:
      'What was published stands in a ledger beside the data, in the same transaction, under a key that the run has again when it runs again. A restored store runs what it does ' +
      'not know to have ended; each load finds its mark and only reports.',
    in: ['engine/data/postgres-ledger.ts', 'engine/data/mysql-ledger.ts', 'engine/worker/identity.ts'],
    tests: [
      'test/faults/F17-restored.test.ts > F17: a store that is restored from yesterday’s copy runs again what it does not know of, and publishes none of it a second time',
      'test/e2e/taken-over.test.ts > up killed after its rows were committed and before it could say so: the next attempt adds none',
    ],
    lacks:
      'A pipeline that was made after the backup is not known: applied again it is another one, under an id of its own, and publishes once more. Commands, and scripts of a ' +
      'SqlActivity, have no ledger: they run again.',
  },
  {
    id: 'F72',
    fault: 'alarm or webhook fails, or is sent twice',
    holds:
      'An alarm waits in the outbox that its event was written to, is tried five times, later each time, and is given up with an event that a person can read. Each delivery carries ' +
      'the same `sluice-event-id`, so that a receiver can drop a repeat. No status depends on it.',
    in: ['engine/store/actions.ts', 'engine/dispatcher/dispatcher.ts', 'engine/worker/perform-action.ts', 'engine/clients/sns-notifier.ts'],
    tests: [
      'test/faults/F72-alarm-twice.test.ts > F72: an alarm whose answer is lost is sent again, also by the next try of the outbox, each time with the id of its event; it changes no status',
      'test/dispatcher/dispatcher.test.ts > an action that fails changes no status, is tried again under the same id, and is given up with an event',
      'test/dispatcher/dispatcher.test.ts > two dispatchers perform each action once',
      'test/dispatcher/dispatcher.test.ts > a queue that is away keeps no alarm from being sent',
    ],
  },
  {
    id: 'F46',
    fault: 'precondition hangs, is slow, flaps',
    holds:
      'Checks have slots of their own, which activities never wait for. A look that does not answer within its time counts as “not yet”, or fails its try when `attemptTimeout` says how ' +
      'long it may take, and its processes end. A look is an attempt with a lease: the next one begins `retryDelay` after it has ended, so no two overlap.',
    in: ['engine/worker/check-precondition.ts', 'engine/worker/lane.ts', 'engine/scheduler/interval-plan.ts'],
    tests: [
      'test/faults/F46-precondition.test.ts > F46: checks that hang, come late or flap keep no activity from its turn: each has its deadline, and one look at a time',
      'test/worker/precondition.test.ts > a check that hangs is false after its time, and holds no activity’s slot',
      'test/worker/precondition.test.ts > attemptTimeout ends a look that takes longer, and counts as a failed try, not as false',
      'test/worker/precondition.test.ts > preconditionTimeout counts from the first look; past it the attempt fails',
    ],
    lacks: 'Checks that hang share the slots of checks: as many as there are slots keep other checks waiting until their time is over.',
  },
]
