import { defineActivity, fields } from '../engine/spec/index.ts'

export default defineActivity({
  type: 'RedshiftCopyActivity',
  summary: 'Copies from S3 or DynamoDB into a Redshift table, from one table to another, or from a table to S3.',
  source: 'AWS Data Pipeline Developer Guide, "RedshiftCopyActivity"',
  fields: {
    insertMode: fields
      .enumeration('What happens to rows that are in the target already.', ['KEEP_EXISTING', 'OVERWRITE_EXISTING', 'TRUNCATE', 'APPEND'])
      .note('`KEEP_EXISTING` and `OVERWRITE_EXISTING` tell rows by the primary key; `TRUNCATE` empties the target first.')
      .note('`APPEND` adds all rows, so a second run adds them again.'),
    input: fields.dataNode('What is read.', ['S3DataNode', 'DynamoDBDataNode', 'RedshiftDataNode']).optional(),
    output: fields.dataNode('What is written.', ['RedshiftDataNode', 'S3DataNode']).optional(),
    commandOptions: fields
      .strings('Options of the COPY or UNLOAD statement.')
      .default([])
      .note('They take the place of the options that follow from the `dataFormat` of the S3 side.'),
    transformSql: fields.string('A SELECT from the table `staging`, whose result is what is written.').optional(),
    queue: fields.string('Query group whose queue the statements wait in.').optional(),
  },
  example: '{ id: Load, type: RedshiftCopyActivity, input: File, output: Orders, insertMode: KEEP_EXISTING }',
  unsupported: 'Sluice cannot connect to Redshift.',
})
