import type { CodePage } from './code-page.ts'

/** What can be wrong with expressions, parameters, schedules, and with what a definition probably means. */
export const meaningCodes = {
  BAD_EXPRESSION: {
    title: 'An expression cannot be read',
    why: 'Between `#{` and `}` stand names, numbers, texts in quotes, functions, and the signs + - * / ^.',
    cure: 'Look at the place. A literal `#{` is written `\\#{`; `${...}` belongs to the shell and is left alone.',
  },
  UNKNOWN_FUNCTION: {
    title: 'There is no such function',
    why: 'The evaluation would fail at run time.',
    cure: 'Take the name from the hint.',
  },
  BAD_CALL: {
    title: 'A function is called wrongly',
    why: 'It takes another number of arguments, or an argument can never be what it needs.',
    cure: 'The message says what the function takes.',
  },
  UNKNOWN_NAME: {
    title: 'Nobody knows a name in an expression',
    why: 'It is no field of the object, no runtime field and no parameter, so the attempt would fail.',
    cure: 'Take the name from the hint, set the field, or declare the parameter.',
  },
  UNDECLARED_PARAMETER: {
    title: 'An expression names a parameter that nobody declares',
    why: 'Names that begin with `my` may get their value at activation, so that reading only warns. Activation without a value is refused.',
    cure: 'Declare it under `parameters`, or give it a value with `--param`.',
  },
  WRONG_CASE: {
    title: 'A name in an expression is spelt in another letter case',
    why: 'It is read as the name that differs only in letter case.',
    cure: 'Spell it as the hint does.',
  },
  DOUBTFUL_PATTERN: {
    title: 'A date pattern says something else than it seems to',
    why: '`hh` is a 12-hour clock, `mm` minutes, `MM` months, `DD` the day of the year, `SS` the fraction of a second. The pattern is followed to the letter, as on AWS.',
    cure: 'Usual is YYYY-MM-dd-HH-mm-ss.',
  },
  UNQUOTED_PARAMETER: {
    title: 'A parameter stands unquoted in a shell command',
    why: 'The value becomes part of the command: a blank splits it, and `;` or `$( )` in it run.',
    cure: 'Pass it as an argument: `scriptArgument: "#{myTable}"`, and `"$1"` in the command.',
  },
  MISSING_PARAMETER: {
    title: 'A parameter has no value',
    why: 'It is not optional, so activation is refused. While a definition is only read, it is a warning.',
    cure: 'Give a value with `--param`, under `values`, or as its default; or declare `optional: true`.',
  },
  UNKNOWN_PARAMETER: {
    title: 'A value for a parameter that is not there',
    why: 'The value would go nowhere.',
    cure: 'Take the name from the hint.',
  },
  TOO_MANY_PARAMETERS: {
    title: 'Too many parameters',
    why: 'A definition has at most 50, as on AWS.',
    cure: 'Put what never changes into the objects themselves.',
  },
  TOO_MANY_PARAMETER_VALUES: {
    title: 'Several values for a parameter that takes one',
    why: 'Only parameters with `isArray: true` take several.',
    cure: 'Give one value, or declare `isArray: true`.',
  },
  BAD_PARAMETER_VALUE: {
    title: 'The value does not fit the type of its parameter',
    why: 'An Integer is digits, a Double a number.',
    cure: 'Give a value of that type.',
  },
  VALUE_NOT_ALLOWED: {
    title: 'The value is not among those that the parameter allows',
    why: 'The parameter has `allowedValues`.',
    cure: 'Give one of them.',
  },
  NOT_AN_S3_URI: {
    title: 'The value does not look like a place in S3',
    why: 'The parameter is of type AWS::S3::ObjectKey.',
    cure: 'Begin with s3://, unless an expression puts that before it.',
  },
  MISSING_SCHEDULE: {
    title: 'An object has no schedule',
    why: 'Nobody could say when it runs. A machine follows the activities on it.',
    cure: 'Set `schedule` once in `defaults`, or `scheduleType: ondemand` there.',
  },
  MIXED_SCHEDULE_TYPES: {
    title: 'An object has another schedule type than the pipeline on demand',
    why: 'A pipeline runs on demand as a whole.',
    cure: 'Remove the type here or on Default.',
  },
  ONDEMAND_NOT_ON_DEFAULT: {
    title: 'Only Default may say ondemand',
    why: 'A pipeline runs on demand as a whole.',
    cure: 'Set `scheduleType: ondemand` in `defaults`.',
  },
  NOT_ON_DEMAND: {
    title: 'An on-demand period in a pipeline that does not run on demand',
    why: 'ONDEMAND_PERIOD stands for the one execution of an activation.',
    cure: 'Set `scheduleType: ondemand` in `defaults`, or give a period such as 1 day.',
  },
  NOT_A_LITERAL: {
    title: 'The field must be known before anything runs',
    why: 'The scheduler reads it before there is an instance to evaluate for. Parameters are filled in; fields and functions cannot be.',
    cure: 'Use a parameter with a value, or a literal.',
  },
  PERIOD_OUT_OF_BOUNDS: {
    title: 'The period of a schedule is too short or too long',
    why: 'It lies between 1 second and 3 years.',
    cure: 'A pipeline that runs once has `occurrences: 1`.',
  },
  BAD_CRON: {
    title: 'The cron text of a schedule is not understood',
    why: 'It has five fields (minute, hour, day of the month, month, day of the week), or six with the second in front.',
    cure: 'Mend the field that is named; see docs/guide/schedules.md.',
  },
  BAD_TIME_ZONE: {
    title: 'The time zone of a schedule does not exist',
    why: 'Cron texts are read by the clocks of a zone of the IANA database.',
    cure: 'Give a name such as Europe/Berlin, or leave it out for UTC.',
  },
  CRON_NEVER_FIRES: {
    title: 'The cron text of a schedule names no date that there is',
    why: 'It would never run.',
    cure: 'Name a date that the calendar has, such as the 28th or 29th for the end of February.',
  },
  END_BEFORE_START: {
    title: 'A schedule ends before it starts',
    why: 'It would never run.',
    cure: 'Move the end past the start by at least one period.',
  },
  NO_INTERVAL: {
    title: 'A schedule has no room for one interval',
    why: 'Only whole intervals between start and end run.',
    cure: 'Move the end past the start by at least one period.',
  },
  BAD_OCCURRENCES: {
    title: 'A schedule that occurs less than once',
    why: 'It would never run.',
    cure: 'Give a number from 1 on, or leave it out for a schedule without end.',
  },
  CASCADE_BACKFILL: {
    title: 'A cascading pipeline begins in the past',
    why: 'All intervals since then are due at once. If they fail, their machines are made and dropped in quick succession.',
    cure: 'Begin in the future, or activate from a later time.',
  },
  HUGE_BACKFILL: {
    title: 'More than 100,000 intervals are due already',
    why: 'Since the start of the schedule so many have passed, and all of them are to be caught up with, oldest first, before what is due today.',
    cure: 'Begin later, take a longer period, or activate from a later time.',
  },
  MISSING_RUNNER: {
    title: 'An activity names neither a machine nor a worker group',
    why: 'AWS accepted it and left the task waiting for ever; here the group `default` runs it. Told by `--strict`.',
    cure: 'Set `runsOn` or `workerGroup`, on the activity or on Default.',
  },
  NO_TERMINATE_AFTER: {
    title: 'Nothing ends the machine when its work hangs',
    why: 'It stays, and costs, until somebody looks.',
    cure: 'Set `terminateAfter`, such as 2 hours.',
  },
  NO_LOG_URI: {
    title: 'Logs are kept on the machine only',
    why: "AWS kept none without `pipelineLogUri`; here they stay with the worker. Told of AWS's JSON, and by `--strict`.",
    cure: 'Set `pipelineLogUri` on Default.',
  },
} as const satisfies Readonly<Record<string, CodePage>>
