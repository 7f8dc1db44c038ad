import type { FaultRow } from './fault-row.ts'

const whileRunning = 'test/faults/F67-F70-cancel-while-running.test.ts'

/** What people ask for while it runs. */
export const commandRows: readonly FaultRow[] = [
  {
    id: 'F67',
    fault: 'cancel while running',
    holds:
      'The cancel takes the fence in the statement that makes the run CANCELED. Workers are told at once, and at their next beat in any case; they end the process group. ' +
      'A load and an upload ask for their fence last, and are refused. What had asked just before, a commit that is already under way, still lands.',
    in: ['engine/store/schema/fail.ts', 'engine/store/fences.ts', 'engine/worker/lane.ts'],
    tests: [
      `${whileRunning} > F67: commands are cancelled at random moments: each is CANCELED at once, its processes are gone within 10 s, and nothing of it is published`,
      `${whileRunning} > F67, F70: a load and an upload that do not hear that they are %s are refused where they would publish`,
      'test/store/commands.test.ts > what was cancelled or marked finished while it ran can neither publish nor settle, and says why it was cancelled',
    ],
  },
  {
    id: 'F70',
    fault: 'delete or rerun while running',
    holds:
      'As F67. What runs is run again only after a cancel; the old attempt, still going on, is refused where it would publish, and the new one publishes once. ' +
      'A delete takes the attempt away, and with it the fence.',
    in: ['engine/store/schema/delete.ts', 'engine/store/schema/rerun.ts', 'engine/store/fences.ts'],
    tests: [
      `${whileRunning} > F67, F70: a load and an upload that do not hear that they are %s are refused where they would publish`,
      `${whileRunning} > F70: of a load that is cancelled and run again while it still goes on, without hearing of it, the new attempt alone publishes`,
      'test/store/delete.test.ts > a deleted pipeline is gone with all that was of it, what runs has lost its fence, and its id is remembered',
    ],
  },
]
