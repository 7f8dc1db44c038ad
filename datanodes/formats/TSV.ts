import { defineDataFormat, fields } from '../../engine/spec/index.ts'
import { escapeOf, formatFields, parseColumns } from '../../engine/data/format-fields.ts'

export default defineDataFormat({
  type: 'TSV',
  summary: 'Puts tabs between columns and line feeds between records, or other separators.',
  source: 'AWS Data Pipeline Developer Guide, "TSV Data Format"',
  fields: {
    ...formatFields,
    columnSeparator: fields.string('What stands between columns.').default('\t'),
    recordSeparator: fields.string('What stands after each record.').default('\n'),
  },
  example: '{ id: Format, type: TSV, column: ["id INT", "name STRING"] }',
  notes: [
    'NULL is `\\N`, and an empty field is empty text. A field with a separator in it is quoted, or escaped when there is an `escapeChar`.',
    'Separators may be written as `\\t`, `\\n` and `\\r`.',
  ],

  dialect({ column, columnSeparator, recordSeparator, escapeChar, header }) {
    return {
      encoding: 'tsv',
      columnSeparator: unescaped(columnSeparator),
      recordSeparator: unescaped(recordSeparator),
      escapeChar: escapeOf(escapeChar),
      header,
      columns: parseColumns(column),
    }
  },
})

/** YAML and JSON authors often double the backslash. */
function unescaped(separator: string): string {
  return separator.replaceAll('\\t', '\t').replaceAll('\\r', '\r').replaceAll('\\n', '\n')
}
