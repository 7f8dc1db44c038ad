import { defineDataNode, fields } from '../engine/spec/index.ts'

export default defineDataNode({
  type: 'RedshiftDataNode',
  summary: 'Names a table of a Redshift database.',
  source: 'AWS Data Pipeline Developer Guide, "RedshiftDataNode"',
  fields: {
    database: fields.database('The database that holds the table.', ['RedshiftDatabase']),
    tableName: fields.string('The table.'),
    schemaName: fields.string('Schema of the table.').default('PUBLIC'),
    createTableSql: fields.string('Statement that makes the table when it is missing.').optional(),
    primaryKeys: fields
      .strings('Columns that tell rows apart when a RedshiftCopyActivity merges into the table.')
      .default([])
      .note('When `createTableSql` names a primary key, this is not needed.'),
  },
  example: '{ id: Orders, type: RedshiftDataNode, database: Warehouse, tableName: orders }',
  unsupported: 'Sluice cannot read or write Redshift.',
})
