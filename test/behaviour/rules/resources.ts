import type { Rule } from './rule.ts'

const ends = (title: string): string => `test/store/resource-ends.test.ts > ${title}`
const provisioner = (title: string): string => `test/provisioner/provisioner.test.ts > ${title}`

/** Section 12: resources. */
export const resourceRules: readonly Rule[] = [
  {
    id: '12.1 one an interval',
    rule: 'A resource has one instance for each interval of its own schedule, which serves all that is mapped to it, and is not kept for the next.',
    in: ['engine/scheduler/interval-plan.ts', 'engine/store/schema/resources.ts'],
    tests: [
      provisioner('a daily resource is made once for all hours of its day, and kept while it has nothing to do in between'),
      'test/scheduler/interval-plan.test.ts > an activity runs on the instance of the resource whose interval holds its start',
    ],
  },
  {
    id: '12.1 made and taken away',
    rule: 'It is made when the first on it is ready, be it a precondition, and shut down at once when all on it has ended and none is to come.',
    in: ['engine/provisioner/provisioner.ts', 'engine/store/schema/resources.ts'],
    tests: [
      provisioner('a resource is made when the first activity on it is ready, and terminated when the last has ended'),
      provisioner('a resource is shut down once the next interval to come begins after its own'),
      'test/behaviour/dependencies.test.ts > a precondition that a runner checks is checked on the resource of what it guards: %s',
    ],
    notYet: 'a setting for a grace time',
  },
  {
    id: '12.1 fields',
    rule: '`runsOn` and `workerGroup` are no fields of resources; the counts of instances mean nothing.',
    in: ['resources/Ec2Resource.ts', 'engine/definition/check-fields.ts'],
    tests: ['test/definition/bad-definitions.test.ts > $code is found where it is, and nothing else'],
  },
  {
    id: '12.1 stand-in',
    rule: 'The local machine keeps the statuses and time-outs, and is one for each resource instance.',
    in: ['resources/Ec2Resource.ts'],
    tests: [
      'test/resources/Ec2Resource.test.ts > the local machine is a directory of the home, the same when asked again, and gone when terminated',
    ],
    notYet: 'EC2 and EMR: what is on a resource runs on the workers of the group `default`, once its machine is there',
  },
  {
    id: '12.2 groups',
    rule: 'Worker groups are compared exactly, in their letter case; a managed machine has a group of its own.',
    in: ['engine/queue/queue-name.ts', 'engine/store/schema/claim.ts'],
    tests: ['test/conformance/task-source.ts > lanes and worker groups are apart, whatever the names of the groups are'],
    notYet: 'agents: groups of machines',
  },
  {
    id: '12.3 actionOnTaskFailure',
    rule: 'continue, when absent, leaves the machine after a failed attempt; terminate shuts it down, and tries that are left have the next one.',
    in: ['engine/store/schema/fail.ts', 'engine/store/schema/resource-ends.ts'],
    tests: [
      ends('continue: an attempt that fails leaves the machine'),
      ends('terminate: an attempt that fails shuts the machine down, and with tries left waits for the next one'),
      ends('terminate: also when its activity has no tries left; what else is on it waits for the next machine'),
    ],
  },
  {
    id: '12.3 actionOnResourceFailure',
    rule: 'When a machine is lost, retrynone, when absent, has what is on it CANCELED; retryall has it tried again on the next one.',
    in: ['engine/store/schema/resource-ends.ts'],
    tests: [
      ends('retrynone: what is on a machine that is lost is CANCELED, consumers cascade'),
      ends('retryall: what is on a machine that is lost is tried again on the next one'),
      ends('retryall: what has ended on it is left alone'),
      ends('who tries again on another machine waits for it, at no cost of a try when the fault was not its own'),
    ],
  },
  {
    id: '12.3 spot',
    rule: 'useOnDemandOnLastAttempt makes the last try of a spot machine an on-demand one.',
    in: ['resources/Ec2Resource.ts'],
    tests: [],
    notYet: 'EC2',
  },
  {
    id: '12.3 tries',
    rule: 'The resource’s own maximumRetries, 2 when absent, are tries to make it.',
    in: ['engine/store/schema/resource-ends.ts'],
    tests: [
      provisioner('one that cannot be made is tried again, then fails with what should run on it and cascades'),
      ends('retryall: without tries left the machine is FAILED, and what is on it CANCELED'),
    ],
  },
]
