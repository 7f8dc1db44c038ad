import { defineDataFormat, fields } from '../../engine/spec/index.ts'

export default defineDataFormat({
  type: 'DynamoDBExportDataFormat',
  summary: 'Lays out the items of a DynamoDB table in files, for another table to be filled from.',
  source: 'AWS Data Pipeline Developer Guide, "DynamoDBExportDataFormat"',
  fields: {
    column: fields.strings('The columns in order, `name TYPE` each.').default([]),
  },
  example: '{ id: Format, type: DynamoDBExportDataFormat, column: ["id BIGINT", "name STRING"] }',
  unsupported: 'Sluice cannot read or write DynamoDB.',
})
