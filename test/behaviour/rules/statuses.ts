import type { Rule } from './rule.ts'

const activation = (title: string): string => `test/behaviour/activation.test.ts > ${title}`
const attempts = (title: string): string => `test/behaviour/attempts.test.ts > ${title}`
const dependencies = (title: string): string => `test/behaviour/dependencies.test.ts > ${title}`
const settle = (title: string): string => `test/store/settle.test.ts > ${title}`
const holds = (title: string): string => `test/store/holds.test.ts > ${title}`
const table = (title: string): string => `test/store/commands.test.ts > ${title}`

const health =
  'test/store/history.test.ts > health is that of the run of each component that ended last, whatever its interval; SKIPPED counts for nothing'

/** Sections 5 and 6: statuses and what follows them, and health. */
export const statusRules: readonly Rule[] = [
  {
    id: '5.1 values',
    rule: 'Statuses have AWS’s names; FINISHED, FAILED, CANCELED, CASCADE_FAILED, TIMEDOUT and SKIPPED are ends, left only by running again, by a person’s FINISHED, or for a backfill.',
    in: ['engine/lifecycle/statuses.ts'],
    tests: [
      'test/lifecycle/statuses.test.ts > what has ended is followed only by running again, at once or later for a backfill, or by being marked finished',
      'test/lifecycle/statuses.test.ts > from every status an end can be reached, and every status from the beginning',
    ],
    differs:
      'SCHEDULED is also an instance’s: a place that others wait for already, or a run on hold; it is never shown as a run. VALIDATING and ACTIVATING, which pass, are not stored',
  },
  {
    id: '5.2 pending',
    rule: 'A pipeline is PENDING until its first activation; one that is refused leaves it so.',
    in: ['engine/store/activation.ts'],
    tests: [
      activation('a pipeline is PENDING until it is activated, SCHEDULED while it works, and FINISHED when nothing is left, with the time'),
      'test/scheduler/skipping.test.ts > refused, it leaves the pipeline as it was: PENDING, with nothing to follow',
    ],
  },
  {
    id: '5.2 with errors',
    rule: 'A definition with errors can be saved while its pipeline is PENDING.',
    in: [],
    tests: [],
    notYet: 'wire API: PutPipelineDefinition; from a file a definition with errors is not stored',
  },
  {
    id: '5.2 finished',
    rule: 'A pipeline is FINISHED, with the time, when its schedules are over and all instances have ended, well or not.',
    in: ['engine/store/schema/finish.ts'],
    tests: [
      activation('a pipeline is PENDING until it is activated, SCHEDULED while it works, and FINISHED when nothing is left, with the time'),
      activation('FINISHED does not mean that anything went well'),
    ],
    differs: 'what is on hold for a paused component keeps it SCHEDULED',
  },
  {
    id: '5.2 never finished',
    rule: 'In mode none a failed dependency leaves its consumers waiting, and the pipeline never FINISHED.',
    in: ['engine/store/schema/finish.ts'],
    tests: [dependencies('in mode none, what depends on something %s waits for ever, and its pipeline does not end')],
  },
  {
    id: '5.2 deactivated',
    rule: 'A deactivated pipeline is DEACTIVATING while anything runs, then INACTIVE; activated, it and a FINISHED one are SCHEDULED.',
    in: ['engine/store/schema/deactivate.ts', 'engine/store/activation.ts'],
    tests: [
      'test/store/deactivate.test.ts > a deactivated pipeline is INACTIVE with all that had not ended CANCELED, plans nothing, and runs it again when activated',
      'test/store/deactivate.test.ts > with keepRunning it is DEACTIVATING until all has ended; a second call cuts that short',
      'test/scheduler/skipping.test.ts > a FINISHED pipeline goes on when its end is moved',
    ],
  },
  {
    id: '5.2 deleted',
    rule: 'A deleted pipeline is gone.',
    in: ['engine/store/schema/delete.ts'],
    tests: [
      'test/store/delete.test.ts > a deleted pipeline is gone with all that was of it, what runs has lost its fence, and its id is remembered',
    ],
  },
  {
    id: '5.3 component statuses',
    rule: 'A component is PENDING, SCHEDULED, PAUSED, DEACTIVATING, INACTIVE or FINISHED with its pipeline and its runs.',
    in: [],
    tests: [],
    notYet: 'wire API: only whether it is paused is stored, the rest follows from the pipeline and the watermarks',
  },
  {
    id: '5.3 paused',
    rule: 'A paused component gets no new runs, those that it has go on; resumed, what it missed runs, oldest first.',
    in: ['engine/store/schema/holds.ts'],
    tests: [
      holds('paused, a component gets no new runs while those it has go on, and what waits for it waits'),
      holds('resumed, missed intervals run oldest first and no more at once than there is room for'),
      holds('a pause survives a new version, a failure that came meanwhile reaches what was held, and a cancel does not touch it'),
    ],
  },
  {
    id: '5.4 ready',
    rule: 'When its last dependency is met an activity is WAITING_FOR_RUNNER with its first attempt, and its resource is asked for.',
    in: ['engine/store/schema/advance.ts', 'engine/store/schema/settle.ts'],
    tests: [
      settle('a consumer of two is ready only after the second, also when both end in one call'),
      dependencies('an activity does not wait for its resource: being ready is what has it made'),
    ],
  },
  {
    id: '5.4 handed out',
    rule: 'Handed out, instance and attempt are RUNNING.',
    in: ['engine/store/schema/claim.ts'],
    tests: [settle('of two workers that claim at once each attempt goes to one')],
  },
  {
    id: '5.4 no word',
    rule: 'What a worker took and no longer reports on is given to another.',
    in: ['engine/store/schema/sweep.ts'],
    tests: [settle('a lease that ends costs a try, and the worker that wakes up too late settles nothing')],
    differs:
      'not the same attempt after 2 minutes, but the next one after 30 seconds, at the price of a try: a task that kills its worker ends so; a worker that stops in order hands it back at no cost',
  },
  {
    id: '5.4 finished',
    rule: 'An attempt that ends well makes its instance FINISHED and fires onSuccess.',
    in: ['engine/store/schema/settle.ts'],
    tests: [
      settle('one settlement finishes a task, passes through its data node, readies the consumer and claims it'),
      attempts('success is told of activities, data nodes and preconditions, once each, also of what is marked finished'),
    ],
  },
  {
    id: '5.4 failed',
    rule: 'An attempt that fails is followed by the next after retryDelay while tries are left; then the instance is FAILED and fires onFail.',
    in: ['engine/store/schema/fail.ts'],
    tests: [
      settle('an attempt that failed is tried again maximumRetries times after its delay, then the failure cascades'),
      attempts('a failure is told after the last try only, also of what fails with it, and not of what was cancelled'),
    ],
    differs: 'what no retry can help (PermanentError: a mistake in an expression, a value that would be cut) fails at once',
  },
  {
    id: '5.4 in the delay',
    rule: 'During retryDelay the instance is WAITING_FOR_RUNNER; its next attempt exists and is not handed out.',
    in: ['engine/store/schema/fail.ts'],
    tests: [attempts('while it waits for its delay an instance shows WAITING_FOR_RUNNER, with a next attempt that nobody is handed')],
  },
  {
    id: '5.4 cancelled',
    rule: 'What has not ended can be CANCELED, and shows it at once; what runs it can publish nothing any more.',
    in: ['engine/store/schema/fail.ts'],
    tests: [
      'test/lifecycle/statuses.test.ts > any instance that has not ended may be cancelled',
      table('what was cancelled or marked finished while it ran can neither publish nor settle, and says why it was cancelled'),
    ],
  },
  {
    id: '5.4 marked finished',
    rule: 'MARK_FINISHED makes FINISHED what has ended and what has not.',
    in: ['engine/store/schema/mark-finished.ts'],
    tests: [table('finish of what failed'), table('finish readies what waits for what runs')],
    differs: 'not of a resource, which ends by itself, and not of a run on hold, which is to be resumed first',
  },
  {
    id: '5.4 run again',
    rule: 'RERUN makes WAITING_ON_DEPENDENCIES of what has ended, and at once more when nothing is waited for.',
    in: ['engine/store/schema/rerun.ts'],
    tests: [table('rerun of what failed, with what failed because of it'), table('rerun waits for a dependency that runs')],
  },
  {
    id: '5.5 data node',
    rule: 'A data node goes from WAITING_ON_DEPENDENCIES to FINISHED, or to FAILED with its precondition, CASCADE_FAILED or CANCELED; it never waits for a runner.',
    in: ['engine/store/schema/advance.ts', 'engine/store/schema/fail.ts'],
    tests: [
      settle('one settlement finishes a task, passes through its data node, readies the consumer and claims it'),
      dependencies('a precondition that fails fails what it guards, also in mode none, and what reads that waits'),
    ],
  },
  {
    id: '5.5 precondition',
    rule: 'A precondition is RUNNING while it is looked at, then FINISHED, FAILED or CANCELED.',
    in: ['engine/store/schema/settle.ts'],
    tests: [settle('a precondition that is not true yet is held without a try and then asked again; its failure fails what it guards')],
    differs: 'between two looks it shows WAITING_FOR_RUNNER, and `sluice why` when it is looked at next and what it found',
  },
  {
    id: '5.5 resource',
    rule: 'A resource goes WAITING_ON_DEPENDENCIES, CREATING, RUNNING, SHUTTING_DOWN, FINISHED; it may end as FAILED, TIMEDOUT or CANCELED, and is FINISHED without having been made when nobody needs it.',
    in: ['engine/store/schema/resources.ts', 'engine/store/schema/resource-ends.ts'],
    tests: [
      'test/provisioner/provisioner.test.ts > a resource is made when the first activity on it is ready, and terminated when the last has ended',
      'test/provisioner/provisioner.test.ts > a resource that nothing needs any more is over without having been made',
    ],
  },
  {
    id: '6 component',
    rule: 'A component is HEALTHY when the run of it that ended last, whatever its interval, is FINISHED, and in ERROR when that FAILED, is TIMEDOUT, CANCELED or CASCADE_FAILED; SKIPPED counts for nothing.',
    in: ['engine/store/health.ts'],
    tests: [health],
    differs: 'a precondition has no health of its own: what it guards fails with it',
  },
  {
    id: '6 pipeline',
    rule: 'A pipeline is in ERROR when a component is, else HEALTHY when one is; there is no health before anything has ended. It is told at once.',
    in: ['engine/store/health.ts'],
    tests: [health, 'test/cli/why.test.ts > runs lists the pipelines of a state, with health and next interval'],
    notYet: 'wire API: the fields @healthStatus and its like',
  },
]
