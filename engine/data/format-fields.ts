import { PermanentError } from '../errors.ts'
import { fields } from '../spec/fields.ts'
import type { FormatDialect } from '../spec/handles.ts'

/** Fields that CSV and TSV share. */
export const formatFields = {
  column: fields.strings('The columns in order, `name TYPE` each.').default([]),
  escapeChar: fields.string('Makes the next character stand for itself.').optional(),
  header: fields
    .boolean('Whether the first record names the columns.')
    .default('false')
    .beyond('AWS Data Pipeline knows no header and would load it as a row.'),
} as const

/** `name TYPE` pairs; one value may hold several, separated by commas. The type is optional, and STRING without one. */
export function parseColumns(column: readonly string[]): FormatDialect['columns'] {
  return column.flatMap(splitColumns).map((text) => {
    const [, name, type = 'STRING'] = /^(\S+)(?:\s+(\S.*))?$/s.exec(text.trim()) ?? []
    if (name === undefined)
      throw new PermanentError('BadColumn', `A column must be a name and a type, such as "id INT", but one is "${text}".`)
    return { name, type }
  })
}

/** Commas inside parentheses belong to a type: `price DECIMAL(10,2)`. */
function splitColumns(text: string): string[] {
  return text.split(/,(?![^(]*\))/)
}

/** The escape character, when there is one. */
export function escapeOf(escapeChar: string | undefined): string | undefined {
  if (escapeChar === undefined || escapeChar.length === 1) return escapeChar
  throw new PermanentError('BadEscapeChar', `escapeChar must be one character, but it is "${escapeChar}".`)
}
