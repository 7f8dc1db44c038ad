import { defineDatabase, fields } from '../../engine/spec/index.ts'
import { jdbcConnection } from '../../engine/clients/jdbc-url.ts'
import { PermanentError } from '../../engine/errors.ts'

export default defineDatabase({
  type: 'JdbcDatabase',
  summary: 'Names a database by its JDBC URL: PostgreSQL, MySQL or MariaDB, or one on the embedded PostgreSQL.',
  source: 'AWS Data Pipeline Developer Guide, "JdbcDatabase"',
  fields: {
    connectionString: fields.string('`jdbc:postgresql://...`, `jdbc:mysql://...`, `jdbc:mariadb://...` or `embedded:NAME`.'),
    jdbcDriverClass: fields
      .string('Class of the Java driver. Nothing is loaded: the URL decides.')
      .optional()
      .note('AWS requires it; here nothing depends on it.'),
    username: fields.string('Login.').optional().note('AWS requires it, and so does a JDBC URL here; `embedded:` needs none.'),
    '*password': fields
      .string('Password.')
      .optional()
      .note('AWS requires it, and so does a JDBC URL here, though it may be empty; `embedded:` needs none.'),
    jdbcDriverJarUri: fields.s3Uri('Where the Java driver is. Never loaded.').optional(),
    databaseName: fields.string('Name of the database when the URL has none.').optional(),
    jdbcProperties: fields.strings('Driver properties, `name=value` each. Only harmless ones are allowed.').default([]),
  },
  example:
    '{ id: Shop, type: JdbcDatabase, connectionString: "jdbc:postgresql://db.example:5432/shop", username: etl, "*password": secret }',
  notes: ['A property that could make a driver load a file or code is refused.'],

  connection({ id, connectionString, username, '*password': password, databaseName, jdbcProperties }, { clients }) {
    const embedded = connectionString.trim().startsWith('embedded:')
    if (!embedded && (username === undefined || password === undefined)) {
      throw new PermanentError('BadCredentials', `${id} needs a username and a *password, since its connectionString is a JDBC URL.`)
    }
    return jdbcConnection({ connectionString, username, password, databaseName, properties: jdbcProperties }, clients)
  },
})
