import { actionFields, activityFields, dataNodeFields, preconditionFields, resourceFields, universalFields } from './common-fields.ts'
import type { Family, TypeDeclaration } from './declarations.ts'
import type { FieldDeclaration, FieldDeclarations } from './field.ts'

const commonFields: Readonly<Record<Family, FieldDeclarations>> = {
  activity: activityFields,
  datanode: dataNodeFields,
  precondition: preconditionFields,
  resource: resourceFields,
  action: actionFields,
  database: universalFields,
  dataformat: universalFields,
  schedule: universalFields,
  utility: universalFields,
}

/** The page of a type in Markdown: what it does, an example, its rules and all its fields, its own before those of its family. */
export function referencePage(declaration: TypeDeclaration): string {
  const { type, family, summary, source, example, notes, unsupported } = declaration
  const all = Object.entries(declaration.fields)
  const authors = all.filter(([, { runtime, forbidden }]) => !runtime && !forbidden)
  const isCommon = ([name, field]: [string, FieldDeclaration]) => commonFields[family][name] === field
  return sections(
    `# ${type}`,
    summary,
    unsupported && `**Not run yet:** ${unsupported}`,
    `\`\`\`yaml\n- ${example}\n\`\`\``,
    rules(declaration),
    list(notes),
    table(
      'Fields',
      authors.filter((field) => !isCommon(field)),
    ),
    table(`Fields that every ${familyWords[family]} has`, authors.filter(isCommon)),
    names(
      'Not allowed here',
      all.filter(([, { forbidden }]) => forbidden),
    ),
    names(
      'Set by Sluice, for expressions to read',
      all.filter(([, { runtime }]) => runtime),
    ),
    `Follows: ${source}.`,
  )
}

const familyWords: Readonly<Record<Family, string>> = {
  activity: 'activity',
  datanode: 'data node',
  precondition: 'precondition',
  resource: 'resource',
  action: 'action',
  database: 'database',
  dataformat: 'data format',
  schedule: 'schedule',
  utility: 'object',
}

type Named = [string, FieldDeclaration]

function sections(...parts: readonly (string | undefined)[]): string {
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

function rules({ exactlyOneOf, atLeastOneOf, atMostOneOf, needs, fields }: TypeDeclaration): string {
  const needed = Object.entries(needs).filter(([field]) => field in fields)
  return list([
    ...exactlyOneOf.map((group) => `Exactly one of ${words(group)} must be set.`),
    ...atLeastOneOf.map((group) => `At least one of ${words(group)} must be set.`),
    ...atMostOneOf.map((group) => `At most one of ${words(group)} may be set.`),
    ...needed.map(([field, others]) => `\`${field}\` needs ${words(others)}.`),
  ])
}

function table(title: string, fields: readonly Named[]): string | undefined {
  if (fields.length === 0) return undefined
  const rows = fields.map(([name, field]) => `| ${code(name)} | ${valueWords(field)} | ${presence(field)} | ${meaning(field)} |`)
  return [`## ${title}`, '', '| field | value | when absent | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function names(title: string, fields: readonly Named[]): string | undefined {
  if (fields.length === 0) return undefined
  return [`## ${title}`, '', ...fields.map(([name, { summary }]) => `* ${code(name)}: ${summary}`)].join('\n')
}

function valueWords(field: FieldDeclaration): string {
  return field.list ? `${oneValue(field)}; one or several` : oneValue(field)
}

function oneValue({ kind, values = [], open, refTypes = [] }: FieldDeclaration): string {
  if (kind === 'enum') return `${values.map(code).join(', ')}${open ? ' …' : ''}`
  if (kind === 'reference') return `reference to ${refTypes.includes('*') ? 'any object' : refTypes.map(code).join(', ')}`
  return {
    string: 'text',
    integer: 'whole number',
    double: 'number',
    boolean: '`true`, `false`',
    period: 'period',
    datetime: 'date and time, UTC',
  }[kind]
}

function presence({ required, defaultText }: FieldDeclaration): string {
  if (required) return 'an error'
  return defaultText === undefined ? '' : code(defaultText)
}

function meaning({ summary, notes, deprecated, beyondAws }: FieldDeclaration): string {
  const parts = [deprecated && '*Deprecated.*', summary, ...notes, beyondAws && `*Beyond AWS:* ${beyondAws}`]
  return parts.filter(Boolean).join(' ').replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `* ${line}`).join('\n')
}

function words(fields: readonly string[]): string {
  return fields.map(code).join(', ')
}

/** Control characters as an author would escape them. */
function code(text: string): string {
  const shown = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')
  return `\`${shown.replaceAll('|', '\\|')}\``
}
