import type { Rule } from './rule.ts'

const behaviour = (title: string): string => `test/behaviour/schedules.test.ts > ${title}`
const skipping = (title: string): string => `test/scheduler/skipping.test.ts > ${title}`

/** Section 2: schedules, due times, on demand, backfill, skipping. */
export const scheduleRules: readonly Rule[] = [
  {
    id: '2 fields',
    rule: 'A Schedule has a period of a whole number of minutes to years, exactly one of startDateTime and startAt, and at most one of endDateTime, which is after the start, and occurrences, which is positive.',
    in: ['schedules/Schedule.ts', 'engine/definition/check-schedules.ts'],
    tests: ['test/behaviour/objects.test.ts > a schedule { %s } has these mistakes: %j'],
    differs:
      'a period may be as short as a second, and `cron` with `timeZone` may stand in its place; `--strict` keeps to AWS’s 15 minutes',
  },
  {
    id: '2 literals',
    rule: 'What plans runs is literal once parameters are filled in: functions and other expressions are refused.',
    in: ['engine/definition/check-scheduling.ts'],
    tests: [
      'test/behaviour/objects.test.ts > a schedule { %s } has these mistakes: %j',
      'test/definition/parameters.test.ts > fields that the scheduler reads get the values of parameters, others keep their expressions',
    ],
  },
  {
    id: '2 date-times',
    rule: 'A date-time is `YYYY-MM-DDTHH:MM:SS`, also with Z, without seconds, or a bare date; other offsets are refused.',
    in: ['engine/spec/date-time.ts'],
    tests: ['test/behaviour/objects.test.ts > a schedule may start at %s: %j'],
  },
  {
    id: '2 default type',
    rule: 'Without a scheduleType it is timeseries.',
    in: ['engine/schedule/read-schedule.ts'],
    tests: [
      'test/scheduler/interval-plan.test.ts > components of type cron and timeseries on one schedule are planned apart, since they are due apart',
    ],
  },
  {
    id: '2.1 from the anchor',
    rule: 'Boundaries are counted in calendar time from the anchor: from 31 January monthly, the end of February, 31 March, and so on.',
    in: ['engine/spec/period.ts', 'engine/spec/boundaries.ts'],
    tests: [
      'test/schedule/schedule.test.ts > a monthly schedule begun on the 31st is counted from its anchor, so it does not drift',
      'test/spec/months.test.ts > months are counted from the start and clipped to the month, from each 28th to 31st of 131 years, 1 to 40 on',
    ],
  },
  {
    id: '2.1 first activation',
    rule: 'A schedule that starts at the first activation starts at its whole second; later activations do not move it.',
    in: ['engine/store/activation.ts', 'engine/scheduler/activate-pipeline.ts'],
    tests: [behaviour('a schedule that begins at the first activation begins at a whole second, and later activations do not move it')],
  },
  {
    id: '2.1 occurrences',
    rule: '`occurrences: N` makes N intervals.',
    in: ['engine/schedule/schedule.ts'],
    tests: ['test/schedule/schedule.test.ts > occurrences count intervals, and an end holds whole intervals only'],
  },
  {
    id: '2.1 whole intervals',
    rule: 'An interval exists only when it is over by endDateTime.',
    in: ['engine/schedule/schedule.ts'],
    tests: [behaviour('an end that cuts an interval short leaves that one out, whatever the schedule type')],
  },
  {
    id: '2.1 start and end',
    rule: 'An instance has the start and the end of its interval, whatever the schedule type.',
    in: ['engine/scheduler/interval-plan.ts'],
    tests: [behaviour('an end that cuts an interval short leaves that one out, whatever the schedule type')],
  },
  {
    id: '2.2 due',
    rule: 'Activities, data nodes and preconditions are due at the start of the interval in cron, at its end in timeseries, and at activation on demand.',
    in: ['engine/schedule/due-time.ts'],
    tests: [
      'test/scheduler/interval-plan.test.ts > components of type cron and timeseries on one schedule are planned apart, since they are due apart',
      behaviour('on demand, an execution begins and ends at the second of its activation, whatever time is asked for'),
    ],
  },
  {
    id: '2.2 resources',
    rule: 'Resources are due at the start of the interval whatever the type, and nothing is made until something on them needs it.',
    in: ['engine/scheduler/rhythms.ts', 'engine/scheduler/interval-plan.ts'],
    tests: [
      'test/scheduler/plan-due.test.ts > a resource is there from the start of its interval, whatever the schedule type: %s',
      'test/behaviour/dependencies.test.ts > an activity does not wait for its resource: being ready is what has it made',
    ],
  },
  {
    id: '2.2 when made',
    rule: 'Instances are made when they are due, none is visible earlier.',
    in: ['engine/scheduler/scheduler.ts', 'engine/store/schema/plan.ts'],
    tests: [behaviour('nothing is there of an interval before it is due')],
  },
  {
    id: '2.2 several schedules',
    rule: 'One definition may have several schedules; each object follows its own, its parent’s or Default’s.',
    in: ['engine/scheduler/rhythms.ts'],
    tests: [behaviour('several schedules in one definition each have their intervals')],
  },
  {
    id: '2.2 no schedule',
    rule: 'What runs, and has no schedule in a pipeline that is not on demand, is a mistake.',
    in: ['engine/definition/check-scheduling.ts'],
    tests: [
      'test/definition/bad-definitions.test.ts > $code is found where it is, and nothing else',
      'test/definition/warnings.test.ts > a machine without a schedule follows what runs on it, and one that nothing runs on needs none',
    ],
    differs: 'a resource without one follows the first that runs on it, as AWS’s own samples need it',
  },
  {
    id: '2.3 on Default',
    rule: '`ondemand` stands on Default and is the only schedule type; no Schedule is needed, and one with ONDEMAND_PERIOD is accepted.',
    in: ['engine/definition/check-scheduling.ts', 'engine/definition/resolve-objects.ts'],
    tests: [
      'test/definition/bad-definitions.test.ts > $code is found where it is, and nothing else',
      behaviour('on demand, an explicit Schedule with ONDEMAND_PERIOD is accepted'),
      'test/definition/compile.test.ts > in an on-demand pipeline no schedule counts, not even one that does not exist',
    ],
  },
  {
    id: '2.3 one execution',
    rule: 'Each activation makes one execution, whose instances begin and end at the second of the activation.',
    in: ['engine/scheduler/activate-pipeline.ts', 'engine/store/activation.ts'],
    tests: [
      behaviour('on demand, an execution begins and ends at the second of its activation, whatever time is asked for'),
      'test/scheduler/plan-due.test.ts > on demand, each activation is one execution, refused while as many run as may',
    ],
    differs: 'of two activations within a second the later one has the next free second, since ids hold no fraction',
  },
  {
    id: '2.3 how many at once',
    rule: '`maxActiveInstances` on Default, 1 when absent, is how many executions may run at once; at the limit an activation is refused.',
    in: ['engine/scheduler/activate-pipeline.ts', 'engine/store/schema/plan.ts'],
    tests: [
      behaviour('on demand, maxActiveInstances on Default is how many executions may run at once'),
      'test/scheduler/interval-plan.test.ts > on demand one execution at a time is usual, and nothing of it is late',
    ],
    differs: 'AWS’s most, 5, is kept to only with `--strict`',
  },
  {
    id: '2.3 no time, no lateness',
    rule: 'On demand a time of activation means nothing, and nothing is late.',
    in: ['engine/scheduler/activate-pipeline.ts', 'engine/scheduler/interval-plan.ts'],
    tests: [
      behaviour('on demand, an execution begins and ends at the second of its activation, whatever time is asked for'),
      'test/scheduler/interval-plan.test.ts > on demand one execution at a time is usual, and nothing of it is late',
    ],
  },
  {
    id: '2.3 again',
    rule: 'When an execution has ended the pipeline is FINISHED and can be activated again; so can one that was deactivated, and what that cancelled stays so.',
    in: ['engine/scheduler/activate-pipeline.ts', 'engine/store/activation.ts'],
    tests: [
      'test/scheduler/plan-due.test.ts > on demand, each activation is one execution, refused while as many run as may',
      behaviour('on demand, a deactivated pipeline can be activated again, and has one execution then'),
    ],
  },
  {
    id: '2.4 backfill',
    rule: 'With a start in the past all missed intervals are due at once and run until it has caught up.',
    in: ['engine/scheduler/scheduler.ts'],
    tests: [
      'test/scheduler/plan-due.test.ts > a backfill makes at most maxActiveInstances at once, oldest first, and the next when one has ended',
    ],
    differs: '`catchUp: latest` or `none` on the Schedule leaves out what was missed',
  },
  {
    id: '2.4 guard',
    rule: 'A first activation whose first interval began more than 24 hours ago is refused unless a time is given; a later one never. A setting turns that off.',
    in: ['engine/scheduler/backfill-guard.ts'],
    tests: [
      skipping('is refused with how to say it; a time, even the start itself, lets it pass'),
      skipping(
        'is let through when the start is less than a day past, when it is not the first, and when the schedule catches up with nothing old',
      ),
    ],
  },
  {
    id: '2.4 order',
    rule: 'The oldest interval comes first, for each component.',
    in: ['engine/scheduler/scheduler.ts', 'engine/store/schema/holds.ts'],
    tests: [
      'test/scheduler/plan-due.test.ts > a backfill makes at most maxActiveInstances at once, oldest first, and the next when one has ended',
      'test/store/holds.test.ts > an interval that comes while older ones wait for room stands behind them',
    ],
  },
  {
    id: '2.4 maxActiveInstances',
    rule: 'Of one component no more instances are active than maxActiveInstances, 5 when absent: that of the component counts before that of its Schedule, and that before Default’s.',
    in: ['engine/scheduler/interval-plan.ts', 'engine/definition/borrow-schedules.ts', 'engine/store/schema/plan.ts'],
    tests: [behaviour('how many intervals of a backfill are active at once when %s')],
    differs: 'AWS’s most, 5, is kept to only with `--strict`',
  },
  {
    id: '2.4 active',
    rule: 'Whatever has not ended is active; at the limit the next interval is not made until one has ended.',
    in: ['engine/store/schema/plan.ts'],
    tests: [behaviour('what waits counts as active as well: the next interval is made when one has ended, whatever its end')],
  },
  {
    id: '2.4 reruns',
    rule: 'What is run again does not count.',
    in: ['engine/store/schema/plan.ts'],
    tests: ['test/store/commands.test.ts > what a person runs again takes no room from the next interval'],
  },
  {
    id: '2.4 no pause between',
    rule: 'AWS’s limit of one new instance of an object in 5 minutes is not kept to.',
    in: ['engine/scheduler/scheduler.ts'],
    tests: ['test/scheduler/plan-due.test.ts > without maxActiveInstances it is five'],
  },
  {
    id: '2.4 warning',
    rule: 'A start in the past with failureAndRerunMode cascade, and machines of its own, is warned of.',
    in: ['engine/definition/check-backfill.ts'],
    tests: ['test/definition/warnings.test.ts > a cascading backfill is told only of a start in the past, with machines of its own'],
  },
  {
    id: '2.5 skipped',
    rule: 'Activated from a time, intervals that start earlier and have no instance are SKIPPED, at most the latest 100 on record; the first that starts then or later runs.',
    in: ['engine/scheduler/skipped.ts', 'engine/schedule/first-wanted.ts'],
    tests: [
      skipping('skips the intervals that start earlier, keeps a record of them, and runs the rest'),
      skipping('keeps a record of the latest 100 only'),
      'test/schedule/first-wanted.test.ts > an activation time skips what starts before it, to the second, and never goes back',
    ],
  },
  {
    id: '2.5 needed',
    rule: 'An earlier instance that one which is not skipped needs is not skipped either.',
    in: ['engine/scheduler/skipped.ts'],
    tests: [skipping('a dependency that is SKIPPED is satisfied; one that something later needs is not skipped')],
  },
  {
    id: '2.5 before the start',
    rule: 'A time before the start changes nothing.',
    in: ['engine/schedule/first-wanted.ts'],
    tests: [behaviour('an activation time before the start of the schedule skips nothing')],
  },
  {
    id: '2.5 before what ran',
    rule: 'A time before intervals that have run does not run them again.',
    in: ['engine/schedule/first-wanted.ts', 'engine/scheduler/activate-pipeline.ts'],
    tests: [skipping('before intervals that ran already runs them no second time, and does not go back')],
  },
]
