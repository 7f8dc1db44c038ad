import { defineDatabase, fields } from '../../engine/spec/index.ts'
import { regions } from '../../engine/spec/regions.ts'

export default defineDatabase({
  type: 'RedshiftDatabase',
  summary: 'Names a Redshift database by its cluster or its JDBC URL.',
  source: 'AWS Data Pipeline Developer Guide, "RedshiftDatabase"',
  fields: {
    clusterId: fields.string('Identifier of the cluster, the first part of its host name.').optional(),
    connectionString: fields.string('JDBC URL, for a cluster of another account or region.').optional(),
    username: fields.string('Login.'),
    '*password': fields.string('Password.'),
    databaseName: fields.string('Name of the database on the cluster.').optional(),
    jdbcProperties: fields.strings('Driver properties, `name=value` each.').default([]),
    region: fields.openEnumeration('Region of the cluster; the pipeline’s when absent.', regions).optional(),
  },
  exactlyOneOf: [['clusterId', 'connectionString']],
  example: '{ id: Warehouse, type: RedshiftDatabase, clusterId: warehouse, username: etl, "*password": secret, databaseName: sales }',
  unsupported: 'Sluice cannot connect to Redshift.',
})
