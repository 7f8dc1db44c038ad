import type { Rule } from './rule.ts'

const bad = 'test/definition/bad-definitions.test.ts > $code is found where it is, and nothing else'

/** Section 1: the object model. */
export const objectRules: readonly Rule[] = [
  {
    id: '1 pipeline id',
    rule: 'A pipeline is known by `df-` and twenty letters and digits.',
    in: ['engine/store/pipelines.ts'],
    tests: ['test/behaviour/objects.test.ts > a pipeline has an id like AWS’s: df- and twenty letters and digits'],
  },
  {
    id: '1 instance id',
    rule: 'An instance is known by `@<component>_<start of its interval>`, its attempts by that and `_Attempt=<n>`, n from 1.',
    in: ['engine/scheduler/interval-plan.ts', 'engine/worker/attempt-log.ts'],
    tests: [
      'test/scheduler/plan-due.test.ts > a backfill makes at most maxActiveInstances at once, oldest first, and the next when one has ended',
      'test/worker/shell.test.ts > logs go to pipelineLogUri in the layout of the guide',
    ],
  },
  {
    id: '1 times',
    rule: 'Times in ids and fields are `YYYY-MM-DDTHH:MM:SS` in UTC, without zone letter and fraction.',
    in: ['engine/spec/date-time.ts'],
    tests: [
      'test/worker/evaluation.test.ts > expressions see parameters, the interval, and what the attempt knows of itself',
      'test/behaviour/attempts.test.ts > a message is evaluated when the action fires, with `node` as the instance that it is about',
    ],
  },
  {
    id: '1 lists',
    rule: 'A field is a list of texts or references; a key that comes twice in AWS’s JSON is a list, in order.',
    in: ['engine/definition/read-aws-json.ts'],
    tests: ['test/definition/read-aws-json.test.ts > a key that comes twice in an object is a list'],
  },
  {
    id: '1 letter case',
    rule: 'Names of fields are read as they are written; values of enumerations and units of periods in any letter case, singular or plural.',
    in: ['engine/spec/fields.ts', 'engine/spec/period.ts', 'engine/definition/check-fields.ts'],
    tests: ['test/definition/compile.test.ts > enumerations and units are read in any letter case', bad],
  },
  {
    id: '1 runnable',
    rule: 'Activities, data nodes, resources and preconditions have instances; schedules, databases, formats, actions and untyped parents have none.',
    in: ['engine/scheduler/interval-plan.ts'],
    tests: ['test/behaviour/objects.test.ts > activities, data nodes, resources and preconditions have instances, and nothing else has'],
  },
  {
    id: '1 actions are events',
    rule: 'An action has no instance: each firing is an event.',
    in: ['engine/store/actions.ts', 'engine/dispatcher/dispatcher.ts'],
    tests: ['test/dispatcher/dispatcher.test.ts > onSuccess, onFail (also of what fails with it) and onLateAction are performed once each'],
  },
  {
    id: '1 shared preconditions',
    rule: 'A precondition has one instance for each object that it guards: `@<precondition>_<start>`, with the id of the guarded in between when it guards several.',
    in: ['engine/scheduler/interval-plan.ts'],
    tests: [
      'test/scheduler/interval-plan.test.ts > a precondition has an instance for each that waits for it, named after it only when there are several',
    ],
  },
  {
    id: '1.1 actual start',
    rule: 'An instance has a start from when it came to be, also while it waits.',
    in: ['engine/store/schema/plan.ts', 'engine/store/instances.ts'],
    tests: [
      'test/behaviour/objects.test.ts > an instance has its start from when it came to be, also while it waits, and where its attempt runs',
    ],
  },
  {
    id: '1.1 of the attempt',
    rule: 'What is known of the newest attempt (number, tries left, host, error) is shown on its instance.',
    in: ['engine/store/instances.ts'],
    tests: [
      'test/behaviour/objects.test.ts > an instance has its start from when it came to be, also while it waits, and where its attempt runs',
      'test/cli/questions.test.ts > why of what has ended shows the failure',
    ],
  },
  {
    id: '1.1 fields of the engine',
    rule: 'Fields that the engine sets can be read in expressions: of the interval, the attempt, and of the guarded object as `node`.',
    in: ['engine/worker/evaluate/instance-object.ts'],
    tests: [
      'test/worker/evaluation.test.ts > expressions see parameters, the interval, and what the attempt knows of itself',
      'test/worker/precondition.test.ts > `node` is the object that waits, in expressions and in the context',
    ],
  },
  {
    id: '1.1 described objects',
    rule: 'Components, instances and attempts are described with `@version`, `@componentParent`, `@headAttempt`, `@waitingOn`, `@cascadeFailedOn`, `@activeInstances` and links to each other.',
    in: [],
    tests: [],
    notYet:
      'wire API: nothing serves QueryObjects and DescribeObjects; the store has what they need, and `sluice runs` and `sluice why` show it',
  },
  {
    id: '1.1 described pipelines',
    rule: 'A pipeline is described with its state, creator, times, health and tags.',
    in: [],
    tests: [],
    notYet: 'wire API: DescribePipelines',
  },
  {
    id: '1.2 inheritance',
    rule: 'An object takes the fields that it does not set from its parent, then from that one’s, and from Default last: the nearest wins.',
    in: ['engine/definition/inherit.ts'],
    tests: [
      'test/definition/inherit.test.ts > an object takes the fields it lacks from its parent, then from that one’s, and from Default last',
    ],
  },
  {
    id: '1.2 whole lists',
    rule: 'A field of its own replaces the whole list of the ancestor’s.',
    in: ['engine/definition/inherit.ts'],
    tests: ['test/definition/inherit.test.ts > a field of its own replaces the whole list of the ancestor’s, and an empty list hides it'],
  },
  {
    id: '1.2 what is not inherited',
    rule: '`id`, `name` and `parent` are not inherited; `type` only by an untyped object from a parent that it names.',
    in: ['engine/definition/inherit.ts'],
    tests: [
      'test/definition/inherit.test.ts > neither id, name nor parent is inherited, and a type only by an untyped object from a parent it names',
    ],
  },
  {
    id: '1.2 foreign fields',
    rule: 'A field that a type does not have is ignored when it is inherited, and a mistake on the object itself.',
    in: ['engine/definition/resolve-objects.ts', 'engine/definition/check-fields.ts'],
    tests: [
      'test/definition/compile.test.ts > what a type does not have is ignored when it comes from an ancestor, and an error on the object itself',
    ],
  },
]
