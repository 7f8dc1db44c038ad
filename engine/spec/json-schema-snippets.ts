import { parse } from 'yaml'
import type { TypeDeclaration } from './declarations.ts'

/** What the YAML language server offers to write: its own keyword `defaultSnippets`. In `body` a `${1:word}` is a place to type at.
 *  @see the language server's README, "Adding custom snippets" */
interface Snippet {
  readonly label: string
  readonly description: string
  readonly body: SnippetBody
}

type SnippetBody = string | number | { readonly [key: string]: SnippetBody }

/** For inside an object: its type and the fields of the type's example, which has all that is required. */
export function fieldsSnippet(declaration: TypeDeclaration): Snippet {
  const { type, summary } = declaration
  return { label: type, description: summary, body: exampleBody(declaration, 1) }
}

/** For inside a section: a whole object. */
export function objectSnippet(declaration: TypeDeclaration): Snippet {
  const { type, summary, example } = declaration
  const { id } = parse(example) as { id: string }
  return { label: type, description: summary, body: { [`\${1:${id}}`]: exampleBody(declaration, 2) } }
}

/** For the top level: a section with an object whose type is chosen from a list. */
export function sectionSnippet(section: string, types: readonly TypeDeclaration[]): Snippet {
  const names = types.map(({ type }) => type)
  const body = { [section]: { '${1:id}': { type: `\${2|${names.join(',')}|}` } } }
  return { label: section, description: `A section with an object of type ${names.join(', ')}.`, body }
}

/** For an empty file. */
export const pipelineSnippet: Snippet = {
  label: 'pipeline',
  description: 'The beginning of a pipeline that runs every day.',
  body: {
    sluice: 1,
    name: '${1:nightly}',
    defaults: { schedule: 'daily', scheduleType: 'timeseries' },
    schedules: { daily: { period: '${2:1 day}', startDateTime: '${3:2026-01-01T02:00:00}' } },
  },
}

export const parameterSnippet: Snippet = {
  label: 'parameter',
  description: 'A parameter, which is read as #{myName}.',
  body: { '${1:myName}': { type: '${2|String,Integer,Double,AWS::S3::ObjectKey|}', default: '${3:value}' } },
}

function exampleBody({ type, example }: TypeDeclaration, firstPlace: number): SnippetBody {
  const fields = Object.entries(parse(example) as Record<string, unknown>).filter(([name]) => name !== 'id' && name !== 'type')
  const entries = fields.map(([name, value], index) => [key(name), `\${${firstPlace + index}:${word(name, value)}}`])
  return { type, ...(Object.fromEntries(entries) as Record<string, string>) }
}

/** Editors write keys as they are: a star in front would begin an alias. */
function key(name: string): string {
  return name.startsWith('*') ? `"${name}"` : name
}

/** The example's value where it needs no quotes and no list, else the field's own name. */
function word(name: string, value: unknown): string {
  const written = String(value)
  return typeof value !== 'object' && /^\w(?:[\w ./-]|:(?=\S))*$/.test(written) ? written : name.replace('*', '')
}
