import type { Rule } from './rule.ts'

const behaviour = (title: string): string => `test/behaviour/attempts.test.ts > ${title}`
const cascade = (title: string): string => `test/behaviour/cascade.test.ts > ${title}`
const ends = (title: string): string => `test/store/resource-ends.test.ts > ${title}`
const again = (title: string): string => `test/store/rerun-arms-again.test.ts > ${title}`

/** Sections 7 to 9: tries, time-outs, actions and failures that spread. */
export const attemptRules: readonly Rule[] = [
  {
    id: '7 maximumRetries',
    rule: 'maximumRetries, 2 when absent, are tries after the first that fails; 0 is one try.',
    in: ['engine/scheduler/interval-plan.ts', 'engine/store/schema/fail.ts'],
    tests: [behaviour('%s an activity has these tries')],
    differs: 'AWS’s most, 5, is kept to only with `--strict`',
  },
  {
    id: '7 retryDelay',
    rule: 'Between two tries passes retryDelay, 10 minutes when absent; any length is accepted.',
    in: ['engine/worker/field-values.ts', 'engine/worker/run-attempt.ts'],
    tests: ['test/worker/worker.test.ts > an error is retried after retryDelay; a PermanentError is not'],
    differs: 'less than AWS’s 2 minutes is told only with `--strict`',
  },
  {
    id: '7 attemptTimeout',
    rule: 'An attempt that takes longer than attemptTimeout, counted from when it runs, fails and may be tried again.',
    in: ['engine/worker/run-attempt.ts'],
    tests: [
      'test/worker/shell.test.ts > attemptTimeout ends the command, SIGTERM first, and counts as a failed try',
      'test/worker/precondition.test.ts > attemptTimeout ends a look that takes longer, and counts as a failed try, not as false',
    ],
  },
  {
    id: '7 reportProgressTimeout',
    rule: 'An attempt whose runner is silent for too long counts as stalled and is tried again.',
    in: ['engine/store/claims.ts', 'engine/store/schema/sweep.ts', 'engine/worker/heartbeat/lease-watch.ts'],
    tests: [
      'test/store/settle.test.ts > a lease that ends costs a try, and the worker that wakes up too late settles nothing',
      'test/worker/lease-watch.test.ts > a main loop that is silent for half a lease is not vouched for',
    ],
    differs:
      'our workers report every 10 seconds from a thread of their own and count as stalled after 30, whatever reportProgressTimeout says',
    notYet: 'wire API: reportProgressTimeout itself is for runners of AWS’s protocol',
  },
  {
    id: '7 lateAfterTimeout',
    rule: 'An instance is late when it has not ended lateAfterTimeout after it was due, once; never on demand.',
    in: ['engine/scheduler/interval-plan.ts', 'engine/store/schema/sweep.ts'],
    tests: [
      'test/scheduler/interval-plan.test.ts > lateness counts from the due time',
      'test/scheduler/interval-plan.test.ts > on demand one execution at a time is usual, and nothing of it is late',
      'test/dispatcher/dispatcher.test.ts > onSuccess, onFail (also of what fails with it) and onLateAction are performed once each',
      'test/store/held.test.ts > a place that is kept is not late, whatever the clock says',
    ],
    differs:
      'AWS’s guides disagree whether it must have begun or ended by then: here it must have ended; AWS’s least, 15 minutes, is kept to only with `--strict`',
  },
  {
    id: '7 preconditionTimeout',
    rule: 'A precondition that is not true for preconditionTimeout fails that try; without one it waits for ever.',
    in: ['engine/worker/check-precondition.ts'],
    tests: ['test/worker/precondition.test.ts > preconditionTimeout counts from the first look; past it the attempt fails'],
  },
  {
    id: '7 initTimeout',
    rule: 'A resource that is not there within initTimeout fails that try.',
    in: ['engine/store/schema/resource-ends.ts'],
    tests: [ends('a try that takes longer than initTimeout fails; the next one is not before retryDelay is over')],
  },
  {
    id: '7 terminateAfter',
    rule: 'A resource that is up for longer than terminateAfter is TIMEDOUT, whatever its other rules say; a bare number is hours, and that it is missing is warned of.',
    in: ['engine/store/schema/resource-ends.ts', 'engine/scheduler/resource-rules.ts', 'engine/definition/check-unbounded.ts'],
    tests: [
      ends('terminateAfter: the machine is TIMEDOUT whatever tries are left, what is on it CANCELED, consumers cascade'),
      'test/scheduler/interval-plan.test.ts > a resource carries its rules; a number alone is hours: {%s}',
      'test/definition/bad-definitions.test.ts > $code is found where it is, and nothing else',
    ],
  },
  {
    id: '7 same resource',
    rule: 'A retry runs on the same resource, unless actionOnTaskFailure is terminate.',
    in: ['engine/store/schema/fail.ts'],
    tests: [
      ends('continue: an attempt that fails leaves the machine'),
      ends('terminate: an attempt that fails shuts the machine down, and with tries left waits for the next one'),
    ],
  },
  {
    id: '7 told once',
    rule: 'A failure is told, by onFail and by cascading, after the last try only.',
    in: ['engine/store/schema/fail.ts'],
    tests: [behaviour('a failure is told after the last try only, also of what fails with it, and not of what was cancelled')],
  },
  {
    id: '7 numbering',
    rule: 'Attempts are numbered on over reruns; a rerun begins with all tries.',
    in: ['engine/store/schema/rerun.ts'],
    tests: [
      behaviour('attempts are numbered on over reruns, and every rerun has all tries'),
      'test/store/commands.test.ts > a rerun goes on with the attempt numbers, begins with all tries, has a new publish key, and wakes a FINISHED pipeline',
    ],
  },
  {
    id: '8 kinds',
    rule: 'onFail, onSuccess and onLateAction name one or more SnsAlarm and Terminate.',
    in: ['actions/SnsAlarm.ts', 'actions/Terminate.ts', 'engine/worker/perform-action.ts'],
    tests: [
      'test/actions/actions.test.ts > SnsAlarm publishes its message under the id of the event, and says in the log where it went',
      'test/actions/actions.test.ts > Terminate cancels the object whose event fired it',
    ],
  },
  {
    id: '8 once',
    rule: 'They fire once for an instance and event: onSuccess at FINISHED, onFail at FAILED after the last try and at CASCADE_FAILED, onLateAction when late.',
    in: ['engine/store/schema/advance.ts', 'engine/store/schema/fail.ts', 'engine/store/schema/sweep.ts'],
    tests: [
      'test/dispatcher/dispatcher.test.ts > onSuccess, onFail (also of what fails with it) and onLateAction are performed once each',
      'test/dispatcher/dispatcher.test.ts > two dispatchers perform each action once',
      behaviour('success is told of activities, data nodes and preconditions, once each, also of what is marked finished'),
    ],
    differs: 'delivery is at least once: a repeat after a crash carries the same id; a resource that is TIMEDOUT fires onFail as well',
  },
  {
    id: '8 not when cancelled',
    rule: 'They do not fire at CANCELED.',
    in: ['engine/store/schema/fail.ts'],
    tests: [
      again('what is cancelled fires no action'),
      behaviour('a failure is told after the last try only, also of what fails with it, and not of what was cancelled'),
    ],
  },
  {
    id: '8 armed again',
    rule: 'A rerun arms them again; lateness counts from the rerun then.',
    in: ['engine/store/schema/rerun.ts'],
    tests: [
      again('onFail and onSuccess fire once an event, and a rerun arms them again'),
      again('a rerun arms onLateAction anew, counted from the rerun'),
    ],
  },
  {
    id: '8 terminate',
    rule: 'Terminate cancels the instance, late or unfinished, that fired it.',
    in: ['actions/Terminate.ts'],
    tests: [
      'test/worker/late-terminate.test.ts > Terminate as onLateAction cancels the late instance, with a reason, and nothing that is not late',
    ],
  },
  {
    id: '8 messages',
    rule: 'A message is evaluated when the action fires, with `node` as the instance.',
    in: ['engine/worker/perform-action.ts'],
    tests: [behaviour('a message is evaluated when the action fires, with `node` as the instance that it is about')],
  },
  {
    id: '8 undeliverable',
    rule: 'An action that cannot be delivered changes no status, is tried again, and is told.',
    in: ['engine/dispatcher/dispatcher.ts'],
    tests: [
      'test/dispatcher/dispatcher.test.ts > an action that fails changes no status, is tried again under the same id, and is given up with an event',
    ],
  },
  {
    id: '9 whose mode',
    rule: 'failureAndRerunMode, none when absent, is that of the consumer.',
    in: ['engine/store/schema/fail.ts'],
    tests: [cascade('the mode of the consumer counts, not that of what failed')],
  },
  {
    id: '9 activity',
    rule: 'When an activity FAILED or was CANCELED by a person, its consumers in mode cascade are CASCADE_FAILED, and theirs; so are data nodes that it writes; preconditions of all of them are CANCELED.',
    in: ['engine/store/schema/fail.ts'],
    tests: [
      cascade('takes its consumers along, and theirs, with their preconditions and the data nodes that it writes'),
      cascade('preconditions of what fails are CANCELED'),
    ],
  },
  {
    id: '9 data node',
    rule: 'When a data node has failed its preconditions are CANCELED and activities that read it are CASCADE_FAILED.',
    in: ['engine/store/schema/fail.ts'],
    tests: [
      cascade('a data node that is FAILED takes those along that read it, and not those that write it'),
      cascade('takes its consumers along, and theirs, with their preconditions and the data nodes that it writes'),
    ],
  },
  {
    id: '9 resource',
    rule: 'When a resource FAILED what should run on it is CANCELED, and their consumers are CASCADE_FAILED.',
    in: ['engine/store/schema/resource-ends.ts'],
    tests: [cascade('a resource that FAILED has what should run on it CANCELED, ready or not, and their consumers are CASCADE_FAILED')],
  },
  {
    id: '9 idle resource',
    rule: 'When all that should run on a waiting resource has failed it is FINISHED.',
    in: ['engine/store/schema/resources.ts'],
    tests: [cascade('a resource that waits is FINISHED when all that should run on it has failed')],
  },
  {
    id: '9 left alone',
    rule: 'What has ended is left alone, and so is what comes before, but for the preconditions of what failed.',
    in: ['engine/store/schema/fail.ts'],
    tests: [
      cascade('what has ended is left alone when something it depended on is run again and fails'),
      cascade('takes its consumers along, and theirs, with their preconditions and the data nodes that it writes'),
    ],
  },
  {
    id: '9 where it began',
    rule: 'What is CASCADE_FAILED says on what it depended and where the failure began.',
    in: ['engine/store/schema/fail.ts', 'engine/store/commands.ts'],
    tests: [
      cascade('what is CASCADE_FAILED says on what it depended, and where that began'),
      cascade('what is planned after the failure, of another schedule, is CASCADE_FAILED at once and says the same'),
      'test/store/commands.test.ts > the dependency that failed is named, with where it began',
    ],
    notYet: 'wire API: the field @cascadeFailedOn with the whole chain',
  },
  {
    id: '9 one interval',
    rule: 'A failure spreads along the edges of its interval, never to later ones.',
    in: ['engine/store/schema/fail.ts', 'engine/scheduler/interval-plan.ts'],
    tests: ['test/behaviour/cascade.test.ts > a failure stays in its interval: the next one runs'],
  },
]
