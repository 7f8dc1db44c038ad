import type { Rule } from './rule.ts'

const table = (title: string): string => `test/store/commands.test.ts > ${title}`
const activation = (title: string): string => `test/behaviour/activation.test.ts > ${title}`
const deactivate = (title: string): string => `test/store/deactivate.test.ts > ${title}`

/** Sections 10 and 11: what a person may ask for. */
export const commandRules: readonly Rule[] = [
  {
    id: '10 pause',
    rule: 'PAUSE and RESUME are for components.',
    in: ['engine/cli/pause.ts', 'engine/cli/resume.ts', 'engine/store/schema/holds.ts'],
    tests: ['test/store/holds.test.ts > paused, a component gets no new runs while those it has go on, and what waits for it waits'],
  },
  {
    id: '10 cancel',
    rule: 'TRY_CANCEL cancels an instance that has not ended.',
    in: ['engine/cli/cancel.ts', 'engine/store/schema/fail.ts'],
    tests: [
      table('cancel ends what runs, and what waits for it in mode cascade'),
      table('cancel ends what waits, with its precondition'),
      table('cancel leaves alone what has ended'),
    ],
  },
  {
    id: '10 mark finished',
    rule: 'MARK_FINISHED makes an instance FINISHED, and what waits for it goes on.',
    in: ['engine/cli/finish.ts', 'engine/store/schema/mark-finished.ts'],
    tests: [
      table('finish readies what waits for what runs'),
      table('finish of what was cancelled goes on through data nodes'),
      'test/behaviour/cascade.test.ts > what a person marked FINISHED lets go those that wait for it',
    ],
    differs: 'what is CASCADE_FAILED already waits for nothing: it goes on by a rerun',
  },
  {
    id: '10 SetStatus',
    rule: 'Commands are taken in any letter case, for components or instances and not for both at once.',
    in: [],
    tests: [],
    notYet: 'wire API: SetStatus',
  },
  {
    id: '10 rerun in mode none',
    rule: 'In mode none a rerun runs the chosen instance and its resource again, and nothing else.',
    in: ['engine/store/schema/rerun.ts'],
    tests: [
      table('in mode none cancel ends nothing else, and a rerun of what failed takes nothing else along'),
      table('a rerun of what failed with its resource makes the resource again; of a resource, what failed on it too'),
    ],
    differs: 'a precondition of it that did not pass is looked at again too; `--downstream` takes all that comes after',
  },
  {
    id: '10 rerun in mode cascade',
    rule: 'In mode cascade its consumers that are CASCADE_FAILED run again as well, unless another failure holds them up.',
    in: ['engine/store/schema/rerun.ts'],
    tests: [
      table('rerun of what failed, with what failed because of it'),
      table('rerun of a diamond'),
      table('rerun leaves a consumer that another failure holds up'),
    ],
  },
  {
    id: '10 rerun behind a failure',
    rule: 'What depends on something that is still failed cannot run again.',
    in: ['engine/store/schema/rerun.ts', 'engine/cli/store/rerun-runs.ts'],
    tests: [
      table('rerun with a failed dependency is refused'),
      table('rerun with a cancelled dependency is refused'),
      'test/e2e/mended.test.ts > a chain that failed is mended and run again until its pipeline is FINISHED',
    ],
    differs: 'on AWS it falls back to CASCADE_FAILED; here it is refused, with the command that runs the origin again',
  },
  {
    id: '10 rerun a resource',
    rule: 'A rerun of a resource also runs again what did not end well on it.',
    in: ['engine/store/schema/rerun.ts'],
    tests: [table('a rerun of what failed with its resource makes the resource again; of a resource, what failed on it too')],
  },
  {
    id: '10 rerun of FINISHED',
    rule: 'What is FINISHED may run again; consumers that are FINISHED are left alone.',
    in: ['engine/store/schema/rerun.ts'],
    tests: [table('rerun of what is FINISHED leaves what is FINISHED alone')],
  },
  {
    id: '10 rerun a component',
    rule: 'Without an interval a rerun is of the component’s newest instance.',
    in: ['engine/cli/store/rerun-runs.ts'],
    tests: ['test/cli/commands.test.ts > rerun --json --yes says what runs again'],
    differs: 'of the newest that failed, where any did',
  },
  {
    id: '10 rerun in a FINISHED pipeline',
    rule: 'Something in a FINISHED pipeline may run again: it is SCHEDULED until that has ended.',
    in: ['engine/store/schema/rerun.ts'],
    tests: [activation('FINISHED does not mean that anything went well')],
    notYet: 'AWS’s refusal as a setting',
  },
  {
    id: '11 deactivate',
    rule: 'Deactivated, no interval is planned and what has not ended is CANCELED, with the reason.',
    in: ['engine/store/schema/deactivate.ts'],
    tests: [
      deactivate(
        'a deactivated pipeline is INACTIVE with all that had not ended CANCELED, plans nothing, and runs it again when activated',
      ),
      deactivate('an interval that is planned while its pipeline is deactivated is cancelled with the rest'),
    ],
    differs: 'what is on hold for a paused component is left as it is',
  },
  {
    id: '11 deactivate and keep',
    rule: 'Deactivated without cancelling, what there is runs to its end, and the pipeline is INACTIVE then; a second call cuts that short.',
    in: ['engine/store/schema/deactivate.ts'],
    tests: [deactivate('with keepRunning it is DEACTIVATING until all has ended; a second call cuts that short')],
    differs:
      'what waits for an interval that will not come now keeps it DEACTIVATING until the second call, or until it is activated again',
  },
  {
    id: '11 activate again',
    rule: 'Activated again, a pipeline goes on after what it has run: intervals missed meanwhile run, or from a given time on.',
    in: ['engine/scheduler/activate-pipeline.ts', 'engine/store/activation.ts'],
    tests: [
      activation('intervals missed while a pipeline was deactivated run when it is activated again, after those that it had run'),
      'test/scheduler/skipping.test.ts > of now runs nothing that was missed, and goes on with what comes',
    ],
  },
  {
    id: '11 what was cancelled',
    rule: 'What the deactivation cancelled runs again, under its id with the next attempt number; what a person cancelled does not.',
    in: ['engine/store/schema/deactivate.ts'],
    tests: [
      activation('what was cancelled by a deactivation runs again under its id, with the next attempt number'),
      deactivate('what a person had cancelled before stays so when the pipeline is activated again'),
    ],
    differs: 'not on demand, where an activation is an execution of its own',
  },
  {
    id: '11 anchor kept',
    rule: 'The anchor of a schedule that started at the first activation is kept.',
    in: ['engine/scheduler/activate-pipeline.ts'],
    tests: [
      'test/behaviour/schedules.test.ts > a schedule that begins at the first activation begins at a whole second, and later activations do not move it',
    ],
  },
  {
    id: '11 new version',
    rule: 'Saving a definition disturbs nothing; activating puts the latest in force for new runs, while those that exist keep theirs.',
    in: ['engine/store/pipelines.ts', 'engine/store/activation.ts'],
    tests: [activation('a saved version changes nothing until it is activated, and then counts for new runs only')],
    differs: 'a pause is of the pipeline, not of a version: it survives',
  },
  {
    id: '11 a FINISHED pipeline',
    rule: 'A FINISHED pipeline takes a new definition, and goes on when its end was moved.',
    in: ['engine/store/pipelines.ts', 'engine/scheduler/activate-pipeline.ts'],
    tests: [
      'test/scheduler/skipping.test.ts > a FINISHED pipeline goes on when its end is moved',
      activation('what is activated and has ended may be edited freely where edits are allowed, and goes on'),
    ],
  },
  {
    id: '11 edits',
    rule: 'Once activated, no object may be removed, no period, start or reference changed, and nothing new may write what exists; anything else may change, and all of it while PENDING.',
    in: ['engine/definition/check-edits.ts', 'engine/cli/up/apply-file.ts'],
    tests: [
      'test/definition/check-edits.test.ts > %s is refused while a pipeline is active',
      'test/definition/check-edits.test.ts > %s may change while a pipeline is active',
      activation(
        'an edit that is not allowed on an activated pipeline is refused with nothing changed, unless --replace says to begin anew',
      ),
    ],
  },
  {
    id: '11 replace',
    rule: 'With an explicit replace the old pipeline is stopped, with its history kept, and a new one begun.',
    in: ['engine/cli/up/apply-file.ts'],
    tests: [
      activation(
        'an edit that is not allowed on an activated pipeline is refused with nothing changed, unless --replace says to begin anew',
      ),
    ],
  },
  {
    id: '11 version numbers',
    rule: 'Versions are counted up for each definition that differs.',
    in: ['engine/cli/up/apply-file.ts', 'engine/store/pipelines.ts'],
    tests: [
      activation(
        'an edit that is not allowed on an activated pipeline is refused with nothing changed, unless --replace says to begin anew',
      ),
    ],
  },
  {
    id: '11 delete',
    rule: 'Deleting cancels what runs and removes definition and history; the id is remembered, and no activation brings it back.',
    in: ['engine/store/schema/delete.ts'],
    tests: [
      'test/store/delete.test.ts > a deleted pipeline is gone with all that was of it, what runs has lost its fence, and its id is remembered',
      activation('a deleted pipeline cannot be activated, and its name is free'),
    ],
  },
  {
    id: '11 clone',
    rule: 'A clone is the latest definition, PENDING, with only the period of its schedule.',
    in: [],
    tests: [],
    notYet: 'console',
  },
  {
    id: '11 export',
    rule: 'An export is the JSON of AWS’s CLI.',
    in: ['engine/cli/convert/convert-file.ts'],
    tests: ["test/cli/convert.test.ts > YAML becomes AWS's JSON, and that becomes YAML that says the same"],
    notYet: 'console; on files `sluice convert` does it',
  },
  {
    id: '11 tags',
    rule: 'A pipeline has at most 10 tags.',
    in: [],
    tests: [],
    notYet: 'wire API: AddTags and RemoveTags; `sluice import` keeps tags as comments',
  },
]
