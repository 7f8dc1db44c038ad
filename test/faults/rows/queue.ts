import type { FaultRow } from './fault-row.ts'

/** The queue, and the connections to it and to the store. */
export const queueRows: readonly FaultRow[] = [
  {
    id: 'F1',
    fault: 'queue emptied while 10k hints wait',
    holds:
      'The ready attempts of the store are the queue. Every five seconds each group that has some and no hint on its way is offered again; whoever is woken goes on until nothing is left.',
    in: ['engine/store/schema/sweep.ts', 'engine/dispatcher/dispatcher.ts'],
    tests: [
      'test/faults/F1-F2-F3-hints-lost.test.ts > F1: a queue that is emptied while hints wait, three times: every group is offered again within ten seconds, and each task is claimed once',
      'test/e2e/flushed.test.ts > a Redis that is emptied three times during a fan-out of 200 tasks loses none and runs none twice',
    ],
  },
  {
    id: 'F2',
    fault: 'Redis restarts with an old file: done hints come back',
    holds: 'A hint only says where to look. The claim takes what is ready in the store, finds nothing, and the hint is counted and gone.',
    in: ['engine/store/schema/claim.ts', 'engine/queue/store-task-source.ts'],
    tests: [
      'test/faults/F1-F2-F3-hints-lost.test.ts > F2: a Redis that restarts with an older %s file offers done hints again: each finds nothing, is counted, and nothing runs twice',
    ],
  },
  {
    id: 'F3',
    fault: 'failover to a replica that lags: accepted hints vanish',
    holds: 'As F1: that the queue accepted a hint is never read as if anything were kept.',
    in: ['engine/store/schema/sweep.ts', 'engine/dispatcher/dispatcher.ts'],
    tests: [
      'test/faults/F1-F2-F3-hints-lost.test.ts > F3: hints that Redis accepted are lost with it, as its replica lagged: all is offered again through the replica',
    ],
  },
  {
    id: 'F4',
    fault: 'Redis full, or set to evict',
    holds:
      'A Redis with a limit is refused at the start unless it is `noeviction`. A full one is told; hints are kept and sent when there is room, and meanwhile workers look at the store by themselves.',
    in: ['engine/queue/bullmq-redis.ts', 'engine/queue/bullmq.ts', 'engine/queue/hint-pump.ts'],
    tests: [
      'test/faults/F4-F5-queue-full-or-hanging.test.ts > F4: a Redis that may evict is refused, whatever its policy',
      'test/faults/F4-F5-queue-full-or-hanging.test.ts > F4: a Redis that is full takes no hints: it is told, tasks run all the same, and the hints that were kept are sent when there is room',
    ],
  },
  {
    id: 'F5',
    fault: 'Redis hangs (no refusal)',
    holds:
      'A connection that does not answer for three seconds (a listener’s: three beyond its longest block) is opened anew, which is told; every call has a deadline, so nothing waits for ever, not even a stop. ' +
      'Workers look at the store every five seconds by themselves.',
    in: ['engine/queue/deadline.ts', 'engine/queue/bullmq-redis.ts', 'engine/queue/bullmq.ts', 'engine/queue/store-task-source.ts'],
    tests: [
      'test/faults/F4-F5-queue-full-or-hanging.test.ts > F5: a Redis that hangs is told; tasks are claimed by looking at the store, no call waits for ever, and a worker can be stopped',
      'test/faults/F4-F5-queue-full-or-hanging.test.ts > F5: a connection whose Redis is gone without a word is opened anew, and hints are heard again',
    ],
  },
  {
    id: 'F6',
    fault: 'same hint delivered twice, to two workers',
    holds:
      'The claim compares and sets in one statement, and passes by what another claim holds at that moment: one runs the task, the other counts a hint that found nothing.',
    in: ['engine/store/schema/claim.ts', 'engine/queue/store-task-source.ts'],
    tests: [
      'test/faults/F6-F7-stale-hints.test.ts > F6: the same hint reaches two workers at once, many times: one claims, the other finds nothing and counts it',
      'test/faults/F6-F7-stale-hints.test.ts > F6: a claim passes by what another one claims at this very moment',
    ],
  },
  {
    id: 'F7',
    fault: 'hint for a row that does not exist',
    holds:
      'A hint is written to the outbox in the transaction that makes its attempt ready, and offered after its commit; what is undone leaves none. One that names nothing that waits is dropped on the way, or found to be nothing and counted.',
    in: ['engine/store/claims.ts', 'engine/queue/hint-pump.ts', 'engine/queue/store-task-source.ts'],
    tests: [
      'test/faults/F6-F7-stale-hints.test.ts > F7: a hint for an attempt that does not exist is dropped and counted, and its worker goes on',
      'test/faults/F6-F7-stale-hints.test.ts > F7: what is undone after its hint was written leaves no hint',
    ],
  },
  {
    id: 'F8',
    fault: 'a worker’s clock is an hour ahead: the queue’s own lock lets it take a live job',
    holds: 'The locks of the queue own nothing. A lease begins and ends on the clock of the store, whatever the clocks of the workers say.',
    in: ['engine/store/claims.ts', 'engine/store/schema/claim.ts', 'engine/store/schema/sweep.ts'],
    tests: [
      'test/faults/F8-clock-of-a-worker.test.ts > F8: workers whose clocks are an hour ahead and an hour behind: no task is taken from anyone, and each runs once',
    ],
  },
  {
    id: 'F12',
    fault: 'connection cut during COMMIT: outcome unknown',
    holds:
      'Whatever is repeated is known by a key. An ending that was stored is accepted again; a plan is stored only while the watermark stands where it stood; what was claimed in an answer ' +
      'that was lost is found by the worker’s name before it claims again, so no lease ends and no try is used up; of a command of a person the database is asked whether it was committed ' +
      'before it is given again. What an attempt only asks is asked again.',
    in: [
      'engine/queue/heard-claims.ts',
      'engine/queue/store-task-source.ts',
      'engine/store/transaction.ts',
      'engine/store/schema/settle.ts',
      'engine/app.ts',
    ],
    tests: [
      'test/faults/F12-cut-at-commit.test.ts > F12: each statement of an engine loses its connection once, at the %s: everything happens once and nothing fails',
      'test/faults/F12-cut-at-commit.test.ts > F12: the connection is cut at the n-th commit, at the request or the answer: everything happens once and nothing fails',
      'test/faults/F12-cut-at-commit.test.ts > F12: a claim, an ending that claims what follows, and a beat lose their connection at the %s: no lease has to end',
      'test/faults/F12-cut-at-commit.test.ts > F12: a command of a person loses its connection at the %s of any of its statements: it is done once, and says so',
    ],
  },
]
