import { defineDataNode, fields } from '../engine/spec/index.ts'
import { sqlTable, sqlTableFields, sqlTableNotes } from '../engine/data/sql-table.ts'

export default defineDataNode({
  type: 'MySqlDataNode',
  summary: 'Reads and writes a table of a MySQL database; SqlDataNode does the same and more.',
  source: 'AWS Data Pipeline Developer Guide, "MySqlDataNode"',
  fields: {
    ...sqlTableFields,
    database: fields.database('The database that holds the table.', ['JdbcDatabase', 'RdsDatabase']).optional(),
  },
  exactlyOneOf: [['database', 'connectionString']],
  example:
    '{ id: Orders, type: MySqlDataNode, table: orders, connectionString: "jdbc:mysql://db.example/shop", username: etl, "*password": secret }',
  notes: ['AWS calls the type deprecated, but its samples still use it.', ...sqlTableNotes],
  bind: sqlTable,
})
