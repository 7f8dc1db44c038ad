import { defineDataFormat, fields } from '../../engine/spec/index.ts'

export default defineDataFormat({
  type: 'RegEx',
  summary: 'Finds the columns of a record by a regular expression.',
  source: 'AWS Data Pipeline Developer Guide, "RegEx Data Format"',
  fields: {
    inputRegEx: fields.string('Regular expression that a record matches: each group is a column.').optional(),
    outputFormat: fields.string('How the columns are written, such as `%1$s %2$s`: Java’s format string.').optional(),
    column: fields.strings('The columns in order, `name TYPE` each.').default([]),
  },
  example: '{ id: Format, type: RegEx, inputRegEx: "(\\\\d+) (.*)", column: ["id INT", "name STRING"] }',
  unsupported: 'Sluice reads and writes CSV and TSV only.',
})
