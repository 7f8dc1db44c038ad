import { defineDataFormat, fields } from '../../engine/spec/index.ts'

export default defineDataFormat({
  type: 'Custom',
  summary: 'Puts a separator of your own between columns.',
  source: 'AWS Data Pipeline Developer Guide, "Custom Data Format"',
  fields: {
    columnSeparator: fields.string('The character between columns.'),
    recordSeparator: fields.string('The character between records; a line feed when absent.').optional(),
    column: fields.strings('The columns in order, `name TYPE` each.').default([]),
  },
  example: '{ id: Format, type: Custom, columnSeparator: "|", column: ["id INT", "name STRING"] }',
  unsupported: 'Sluice reads and writes CSV and TSV only.',
})
