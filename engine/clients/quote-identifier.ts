import { PermanentError } from '../errors.ts'
import type { ConnectionSettings } from '../spec/handles.ts'

type Dialect = ConnectionSettings['dialect']

/** The name as one identifier of a statement, whatever is in it.
 *  @throws PermanentError for a name that the database cannot have: empty, too long, or with a NUL or half a character in it */
export function quoteIdentifier(name: string, dialect: Dialect): string {
  const problem = identifierProblem(name, dialect)
  if (problem)
    throw new PermanentError('BadIdentifier', `${JSON.stringify(name.slice(0, 80))} cannot be a name in the database: ${problem}.`)
  return dialect === 'postgresql' ? `"${name.replaceAll('"', '""')}"` : `\`${name.replaceAll('`', '``')}\``
}

/** `"schema"."table"`, or the table alone. */
export function quoteTable(table: { readonly schema?: string; readonly name: string }, dialect: Dialect): string {
  const name = quoteIdentifier(table.name, dialect)
  return table.schema === undefined ? name : `${quoteIdentifier(table.schema, dialect)}.${name}`
}

/** The text as a literal of a statement, for the few places that take no parameter (COPY and LOAD DATA options). */
export function quoteLiteral(text: string): string {
  if (/[\\\0]/.test(text)) throw new PermanentError('BadLiteral', `${JSON.stringify(text)} cannot be an option of a statement.`)
  return `'${text.replaceAll("'", "''")}'`
}

function identifierProblem(name: string, dialect: Dialect): string | undefined {
  if (name === '') return 'it is empty'
  if (name.includes('\0')) return 'it has a NUL character'
  if (!name.isWellFormed()) return 'it is not valid Unicode'
  if (dialect === 'postgresql' && Buffer.byteLength(name) > 63) return 'it is longer than 63 bytes'
  if (dialect === 'mysql' && name.length > 64) return 'it is longer than 64 characters'
  return undefined
}
