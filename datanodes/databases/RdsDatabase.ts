import { defineDatabase, fields } from '../../engine/spec/index.ts'

export default defineDatabase({
  type: 'RdsDatabase',
  summary: 'Names a database of Amazon RDS by its instance.',
  source: 'AWS Data Pipeline Developer Guide, "RdsDatabase"',
  fields: {
    rdsInstanceId: fields.string('Identifier of the RDS instance.'),
    username: fields.string('Login.'),
    '*password': fields.string('Password.'),
    databaseName: fields.string('Name of the database on the instance.').optional(),
    jdbcDriverJarUri: fields
      .s3Uri('Where the Java driver is. Never loaded.')
      .optional()
      .note('AWS needs it for Oracle and SQL Server; it has drivers for MySQL and PostgreSQL.'),
    jdbcProperties: fields.strings('Driver properties, `name=value` each.').default([]),
    region: fields.string('Region of the instance; the pipeline’s when absent.').optional(),
  },
  example: '{ id: Shop, type: RdsDatabase, rdsInstanceId: shop-1, username: etl, "*password": secret, databaseName: shop }',
  unsupported: 'Sluice cannot look up the address of an RDS instance. A JdbcDatabase with its address works.',
})
