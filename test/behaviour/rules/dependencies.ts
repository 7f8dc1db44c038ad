import type { Rule } from './rule.ts'

const behaviour = (title: string): string => `test/behaviour/dependencies.test.ts > ${title}`
const linked = (title: string): string => `test/schedule/schedule.test.ts > ${title}`
const planned = (title: string): string => `test/scheduler/interval-plan.test.ts > ${title}`
const check = (title: string): string => `test/worker/precondition.test.ts > ${title}`
const look = (title: string): string => `test/preconditions/preconditions.test.ts > ${title}`

/** Sections 3 and 4: what an instance waits for. */
export const dependencyRules: readonly Rule[] = [
  {
    id: '3.1 activity',
    rule: 'An activity waits for its interval, every dependsOn, every input and its own preconditions, and then for a worker.',
    in: ['engine/scheduler/interval-plan.ts', 'engine/store/schema/advance.ts'],
    tests: [behaviour('an activity waits for all of its dependsOn, inputs and preconditions, and its precondition for none of them')],
  },
  {
    id: '3.1 written data node',
    rule: 'A data node waits for the activities that write it and for its dependsOn, then for its preconditions.',
    in: ['engine/scheduler/interval-plan.ts'],
    tests: [
      behaviour('a data node waits for every activity that writes it, for its dependsOn, and then for its preconditions'),
      planned('what guards a data node that is written looks at it only afterwards'),
    ],
  },
  {
    id: '3.1 other data node',
    rule: 'A data node that nothing writes waits for its dependsOn and preconditions only; with none it is FINISHED at once.',
    in: ['engine/store/schema/holds.ts'],
    tests: [behaviour('what nothing links is ready together, and a data node with nothing before it is FINISHED at once')],
  },
  {
    id: '3.1 precondition',
    rule: 'A precondition of an activity waits for nothing but its interval, and for a worker when a runner checks it.',
    in: ['engine/scheduler/interval-plan.ts'],
    tests: [behaviour('an activity waits for all of its dependsOn, inputs and preconditions, and its precondition for none of them')],
  },
  {
    id: '3.1 resource',
    rule: 'A resource waits until something on it is ready, and that does not wait for it: it shows WAITING_FOR_RUNNER while the machine is made.',
    in: ['engine/store/schema/resources.ts'],
    tests: [behaviour('an activity does not wait for its resource: being ready is what has it made')],
  },
  {
    id: '3.1 in parallel',
    rule: 'What nothing links runs in parallel, in any order.',
    in: ['engine/store/schema/advance.ts'],
    tests: [behaviour('what nothing links is ready together, and a data node with nothing before it is FINISHED at once')],
    differs: 'of what is ready the higher `priority` comes first, then the older',
  },
  {
    id: '3.1 through data',
    rule: 'An output holds up only those who read it: writer, data node and reader follow each other without dependsOn.',
    in: ['engine/scheduler/interval-plan.ts'],
    tests: [planned('a reader after a writer')],
  },
  {
    id: '3.1 repeated',
    rule: '`dependsOn`, `input`, `output` and `precondition` may each name several.',
    in: ['engine/scheduler/interval-plan.ts'],
    tests: [
      behaviour('a data node waits for every activity that writes it, for its dependsOn, and then for its preconditions'),
      planned('two writers of one node'),
    ],
  },
  {
    id: '3.1 satisfied',
    rule: 'Only FINISHED, also by a person, and SKIPPED satisfy a dependency. In mode none what depends on anything else waits for ever.',
    in: ['engine/store/schema/advance.ts'],
    tests: [
      behaviour('in mode none, what depends on something %s waits for ever, and its pipeline does not end'),
      'test/scheduler/skipping.test.ts > a dependency that is SKIPPED is satisfied; one that something later needs is not skipped',
      'test/store/commands.test.ts > finish readies what waits for what runs',
    ],
  },
  {
    id: '3.1 cycles',
    rule: 'A cycle of dependencies, inputs and outputs is a mistake.',
    in: ['engine/definition/check-cycles.ts'],
    tests: [
      'test/definition/compile.test.ts > a cycle goes through inputs, outputs, dependencies and preconditions, and names the whole way',
    ],
  },
  {
    id: '3.2 runsOn and workerGroup',
    rule: 'With both, runsOn counts.',
    in: ['engine/scheduler/interval-plan.ts'],
    tests: [planned('an activity with %s runs in its group')],
  },
  {
    id: '3.2 neither',
    rule: 'An activity with neither runs in the worker group `default`.',
    in: ['engine/scheduler/interval-plan.ts', 'engine/definition/check-runners.ts'],
    tests: [
      planned('an activity with %s runs in its group'),
      'test/definition/compile.test.ts > an activity with neither runsOn nor workerGroup is refused only in strict mode',
    ],
    differs: 'on AWS it would wait for ever; `--strict` refuses it',
  },
  {
    id: '3.3 longer',
    rule: 'Of a schedule with a longer period the interval is needed that holds the start, wherever the two begin.',
    in: ['engine/schedule/linked-intervals.ts'],
    tests: [
      linked('a run needs the one interval of a longer schedule that holds its start'),
      linked('a run needs the interval of a longer schedule that holds its start, also when that ends before the run does'),
      planned('a shorter schedule needs the one longer interval, and a place says which that is'),
    ],
  },
  {
    id: '3.3 same',
    rule: 'Of the same period the one with the same start is needed.',
    in: ['engine/schedule/linked-intervals.ts'],
    tests: [linked('of the same period the one with the same start is needed')],
    differs: 'when the two begin at different times of the period, the one that starts within the run’s interval',
  },
  {
    id: '3.3 shorter',
    rule: 'Of a shorter period all are needed that start within the interval; more than 32 are a mistake.',
    in: ['engine/schedule/linked-intervals.ts', 'engine/definition/check-roll-ups.ts'],
    tests: [
      linked('a run needs all intervals of a shorter schedule that start within it, oldest first'),
      linked('a run needs those of a shorter schedule that start within it, also when the first of them had begun before'),
      'test/definition/warnings.test.ts > up to 32 instances of a shorter period fall into one interval, no more',
    ],
  },
  {
    id: '3.3 not begun or over',
    rule: 'Of a schedule that has not begun or is over nothing is needed.',
    in: ['engine/schedule/linked-intervals.ts'],
    tests: [
      linked('a schedule that has not begun or is over leaves the edge satisfied'),
      linked('a run that begins before a longer schedule does needs nothing of it, and neither does one that begins when it is over'),
      behaviour('an activity that only a schedule not begun, or over, would provide for waits for nothing'),
    ],
  },
  {
    id: '4 of the service',
    rule: 'S3KeyExists and S3PrefixNotEmpty are checked by the service itself: the key is there; anything is under the prefix.',
    in: ['preconditions/S3KeyExists.ts', 'preconditions/S3PrefixNotEmpty.ts'],
    tests: [
      look('S3KeyExists passes once the object is there, and says which is not'),
      look('S3PrefixNotEmpty passes once anything has the prefix'),
      behaviour('a precondition that the service checks needs neither runner nor resource'),
    ],
  },
  {
    id: '4 of DynamoDB',
    rule: 'DynamoDBTableExists and DynamoDBDataExists are checked by the service itself.',
    in: ['preconditions/DynamoDBTableExists.ts', 'preconditions/DynamoDBDataExists.ts'],
    tests: ['test/definition/types-to-come.test.ts > $type is refused as not supported yet, with what is missing'],
    notYet: 'DynamoDB: they are refused as not supported yet',
  },
  {
    id: '4 of a runner',
    rule: 'Exists and ShellCommandPrecondition are checked by a runner: the guarded data node is there; the command ends with 0.',
    in: ['preconditions/Exists.ts', 'preconditions/ShellCommandPrecondition.ts'],
    tests: [
      look('Exists asks the node that refers to it, and fails for good on one that cannot say'),
      look('ShellCommandPrecondition passes when the command ends with 0; a cancelled one has no answer'),
    ],
  },
  {
    id: '4 where',
    rule: 'What a runner checks is checked where the guarded activity runs, on its resource or in its worker group; for a data node where that says, else where the first activity runs that reads it.',
    in: ['engine/scheduler/interval-plan.ts'],
    tests: [
      behaviour('a precondition that a runner checks is checked in the worker group of what it guards: %s'),
      behaviour('a precondition that a runner checks is checked on the resource of what it guards: %s'),
      behaviour('when the machine that a precondition is checked on is lost, it goes on on the next one, and its time-out begins anew'),
    ],
  },
  {
    id: '4 again and again',
    rule: 'A check that is not true is made again after retryDelay, 1 minute when absent, within one attempt, until preconditionTimeout has passed since its first look; without one for ever.',
    in: ['engine/worker/check-precondition.ts'],
    tests: [
      check('a check that does not pass is FALSE, says why, and is looked at again after retryDelay, by default in 1 minute'),
      check('preconditionTimeout counts from the first look; past it the attempt fails'),
      'test/store/settle.test.ts > a precondition that is not true yet is held without a try and then asked again; its failure fails what it guards',
    ],
    differs: 'between two looks it holds no slot of a worker',
  },
  {
    id: '4 errors',
    rule: 'An error while looking counts as not true; an attempt that fails has maximumRetries.',
    in: ['engine/worker/check-precondition.ts', 'engine/store/schema/fail.ts'],
    tests: [
      check('an error counts as false, with its message as the reason'),
      behaviour('a precondition that a runner fails is tried again maximumRetries times'),
    ],
    differs: 'a mistake in an expression or a value fails at once: no waiting will mend it',
  },
  {
    id: '4 while open',
    rule: 'While a precondition is open what it guards is WAITING_ON_DEPENDENCIES; when it FAILED, that has FAILED too, in either mode.',
    in: ['engine/store/schema/fail.ts'],
    tests: [behaviour('a precondition that fails fails what it guards, also in mode none, and what reads that waits')],
  },
]
