import { defineDataFormat } from '../../engine/spec/index.ts'
import { escapeOf, formatFields, parseColumns } from '../../engine/data/format-fields.ts'

export default defineDataFormat({
  type: 'CSV',
  summary: 'Puts commas between columns and line feeds between records.',
  source: 'AWS Data Pipeline Developer Guide, "CSV Data Format"',
  fields: formatFields,
  example: '{ id: Format, type: CSV, column: ["id INT", "name STRING"] }',
  notes: [
    'Fields may be quoted as RFC 4180 says; AWS reads no quotes. CRLF is taken for LF.',
    'An unquoted empty field is NULL, and `""` is empty text.',
    'A backslash is an ordinary character unless `escapeChar` says otherwise.',
  ],

  dialect({ column, escapeChar, header }) {
    return {
      encoding: 'csv',
      columnSeparator: ',',
      recordSeparator: '\n',
      escapeChar: escapeOf(escapeChar),
      header,
      columns: parseColumns(column),
    }
  },
})
