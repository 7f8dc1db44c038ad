import { expect, test } from 'vitest'
import JdbcDatabase from '../../datanodes/databases/JdbcDatabase.ts'
import CSV from '../../datanodes/formats/CSV.ts'
import TSV from '../../datanodes/formats/TSV.ts'
import { openSql } from '../../engine/clients/open-sql.ts'
import { parseJdbcUrl } from '../../engine/clients/jdbc-url.ts'
import type { ConnectionSettings, FormatDialect } from '../../engine/spec/handles.ts'

const connect = JdbcDatabase.connection as (fields: Record<string, unknown>, context: { clients: unknown }) => Promise<ConnectionSettings>
const embedded: ConnectionSettings = { dialect: 'postgresql', host: '/s', options: {} }
const clients = { embeddedDatabase: (name: string) => ({ ...embedded, database: name }) }

test.each([
  ['jdbc:postgresql://db.example:5433/shop', { dialect: 'postgresql', host: 'db.example', port: 5433, database: 'shop' }],
  [
    'jdbc:mysql://db.example/shop?useSSL=true&rewriteBatchedStatements=true',
    { dialect: 'mysql', host: 'db.example', database: 'shop', options: { useSSL: 'true' } },
  ],
  ['jdbc:mariadb://[::1]:3307/', { dialect: 'mysql', host: '::1', port: 3307, database: 'other' }],
  ['jdbc:postgresql://db/shop?user=u&password=p&sslmode=require', { user: 'u', password: 'p', options: { sslmode: 'require' } }],
])('%s says where to connect', (connectionString, wanted) => {
  expect(parseJdbcUrl({ connectionString, databaseName: 'other' })).toMatchObject(wanted)
})

test.each(['jdbc:oracle:thin:@db:1521:x', 'jdbc:mysql:loadbalance://a,b/x', 'postgres://db/x', 'jdbc:postgresql://', ''])(
  '"%s" is refused',
  (connectionString) => {
    expect(() => parseJdbcUrl({ connectionString })).toThrow(/is not a connection string that Sluice can use/)
  },
)

test.each([
  'allowLoadLocalInfile=true',
  'autoDeserialize=true',
  'socketFactory=x',
  'options=-c x=y',
  'sslrootcert=/etc/passwd',
  '__proto__=x',
])('the driver option %s is refused wherever it stands', (property) => {
  for (const product of ['postgresql', 'mysql']) {
    expect(() => parseJdbcUrl({ connectionString: `jdbc:${product}://db/x?${property}` })).toThrow('is not allowed')
    expect(() => parseJdbcUrl({ connectionString: `jdbc:${product}://db/x`, properties: [property] })).toThrow('is not allowed')
  }
  const [name = ''] = property.split('=')
  expect(() => openSql({ ...embedded, options: Object.fromEntries([[name, 'x']]) })).toThrow('is not allowed')
})

test('embedded: names a database of the embedded server and needs no login; a JDBC URL needs one', async () => {
  expect(await connect({ id: 'Db', connectionString: 'embedded:shop', jdbcProperties: [] }, { clients })).toEqual({
    ...embedded,
    database: 'shop',
  })
  await expect((async () => connect({ id: 'Db', connectionString: 'embedded:a b', jdbcProperties: [] }, { clients }))()).rejects.toThrow(
    'letters, digits',
  )
  await expect(
    (async () => connect({ id: 'Db', connectionString: 'jdbc:mysql://db/x', jdbcProperties: [] }, { clients }))(),
  ).rejects.toThrow('Db needs a username')
})

test('a format’s columns are a list, or one text with commas, and types may have commas of their own', () => {
  const csv = CSV.dialect as (fields: Record<string, unknown>) => FormatDialect
  const tsv = TSV.dialect as (fields: Record<string, unknown>) => FormatDialect
  const columns = [{ name: 'id', type: 'INT' }, { name: 'price', type: 'DECIMAL(10,2)' }] // prettier-ignore
  expect(csv({ column: ['id INT', 'price DECIMAL(10,2)'], header: false }).columns).toEqual(columns)
  expect(csv({ column: ['id INT, price DECIMAL(10,2)'], header: false }).columns).toEqual(columns)
  expect(tsv({ column: [], columnSeparator: '\\t', recordSeparator: '\\r\\n', header: false })).toMatchObject({
    columnSeparator: '\t',
    recordSeparator: '\r\n',
  })
  expect(() => csv({ column: [], escapeChar: 'ab', header: false })).toThrow('one character')
})
