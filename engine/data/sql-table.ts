import { jdbcConnection } from '../clients/jdbc-url.ts'
import { quoteTable } from '../clients/quote-identifier.ts'
import type { SqlClient } from '../clients/sql-client.ts'
import { PermanentError } from '../errors.ts'
import type { ObjectContext } from '../spec/context.ts'
import type { DataNodeMethods } from '../spec/data-node.ts'
import { fields } from '../spec/fields.ts'
import type { DatabaseHandle } from '../spec/handles.ts'
import { readPlainInsert } from './insert-query.ts'
import type { LoadPlan, TableInfo } from './load-plan.ts'
import { loadMysql } from './mysql-load.ts'
import { findMysqlTable, readMysql } from './mysql-table.ts'
import { loadPostgres } from './postgres-load.ts'
import { findPostgresTable, readPostgres } from './postgres-table.ts'

/** Fields of SqlDataNode and MySqlDataNode alike, but for the database. */
export const sqlTableFields = {
  table: fields.string('The table. Usable as `#{table}` in the statements of the same node.'),
  schemaName: fields.string('The schema of the table; on MySQL the database.').optional(),
  selectQuery: fields.string('How the node is read as an input; the whole table when absent.').optional(),
  insertQuery: fields
    .string('How a row is written, with `?` for each value. A plain `insert into ... values (?, ...)` is loaded in bulk.')
    .optional(),
  createTableSql: fields.string('Makes the table; run only when the table is missing.').optional(),
  replaceWhere: fields
    .string(
      'SQL condition: rows that meet it are deleted in the same transaction as the load, so that loading a day twice replaces the day.',
    )
    .optional()
    .beyond('A load of AWS Data Pipeline can only append. The word is Delta Lake’s.'),
  connectionString: fields.string('JDBC URL or `embedded:NAME`, instead of `database`.').optional(),
  username: fields.string('Login, with `connectionString`.').optional(),
  '*password': fields.string('Password, with `connectionString`.').optional(),
} as const

/** Notes for the reference page of both. */
export const sqlTableNotes = [
  'A load is one transaction with its row in the table `sluice_ledger` of the target database: a retry of a run that was published only reports.',
  'A newer attempt does not wait for an earlier one of the same instance whose worker is paused or cut off: it has the server end that one’s transaction. Both need the same login.',
  'On MySQL only InnoDB tables are all or nothing, and `createTableSql` commits by itself.',
  'Loads with the same `replaceWhere` go one after the other. Conditions that differ in text must not overlap when they run at once.',
]

/** What the methods need of the evaluated fields. */
export interface SqlTableValues {
  readonly table: string
  readonly schemaName?: string
  readonly selectQuery?: string
  readonly insertQuery?: string
  readonly createTableSql?: string
  readonly replaceWhere?: string
  readonly database?: DatabaseHandle
  readonly connectionString?: string
  readonly username?: string
  readonly '*password'?: string
}

/** The methods of a table: read in one snapshot, written all or nothing and once a run. */
export function sqlTable(
  values: SqlTableValues,
  context: ObjectContext,
): Required<Pick<DataNodeMethods, 'exists' | 'read' | 'write' | 'prepare'>> {
  let opened: Promise<SqlClient> | undefined
  const client = () => (opened ??= openClient(values, context))
  return {
    exists: async () => (await find(await client(), values, context)) !== undefined,
    prepare: async () => prepare(await client(), values, context),
    async read() {
      const sql = await client()
      const query = values.selectQuery ?? `select * from ${await nameOf(sql, values, context)}`
      const label = values.selectQuery ? `a query on ${sql.label}` : `table ${values.table} of ${sql.label}`
      if (sql.dialect === 'postgresql') return readPostgres(sql, query, label, context.signal)
      return readMysql(sql, query, label, context.signal)
    },
    async write(source) {
      const sql = await client()
      await prepare(sql, values, context)
      const plan = await planOf(sql, values, context)
      if (sql.dialect === 'postgresql') return loadPostgres(sql, plan, source, context)
      return loadMysql(sql, plan, source, context)
    },
  }
}

async function openClient(values: SqlTableValues, { clients }: ObjectContext): Promise<SqlClient> {
  const { database, connectionString, username, '*password': password } = values
  if (database) return clients.sql(await database.connection())
  if (connectionString === undefined)
    throw new PermanentError('NoDatabase', `The table ${values.table} names neither a database nor a connectionString.`)
  return clients.sql(await jdbcConnection({ connectionString, username, password }, clients))
}

async function find(client: SqlClient, { table, schemaName }: SqlTableValues, { signal }: ObjectContext): Promise<TableInfo | undefined> {
  quoteTable({ schema: schemaName, name: table }, client.dialect)
  if (client.dialect === 'postgresql') {
    await using session = await client.session(signal)
    return await findPostgresTable(session, table, schemaName)
  }
  await using session = await client.session(signal)
  return await findMysqlTable(session, table, schemaName)
}

/** Runs `createTableSql` when the table is missing. Two that do it at once: the one that comes late finds the table there. */
async function prepare(client: SqlClient, values: SqlTableValues, context: ObjectContext): Promise<void> {
  const { createTableSql, table } = values
  if (createTableSql === undefined || (await find(client, values, context))) return
  context.log.info(`The table ${table} is missing: running createTableSql.`)
  try {
    await using session = await client.session(context.signal)
    await session.query(createTableSql)
  } catch (error) {
    if (!(await find(client, values, context))) throw error
  }
}

async function nameOf(client: SqlClient, values: SqlTableValues, context: ObjectContext): Promise<string> {
  return quoteTable(await existing(client, values, context), client.dialect)
}

async function existing(client: SqlClient, values: SqlTableValues, context: ObjectContext): Promise<TableInfo> {
  const found = await find(client, values, context)
  if (found) return found
  const name = values.schemaName === undefined ? values.table : `${values.schemaName}.${values.table}`
  const hint = values.createTableSql ? 'createTableSql made another table' : 'create it, or give the data node a createTableSql'
  throw new PermanentError('UnknownTable', `There is no table ${name} in ${client.label}: ${hint}.`)
}

async function planOf(client: SqlClient, values: SqlTableValues, context: ObjectContext): Promise<LoadPlan> {
  const { insertQuery, replaceWhere } = values
  const insert = insertQuery === undefined ? undefined : readPlainInsert(insertQuery, client.dialect)
  const named = insert ? { ...values, table: insert.table, schemaName: insert.schema ?? schemaFor(insert.table, values) } : values
  const table = await existing(client, named, context)
  return { table, insert, statement: insert ? undefined : insertQuery, replaceWhere }
}

/** An insert without a schema means the node's schema only when it means the node's table. */
function schemaFor(inserted: string, { table, schemaName }: SqlTableValues): string | undefined {
  return inserted.toLowerCase() === table.toLowerCase() ? schemaName : undefined
}
