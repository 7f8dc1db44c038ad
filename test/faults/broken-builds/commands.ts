import type { BrokenBuild } from './broken-build.ts'

const canceled = 'test/faults/F68-F69-cancel-and-deactivate.test.ts'
const whileRunning = 'test/faults/F67-F70-cancel-while-running.test.ts'

/** Of what people ask for while it runs. */
export const commandBuilds: readonly BrokenBuild[] = [
  {
    row: 'F63',
    mechanism: 'the lock of those that replace the same rows',
    file: 'engine/data/postgres-load.ts',
    find: "await session.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${target}\\n${condition}`])",
    replace: '',
    test: 'test/faults/F63-same-target.test.ts',
    fails: 'F63: many runs at once replace the same rows',
  },
  {
    row: 'F67',
    mechanism: 'a worker ends what it hears to be cancelled',
    file: 'engine/worker/lane.ts',
    find: 'abort.abort(new AttemptAborted(verdict, because))',
    replace: 'void because',
    test: whileRunning,
    fails: 'F67: commands are cancelled at random moments',
  },
  {
    row: 'F67',
    mechanism: 'the look at the fence before output becomes visible',
    file: 'engine/store/fences.ts',
    find: 'return rowCount === 1',
    replace: 'return rowCount !== null',
    test: whileRunning,
    fails: 'F67, F70: a load and an upload that do not hear that they are',
  },
  {
    row: 'F68',
    mechanism: 'an end is stored by compare and set',
    file: 'engine/store/schema/settle-one.ts',
    find: `where id = p_attempt and fence = p_fence and coalesce(status) = 'RUNNING';`,
    replace: `where id = p_attempt;`,
    test: canceled,
    fails: 'F68: of an end and a cancel that wait for the same row, the first wins',
  },
  {
    row: 'F69',
    mechanism: 'what a deactivation cancelled is revived',
    file: 'engine/store/activation.ts',
    find: `if (!anew) await client.query('select revive_deactivated($1)', [pipelineId])`,
    replace: '',
    test: canceled,
    fails: 'F69: a pipeline is deactivated in mid-work and activated again',
  },
  {
    row: 'F70',
    mechanism: 'the fence is a new one for each claim, and a cancelled attempt has none',
    file: 'engine/store/fences.ts',
    find: `where id = $1 and fence = $2 and status = 'RUNNING' and lease_until > now()`,
    replace: `where instance_id = (select instance_id from attempts where id = $1) and $2 <> '' and status = 'RUNNING'`,
    test: whileRunning,
    fails: 'F70: of a load that is cancelled and run again',
  },
  {
    row: 'F71',
    mechanism: 'actionOnResourceFailure decides whether a machine that is lost is made again',
    file: 'engine/store/schema/resource-ends.ts',
    find: `coalesce(v_resource.rules ->> 'onResourceFailure' = 'retryall', false)`,
    replace: 'true',
    test: 'test/faults/F71-resource-ends.test.ts',
    fails: 'F71: a machine is lost under its activity',
  },
  {
    row: 'F71',
    mechanism: 'what is on a machine that goes follows it',
    file: 'engine/store/schema/resource-ends.ts',
    find: 'perform rehouse(array[p_resource.id]);',
    replace: 'null;',
    test: 'test/faults/F71-resource-ends.test.ts',
    fails: 'F71: a machine is lost under its activity',
  },
  {
    row: 'F69',
    mechanism: 'an activation keeps the publish key of what it lets go on',
    file: 'engine/store/schema/deactivate.ts',
    find: 'rerun_set(v_canceled, false), 0);',
    replace: 'rerun_set(v_canceled, false));',
    test: 'test/store/deactivate.test.ts',
    fails: 'what runs again when its pipeline is activated again',
  },
]
