import { defineDataNode, fields } from '../engine/spec/index.ts'
import { regions } from '../engine/spec/regions.ts'

export default defineDataNode({
  type: 'DynamoDBDataNode',
  summary: 'Names a table of DynamoDB.',
  source: 'AWS Data Pipeline Developer Guide, "DynamoDBDataNode"',
  fields: {
    tableName: fields.string('The table.'),
    region: fields.openEnumeration('Region of the table; that of the cluster when absent.', regions).optional(),
    dataFormat: fields.reference('How the items are laid out.', ['DynamoDBDataFormat', 'DynamoDBExportDataFormat']).optional(),
    readThroughputPercent: fields.double('Share of the table’s read capacity to take, 0.1 to 1.0.').optional(),
    writeThroughputPercent: fields.double('Share of the table’s write capacity to take, 0.1 to 1.0.').optional(),
  },
  example: '{ id: Items, type: DynamoDBDataNode, tableName: items, region: eu-west-1 }',
  unsupported: 'Sluice cannot read or write DynamoDB.',
})
