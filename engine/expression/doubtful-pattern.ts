/** What a pattern says that its author probably did not mean; the message goes on after "in the pattern ...". */
export interface PatternDoubt {
  readonly message: string
  readonly hint: string
}

interface Field {
  readonly letter: string
  readonly count: number
}

const years = new Set(['Y', 'y', 'x'])
const hours = new Set(['H', 'h', 'k', 'K'])

/** The usual slips in Joda-Time patterns, each once. None is a mistake to the formatter.
 *  @see spec/expressions.md 6.1, "Patterns found in the wild" */
export function doubtsAboutPattern(pattern: string): readonly PatternDoubt[] {
  const fields = fieldsOf(pattern)
  return rules.flatMap(({ message, hint, applies }) => (fields.some((field, at) => applies(field, at, fields)) ? [{ message, hint }] : []))
}

/** Runs of one letter outside quotes. */
function fieldsOf(pattern: string): readonly Field[] {
  const runs = pattern.replaceAll(/'[^']*'?/g, ' ').match(/([A-Za-z])\1*/g) ?? []
  return runs.map((run) => ({ letter: run.charAt(0), count: run.length }))
}

interface Rule extends PatternDoubt {
  applies(field: Field, at: number, fields: readonly Field[]): boolean
}

const rules: readonly Rule[] = [
  {
    message: 'hh is the hour of a 12-hour clock, and nothing says AM or PM',
    hint: 'Write HH for the hour from 00 to 23.',
    applies: ({ letter }, _, fields) => (letter === 'h' || letter === 'K') && !fields.some((other) => other.letter === 'a'),
  },
  {
    message: 'mm is the minute, but stands where a month would',
    hint: 'Write MM for the month.',
    applies: ({ letter }, at, fields) => letter === 'm' && isAmongDates(at, fields),
  },
  {
    message: 'MM is the month, but stands where the minute would',
    hint: 'Write mm for the minute.',
    applies: ({ letter, count }, at, fields) => letter === 'M' && count < 3 && hours.has(fields[at - 1]?.letter ?? ''),
  },
  {
    message: 'DD is the day of the year, beside a month',
    hint: 'Write dd for the day of the month.',
    applies: ({ letter, count }, _, fields) => letter === 'D' && count < 3 && fields.some((other) => other.letter === 'M'),
  },
  {
    message: 'SS is the fraction of the second, but stands where the second would',
    hint: 'Write ss for the second.',
    applies: ({ letter }, at, fields) => letter === 'S' && ['m', 'M'].includes(fields[at - 1]?.letter ?? ''),
  },
]

/** Behind a year, or between no hour and a day. */
function isAmongDates(at: number, fields: readonly Field[]): boolean {
  const [before, behind] = [fields[at - 1]?.letter ?? '', fields[at + 1]?.letter ?? '']
  return years.has(before) || ((behind === 'd' || behind === 'D') && !hours.has(before))
}
