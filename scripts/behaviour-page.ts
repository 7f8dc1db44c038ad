import type { Rule } from '../test/behaviour/rules/rule.ts'
import { code, tableRow, testCell } from './markdown-table.ts'

/** The text of docs/behaviour.md: a table a section. */
export function behaviourPage(rules: readonly Rule[]): string {
  const sections = [...Map.groupBy(rules, ({ id }) => sectionOf(id))]
  const [shown, partly, missing] = [rules.filter(({ notYet }) => !notYet), rules.filter(isPartly), rules.filter(isMissing)]
  return `${head}
Of ${rules.length} rules ${shown.length} hold as the tables say, ${partly.length} in part, and ${missing.length} are still to come; ${rules.filter(({ differs }) => differs).length} differ from AWS, or from one of the answers that its guides give, on purpose.

${sections.map(([section, own]) => `## ${section} ${titles[section] ?? ''}\n\n${table(own)}`).join('\n\n')}
`
}

const head = `# How pipelines behave, and what shows it

Generated from test/behaviour/rules by \`npm run reference\`. Each rule has its section in the order of AWS's guide (objects, schedules, dependencies ...),
the files that do it and the tests that show it; a test sees to it that all of these exist. What is decided otherwise than AWS does it says so, and so
does what is not there yet.
`

const titles: Readonly<Record<string, string>> = {
  '1': 'Objects',
  '1.1': 'Fields that the engine sets',
  '1.2': 'Inheritance',
  '2': 'Schedules',
  '2.1': 'Intervals',
  '2.2': 'When something is due',
  '2.3': 'On demand',
  '2.4': 'Backfill',
  '2.5': 'Activation from a time',
  '3.1': 'What waits for what',
  '3.2': 'Where it runs',
  '3.3': 'Objects of different periods',
  '4': 'Preconditions',
  '5.1': 'Statuses',
  '5.2': 'Pipelines',
  '5.3': 'Components',
  '5.4': 'Instances and attempts',
  '5.5': 'Data nodes, preconditions, resources',
  '6': 'Health',
  '7': 'Retries and time-outs',
  '8': 'Actions',
  '9': 'Failures that spread',
  '10': 'Commands',
  '11': 'Activate, deactivate, edit, delete',
  '12.1': 'The life of a resource',
  '12.2': 'Which worker gets what',
  '12.3': 'Failures of resources',
  '13': 'Staging',
  '14': 'Logs',
  '15': 'Limits',
  '16': 'The runner elsewhere',
}

/** `2.1` of `2.1 whole intervals`. */
export function sectionOf(id: string): string {
  const [section = ''] = id.split(' ', 1)
  return section
}

function isMissing({ notYet, tests }: Rule): boolean {
  return notYet !== undefined && tests.length === 0
}

function isPartly(rule: Rule): boolean {
  return rule.notYet !== undefined && !isMissing(rule)
}

function table(rules: readonly Rule[]): string {
  return ['| rule | done by | shown by |', '| --- | --- | --- |', ...rules.map(row)].join('\n')
}

function row({ rule, in: files, tests, differs, notYet }: Rule): string {
  const words = [rule, differs && `*Differs:* ${differs}.`, notYet && `*Not yet:* ${notYet}.`].filter((text) => text !== undefined)
  return tableRow([words.join(' '), files.map(code).join(', '), tests.map(testCell).join('<br>')])
}
