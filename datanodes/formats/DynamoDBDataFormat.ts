import { defineDataFormat, fields } from '../../engine/spec/index.ts'

export default defineDataFormat({
  type: 'DynamoDBDataFormat',
  summary: 'Gives the items of a DynamoDB table columns, for Hive to read.',
  source: 'AWS Data Pipeline Developer Guide, "DynamoDBDataFormat"',
  fields: {
    column: fields.strings('The columns in order, `name TYPE` each.').default([]),
  },
  example: '{ id: Format, type: DynamoDBDataFormat, column: ["id BIGINT", "name STRING"] }',
  unsupported: 'Sluice cannot read or write DynamoDB.',
})
