import type { CodePage } from './code-page.ts'

/** What can be wrong with a file before it is a definition. */
export const textCodes = {
  UNREADABLE_FILE: {
    title: 'The file cannot be read',
    why: 'It is not there, is a folder, or belongs to somebody else.',
    cure: 'The message says which; the other files of the same command are still checked.',
  },
  BAD_SYNTAX: {
    title: 'The text is neither YAML nor JSON',
    why: 'Nothing behind that place can be trusted, so nothing else is checked.',
    cure: 'Look at the place and just before it: a missing quote, comma or bracket, a wrong indentation, an elision such as "...".',
  },
  BAD_CHARACTER: {
    title: 'A character that no text has',
    why: 'Control characters, NUL and halves of characters get lost or change on their way through databases, shells and terminals.',
    cure: 'Remove the character or its escape sequence, and save the file as UTF-8.',
  },
  REPAIRED_JSON: {
    title: 'The text is not strict JSON, but its meaning is clear',
    why: "Published definitions have line breaks and tabs inside strings, and trailing commas. They are read as they are meant. AWS's own CLI, and most JSON readers, refuse such a file.",
    cure: '`sluice fmt FILE` or `sluice convert FILE --to json` writes strict JSON.',
  },
  COMMENT_IN_JSON: {
    title: 'A comment in JSON',
    why: "It is passed over. AWS's own CLI refuses such a file, and no JSON that Sluice writes can keep it, so that `sluice fmt` leaves the file alone.",
    cure: 'Use a field such as `myComment`, or turn the definition into the YAML form, which has comments.',
  },
  TOO_LARGE: {
    title: 'The definition is too large',
    why: 'A definition of 20 MiB or millions of values is data or a mistake, and would take the memory of everything beside it.',
    cure: 'Move data and scripts into files that `filePath` and `scriptUri` name, or split the pipeline.',
  },
  TOO_DEEP: {
    title: 'Brackets or indentation nest too deep',
    why: 'A definition needs six levels. Deep nesting stops parsers, so it is refused before any of them sees it.',
    cure: 'Objects are not nested: refer from one to the other by id.',
  },
  TOO_MANY_ALIASES: {
    title: 'YAML aliases that stand for too much',
    why: 'A few lines of aliases to aliases can stand for billions of values.',
    cure: 'Put shared fields into `defaults` or into a parent object.',
  },
  UNSUPPORTED_YAML: {
    title: 'A part of YAML that definitions do without',
    why: 'Tags, merge keys (`<<`) and keys that are not text mean different things to different YAML readers.',
    cure: 'Every value is text, so tags are not needed; use `defaults` or a parent object in place of merge keys.',
  },
  EXPRESSION_IN_COMMENT: {
    title: 'An expression without quotes is a comment to YAML',
    why: 'In YAML a `#` behind a blank begins a comment, so the value would vanish without a word.',
    cure: 'Put the whole value in double quotes: `filePath: "#{myBucket}/x.csv"`.',
  },
  NOT_A_DEFINITION: {
    title: 'The file holds something else',
    why: "A definition is a map of sections (`sluice: 1`, `activities:` ...), a file of AWS's CLI or API, or a CloudFormation template with one pipeline.",
    cure: 'Begin with `sluice: 1` and a section, or with {"objects": [...]}.',
  },
  BAD_VERSION: {
    title: 'An unknown version of the YAML form',
    why: 'The version says how the rest is read.',
    cure: 'Write `sluice: 1`.',
  },
  UNKNOWN_SECTION: {
    title: 'A section that definitions do not have',
    why: 'Nothing would read it.',
    cure: 'Use one of the sections that the hint names; objects of any type may stand under `objects`.',
  },
  DUPLICATE_SECTION: {
    title: 'A section stands twice',
    why: 'YAML readers would keep one of the two, and not all the same one.',
    cure: 'Merge the two.',
  },
  BAD_SECTION: {
    title: 'A section has the wrong shape',
    why: "In the YAML form a section is a map from id to fields; in AWS's JSON `objects` and `parameters` are lists.",
    cure: 'Write `activities: { load: { type: ..., ... } }`.',
  },
  BAD_OBJECT: {
    title: 'An object is not a map of fields',
    why: 'An object has fields, and needs at least a type, its own or that of a parent.',
    cure: 'Write `load: { type: CopyActivity, ... }`.',
  },
  MISSING_ID: {
    title: 'An object has no id',
    why: 'References and commands name objects by their id.',
    cure: 'Give each object and parameter an id of its own.',
  },
  DUPLICATE_ID: {
    title: 'Two objects have the same id',
    why: 'A reference could not say which one it means. The first is kept, so that checking goes on.',
    cure: 'Rename or remove one of the two.',
  },
  LOOKALIKE_ID: {
    title: 'Two ids look the same',
    why: 'They differ only in characters that cannot be seen or told apart, so a reader would take one for the other.',
    cure: 'Type one of them again.',
  },
  DUPLICATE_FIELD: {
    title: 'A field stands twice on an object',
    why: 'YAML readers would keep one of the two, and not all the same one.',
    cure: 'Write several values as a list: `step: [one, two]`.',
  },
  REPEATED_KEY: {
    title: 'A key stands more than once in JSON',
    why: "The guide's examples write lists that way, and here all values are kept. AWS's own CLI kept only the last one, so the pipeline on AWS may have done less than its file says.",
    cure: 'Write the values as a list, and check that you want all of them.',
  },
  EMPTY_VALUE: {
    title: 'A field has no value',
    why: 'It could mean an empty text, nothing, or something forgotten.',
    cure: 'Give it a value, or remove the field.',
  },
  BAD_VALUE: {
    title: 'A value has the wrong shape',
    why: 'A field holds text, a reference, or a list of those. In YAML a colon or a brace in a value makes a map of it.',
    cure: 'Put the value in double quotes; refer to an object by its id or with `{ ref: id }`.',
  },
  BAD_PARAMETER: {
    title: 'A parameter is declared wrongly',
    why: 'Its attributes are plain text, or lists of it, and its type is String, Integer, Double or AWS::S3::ObjectKey.',
    cure: 'Mend the attribute that the message names.',
  },
  DUPLICATE_PARAMETER: {
    title: 'A parameter is declared twice',
    why: 'A name with a star and the same name without it are one parameter.',
    cure: 'Keep the one with the star if the value is a secret.',
  },
} as const satisfies Readonly<Record<string, CodePage>>
