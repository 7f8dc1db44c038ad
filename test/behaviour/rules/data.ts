import type { Rule } from './rule.ts'

const evaluation = (title: string): string => `test/worker/evaluation.test.ts > ${title}`
const shell = (title: string): string => `test/activities/ShellCommandActivity.test.ts > ${title}`
const logs = (title: string): string => `test/worker/shell.test.ts > ${title}`

/** Sections 13 to 16: staging, logs, limits, the runner elsewhere. */
export const dataRules: readonly Rule[] = [
  {
    id: '13 shell',
    rule: 'With `stage: true` a shell command has its S3 inputs in local directories before, and its output directories are copied to S3 after; off when absent.',
    in: ['activities/ShellCommandActivity.ts', 'engine/worker/staging.ts'],
    tests: [
      shell('with staging, inputs are there before the command and outputs are published after it'),
      shell('the command runs with its arguments, and without staging has no directories'),
    ],
  },
  {
    id: '13 names',
    rule: 'They are called INPUT1_STAGING_DIR, OUTPUT1_STAGING_DIR and so on, counted from 1 in the order of the references, inputs and outputs apart; what cannot be staged keeps its number.',
    in: ['engine/worker/staging.ts'],
    tests: [
      evaluation('staging gives each node that can be staged a directory under its number, and publishes what is left in the outputs'),
    ],
  },
  {
    id: '13 what can be staged',
    rule: 'Of S3DataNodes, inputs of any kind and outputs with a directoryPath; a file is a directory that holds that one file.',
    in: ['datanodes/S3DataNode.ts', 'datanodes/s3/bind.ts'],
    tests: [
      'test/datanodes/S3DataNode.test.ts > a directory is downloaded as a tree, and a file alone',
      'test/datanodes/S3DataNode.test.ts > a file is no place to publish a directory to, and a manifest is only read',
    ],
  },
  {
    id: '13 Hive and Pig',
    rule: 'HiveActivity and PigActivity see staged nodes as tables and relations, `${input1}`, on when absent.',
    in: ['activities/HiveActivity.ts', 'activities/PigActivity.ts'],
    tests: ['test/definition/types-to-come.test.ts > $type is refused as not supported yet, with what is missing'],
    notYet: 'Hive, Pig and EMR: they are refused as not supported yet',
  },
  {
    id: '13 not ours',
    rule: '`${…}` is no expression of ours: it is left for the shell.',
    in: ['engine/expression/scan.ts'],
    tests: ['test/definition/warnings.test.ts > a parameter in quotes, or that is the whole command, is not told: %s'],
  },
  {
    id: '13 only when it went well',
    rule: 'Outputs are uploaded only when the command ends with 0; an upload that fails fails the attempt; directories are of the attempt and empty at its start.',
    in: ['activities/ShellCommandActivity.ts', 'engine/worker/work-directory.ts'],
    tests: [
      shell('a command that fails publishes nothing'),
      'test/datanodes/S3DataNode.test.ts > what a try left that was cut off midway is removed by the next',
      'test/behaviour/staging.test.ts > every attempt has directories of its own, empty at its start, and an upload that fails fails it',
    ],
  },
  {
    id: '13 exit codes',
    rule: 'Any exit code but 0 is a failure; `command` or `scriptUri`, one of them; scriptArgument is passed to both.',
    in: ['activities/ShellCommandActivity.ts', 'engine/worker/shell.ts'],
    tests: [
      logs('another exit code is FAILED, with the code and the last lines of the error output'),
      logs('a downloaded script is run by its #! line, or by bash when it has none'),
      'test/definition/bad-definitions.test.ts > $code is found where it is, and nothing else',
    ],
  },
  {
    id: '14 layout',
    rule: 'Logs are at `<pipelineLogUri>/<pipeline id>/<component id>/<instance id>/<attempt id>/`.',
    in: ['engine/worker/attempt-log.ts'],
    tests: [
      logs('logs go to pipelineLogUri in the layout of the guide'),
      logs('an id that looks like a path stays inside the logs directory'),
    ],
  },
  {
    id: '14 inherited',
    rule: 'pipelineLogUri is inherited, from Default too.',
    in: ['engine/definition/inherit.ts', 'engine/worker/run-attempt.ts'],
    tests: ['test/behaviour/staging.test.ts > logs of an activity go where Default says'],
    differs: 'preconditions have no such field, as in AWS’s guide: their logs stay with the worker, where `sluice logs` finds them',
  },
  {
    id: '14 files',
    rule: 'A shell command logs StdOutput and StdError, every attempt Activity.log; `stdout` and `stderr` name further places.',
    in: ['engine/worker/shell.ts', 'engine/worker/attempt-log.ts'],
    tests: [
      logs('a command that exits with 0 is FINISHED, and its output stands in StdOutput and StdError'),
      logs('stdout and stderr name places where the output is seen too'),
    ],
  },
  {
    id: '14 of resources',
    rule: 'Resources log in the same layout; a runner elsewhere pushes its own logs.',
    in: [],
    tests: [],
    notYet: 'EC2, EMR and agents',
  },
  {
    id: '15 structure',
    rule: 'Structural limits are kept to: 32 roll-ups, 50 parameters, 50 fields of an object, 256 bytes of a field’s name, 1,024 of an id, 10,240 of a value.',
    in: ['engine/definition/check-sizes.ts', 'engine/definition/check-roll-ups.ts'],
    tests: ['test/definition/bad-definitions.test.ts > $code is found where it is, and nothing else'],
  },
  {
    id: '15 of accounts',
    rule: 'Limits of AWS’s accounts (objects, retries, periods, instances) are kept to only when asked for.',
    in: ['engine/definition/check-aws-limits.ts'],
    tests: ['test/definition/warnings.test.ts > strict mode tells of the limits and fields that AWS has and Sluice does without'],
    differs: 'with `--strict`',
    notYet: 'wire API: rates of calls',
  },
  {
    id: '16 runner elsewhere',
    rule: 'A runner on another machine takes AWS’s Task Runner’s options.',
    in: [],
    tests: [],
    notYet: 'agents',
  },
]
