import { defineDataNode, fields } from '../engine/spec/index.ts'
import { sqlTable, sqlTableFields, sqlTableNotes } from '../engine/data/sql-table.ts'

export default defineDataNode({
  type: 'SqlDataNode',
  summary: 'Reads and writes a table of a SQL database.',
  source: 'AWS Data Pipeline Developer Guide, "SqlDataNode"',
  fields: {
    ...sqlTableFields,
    database: fields.database('The database that holds the table.', ['JdbcDatabase', 'RdsDatabase', 'RedshiftDatabase']).optional(),
  },
  exactlyOneOf: [['database', 'connectionString']],
  example: '{ id: Orders, type: SqlDataNode, table: orders, connectionString: "embedded:shop", selectQuery: "select * from #{table}" }',
  notes: sqlTableNotes,
  bind: sqlTable,
})
