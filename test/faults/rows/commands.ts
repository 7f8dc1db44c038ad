import type { FaultRow } from './fault-row.ts'

const canceled = 'test/faults/F68-F69-cancel-and-deactivate.test.ts'
const whileRunning = 'test/faults/F67-F70-cancel-while-running.test.ts'

/** What people ask for while it runs. */
export const commandRows: readonly FaultRow[] = [
  {
    id: 'F63',
    fault: 'two runs write the same target',
    holds:
      'Loads that replace the same rows of a table take a lock of target and condition before they delete: one after the other, each sees the rows of the one before. Loads that only add do not touch each other. ' +
      'Uploads into one directory keep a record of the files of each run and remove only their own.',
    in: ['engine/data/postgres-load.ts', 'engine/data/mysql-load.ts', 'datanodes/s3/run-record.ts'],
    tests: [
      'test/faults/F63-same-target.test.ts > F63: many runs at once replace the same rows of one table, and add to another: the first has those of one run, whole; the other those of each, once',
      'test/datanodes/SqlDataNode.test.ts > of two runs that replace the same rows is one after the other',
      'test/datanodes/MySqlDataNode.test.ts > replaceWhere replaces, also when two runs do it at once',
    ],
    lacks:
      'The lock is taken in the order of arrival, not of intervals: where a later interval must win, maxActiveInstances has to be 1. Conditions that differ and overlap take different locks. ' +
      'Two runs that upload files of one name into one directory are neither refused nor put one after the other: each file is whole, and of either.',
  },
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
    id: 'F68',
    fault: 'cancel meets finish',
    holds:
      'Both change the attempt by compare and set on its fence and status, under the lock of its row: the second finds that it is over. Instance, attempt, worker, event and consumers follow the first. ' +
      'A load that has committed when the cancel comes before its report is CANCELED and loaded.',
    in: ['engine/store/schema/settle-one.ts', 'engine/store/schema/settle.ts', 'engine/store/schema/fail.ts'],
    tests: [
      `${canceled} > F68: runs are cancelled about when they end, seeded: one wins, and attempt, instance, worker, event and consumer say the same`,
      `${canceled} > F68: of an end and a cancel that wait for the same row, the first wins: %s`,
      'test/store/races.test.ts > cancel and finish at once: one wins, and attempt and instance agree',
      'test/store/commands-at-once.test.ts > finish and claim at once: the claim has no fence, and the attempt is not handed out again',
      'test/simulate/simulate.test.ts > 2,000 seeds of random pipelines, commands and faults keep every promise',
    ],
  },
  {
    id: 'F69',
    fault: 'deactivate, with and without cancelling',
    holds:
      'The pipeline is locked and no longer SCHEDULED: nothing is planned. What has not ended is CANCELED with its fence taken, or runs to its end. ' +
      'Activated again, what the deactivation cancelled and the intervals that were not planned run; what had ended does not, and what was published but not reported is not published again.',
    in: ['engine/store/schema/deactivate.ts', 'engine/store/activation.ts'],
    tests: [
      `${canceled} > F69: a pipeline is deactivated in mid-work and activated again, %s: what is missing runs, once`,
      'test/store/deactivate.test.ts > a deactivated pipeline is INACTIVE with all that had not ended CANCELED, plans nothing, and runs it again when activated',
      'test/store/deactivate.test.ts > what runs again when its pipeline is activated again is not to be published a second time; what a person runs again is',
      'test/store/deactivate.test.ts > with keepRunning it is DEACTIVATING until all has ended; a second call cuts that short',
      'test/store/deactivate.test.ts > what a person had cancelled before stays so when the pipeline is activated again',
      'test/simulate/simulate.test.ts > 2,000 seeds of random pipelines, commands and faults keep every promise',
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
  {
    id: 'F71',
    fault: 'the resource ends under its activity',
    holds:
      'The machine is SHUTTING_DOWN with what it ends as. What runs on it loses its fence, so its processes end at the next beat; it goes to the next machine at no cost of a try, or is CANCELED, as actionOnResourceFailure says. ' +
      'terminateAfter and a cancel of the machine cancel what is on it. A server that dies while it makes or ends a machine is replaced by another.',
    in: ['engine/store/schema/resource-ends.ts', 'engine/provisioner/provisioner.ts'],
    tests: [
      'test/faults/F71-resource-ends.test.ts > F71: a machine is lost under its activity: the processes end, and %s says what becomes of it, at no cost of a try',
      'test/e2e/timed-out.test.ts > what runs on a resource that is up for longer than terminateAfter loses its processes with it, and why is told',
      'test/store/resource-ends.test.ts > a worker that runs on a machine that went may neither publish nor settle',
      'test/provisioner/provisioner.test.ts > a resource whose maker died is made by another, and one whose terminator died is terminated by another',
    ],
    lacks:
      'Nothing watches a machine that is up: the local provider has none to lose. The test says that it is lost, as a provider of real machines will.',
  },
]
