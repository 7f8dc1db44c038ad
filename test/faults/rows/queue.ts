import type { FaultRow } from './fault-row.ts'

/** The queue, and the connections to it and to the store. */
export const queueRows: readonly FaultRow[] = [
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
