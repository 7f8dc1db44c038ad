import type { CodePage } from './code-page.ts'

/** What can be wrong with objects, their fields and their references. */
export const objectCodes = {
  MISSING_TYPE: {
    title: 'An object has no type',
    why: "Only Default and objects that others name as their parent do without. In AWS's JSON it is a warning: AWS took such an object for a parent without children.",
    cure: 'Give it a type.',
  },
  UNKNOWN_TYPE: {
    title: 'There is no such type',
    why: 'Types are spelt exactly as in the AWS guide, letter case included.',
    cure: 'See all types with `sluice explain`.',
  },
  NOT_SUPPORTED_YET: {
    title: 'Sluice cannot run this yet',
    why: 'The object is read and checked whole, so that a definition can be moved and looked at. Activation refuses it, and so does `validate --strict`.',
    cure: 'The message says what is missing. Until then use another type, or leave the object out.',
  },
  UNKNOWN_FIELD: {
    title: 'The type has no such field',
    why: "In the YAML form a field that nobody reads is a slip. In AWS's JSON it is a warning, since AWS ignored it.",
    cure: 'Take the name from the hint or from `sluice explain TYPE`. Names of your own begin with `my`, such as `myComment`.',
  },
  FORBIDDEN_FIELD: {
    title: 'The field may not be set on this type',
    why: 'The AWS guide lists it only to say so.',
    cure: 'Remove it, or set it on the object that the hint names.',
  },
  RUNTIME_FIELD: {
    title: 'The field is written by the engine',
    why: 'A value given here would be overwritten, so it is ignored.',
    cure: 'Remove it.',
  },
  DEPRECATED_FIELD: {
    title: 'The field is no longer in use',
    why: 'AWS kept it for old definitions; it has no effect.',
    cure: 'Remove it.',
  },
  IGNORED_FIELD: {
    title: 'Another field wins over this one',
    why: 'With `runsOn` an activity runs on that machine, whatever its `workerGroup` says.',
    cure: 'Keep one of the two.',
  },
  MISSING_FIELD: {
    title: 'A field is missing that the type requires',
    why: 'The type can do nothing without it. It may also come from a parent or from Default.',
    cure: 'Set it; the hint says what it means.',
  },
  MISSING_ONE_OF: {
    title: 'One of several fields must be set, and none is',
    why: 'They are different ways to say the same thing.',
    cure: 'Set one of those that the message names.',
  },
  TOO_MANY_OF: {
    title: 'Fields that exclude each other are both set',
    why: 'They are different ways to say the same thing, and could disagree.',
    cure: 'Keep one of them; one may be inherited from a parent or from Default.',
  },
  NEEDS_FIELD: {
    title: 'The field has no effect without another one',
    why: 'An `onLateAction`, say, never fires when no `lateAfterTimeout` says what late is.',
    cure: 'Set the other field too, or remove this one.',
  },
  TOO_MANY_VALUES: {
    title: 'Several values where one is allowed',
    why: 'The field is no list.',
    cure: 'Keep one of them.',
  },
  BAD_INTEGER: {
    title: 'Not a whole number, or one out of bounds',
    why: 'The field counts something.',
    cure: 'Write digits, such as 3.',
  },
  BAD_NUMBER: {
    title: 'Not a number',
    why: 'The field is a share or a measure.',
    cure: 'Write a number such as 0.5.',
  },
  BAD_BOOLEAN: {
    title: 'Neither true nor false',
    why: 'Other words for yes and no differ from reader to reader.',
    cure: 'Write true or false.',
  },
  BAD_CHOICE: {
    title: 'Not one of the words that the field knows',
    why: 'The field is a choice; letter case does not matter.',
    cure: 'Take one of the words that the message names.',
  },
  BAD_PERIOD: {
    title: 'Not a length of time',
    why: 'A period is a whole number, a blank and a unit.',
    cure: 'Write `15 minutes`, `1 day`, `2 weeks`; the units are second, minute, hour, day, week, month and year.',
  },
  BAD_DATE: {
    title: 'Not a date and time',
    why: 'Times are UTC, written as YYYY-MM-DDTHH:MM:SS; days that do not exist are refused.',
    cure: 'Write 2026-01-31T02:00:00, without a zone offset.',
  },
  UNKNOWN_REFERENCE: {
    title: 'A reference to an object that is not there',
    why: 'The object would wait for, read or write nothing.',
    cure: 'Take the id from the hint, or add the object.',
  },
  WRONG_KIND: {
    title: 'A reference to the wrong kind of object',
    why: 'The field takes objects of certain types only.',
    cure: 'Refer to an object of a type that the message names.',
  },
  NOT_A_REFERENCE: {
    title: 'A reference where text is wanted',
    why: 'The field is text; an object cannot stand in it.',
    cure: 'Write the text itself, without `ref`.',
  },
  PLAIN_REFERENCE: {
    title: 'A reference that is written as plain text',
    why: "It is read as the reference that it must be. AWS's service took it for text.",
    cure: 'Write {"ref": "id"}.',
  },
  CYCLE: {
    title: 'Objects wait for each other in a ring',
    why: 'None of them could ever begin. The message names the whole way round.',
    cure: 'Remove one of these dependencies, inputs, outputs or preconditions.',
  },
  PARENT_CYCLE: {
    title: 'An object is its own ancestor',
    why: 'Inheritance would never end.',
    cure: 'Remove one of the parents in the ring.',
  },
  PARENTS_TOO_DEEP: {
    title: 'A line of parents is too long',
    why: 'Every link copies fields; more than 32 are a mistake.',
    cure: 'Flatten the line.',
  },
  TOO_MANY_ROLL_UPS: {
    title: 'One interval takes in too many of a shorter period',
    why: 'An instance waits for at most 32 instances of one object, as on AWS.',
    cure: 'Put an activity of a period between the two, such as a daily one between hourly and monthly.',
  },
  UNUSED_OBJECT: {
    title: 'Nothing refers to the object',
    why: 'Databases, formats, schedules, preconditions, machines and data nodes do nothing by themselves.',
    cure: 'Refer to it from an activity, or remove it.',
  },
  NOTHING_TO_RUN: {
    title: 'The definition has no activity',
    why: 'It would be activated and do nothing.',
    cure: 'Add an activity.',
  },
  ID_TOO_LONG: {
    title: 'An id is too long',
    why: 'Ids have at most 1,024 bytes, as on AWS.',
    cure: 'Shorten it, and use `name` or a field of your own for descriptions.',
  },
  FIELD_NAME_TOO_LONG: {
    title: 'The name of a field is too long',
    why: 'Names of fields have at most 256 bytes, as on AWS.',
    cure: 'Shorten it.',
  },
  VALUE_TOO_LONG: {
    title: 'A value is too long',
    why: 'Values have at most 10,240 bytes, as on AWS.',
    cure: 'Put a long script into a file and name it with `scriptUri`.',
  },
  TOO_MANY_FIELDS: {
    title: 'An object has too many fields',
    why: 'Objects have at most 50 fields, as on AWS.',
    cure: 'Split the object.',
  },
  FORBIDDEN_EDIT: {
    title: 'A change that an activated pipeline may not have',
    why: 'What exists already would no longer fit what runs: objects may not be removed, references not changed, schedules keep their period and start.',
    cure: 'Undo the change, or make a new pipeline. To begin at another time, activate from that time.',
  },
  AWS_LIMIT: {
    title: 'AWS would refuse it',
    why: "Sluice does without some of AWS's limits. `--strict` tells them, for definitions that go to AWS too.",
    cure: 'Keep to the limit, or check without --strict.',
  },
} as const satisfies Readonly<Record<string, CodePage>>
