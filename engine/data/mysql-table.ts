import type { MysqlClient, MysqlSession } from '../clients/mysql-client.ts'
import { resultColumns } from '../clients/mysql-rows.ts'
import { quoteTable } from '../clients/quote-identifier.ts'
import type { Column, CopySource, RowBatch } from '../spec/data-node.ts'
import { columnDifference, type TableInfo } from './load-plan.ts'

/** The table as the catalogue has it, its types under PostgreSQL's names; undefined when missing. */
export async function findMysqlTable(session: MysqlSession, name: string, schema?: string): Promise<TableInfo | undefined> {
  const { rows } = await session.query(
    `select table_schema, table_name, column_name, column_type, is_nullable from information_schema.columns
     where table_name = ? and table_schema = coalesce(?, database()) and extra not like '%GENERATED%' order by ordinal_position`,
    [name, schema ?? null],
  )
  const [first] = rows
  if (first) return { schema: String(first[0]), name: String(first[1]), columns: rows.map(asColumn) }
  const at = name.indexOf('.')
  if (schema !== undefined || at < 1) return undefined
  return findMysqlTable(session, name.slice(at + 1), name.slice(0, at))
}

function asColumn(row: readonly unknown[]): Column {
  return { name: String(row[2]), type: typeOf(String(row[3]).toLowerCase()), nullable: row[4] === 'YES' }
}

/** `int(10) unsigned` is bigint: the smallest type that holds every value. */
function typeOf(declared: string): string {
  const [, name = '', details = ''] = /^(\w+)(\([^)]*\))?/.exec(declared) ?? []
  const unsigned = declared.includes('unsigned')
  if (name === 'decimal') return `numeric${details}`
  if (name === 'datetime' || name === 'timestamp') return `timestamp${details || '(0)'} without time zone`
  if (name === 'time') return `time${details || '(0)'} without time zone`
  return types[unsigned ? `${name} unsigned` : name] ?? 'text'
}

const types: Readonly<Record<string, string>> = {
  tinyint: 'smallint',
  'tinyint unsigned': 'smallint',
  smallint: 'smallint',
  'smallint unsigned': 'integer',
  mediumint: 'integer',
  'mediumint unsigned': 'integer',
  int: 'integer',
  'int unsigned': 'bigint',
  bigint: 'bigint',
  'bigint unsigned': 'numeric(20,0)',
  year: 'integer',
  float: 'real',
  double: 'double precision',
  date: 'date',
  json: 'json',
  bit: 'bytea',
  binary: 'bytea',
  varbinary: 'bytea',
  tinyblob: 'bytea',
  blob: 'bytea',
  mediumblob: 'bytea',
  longblob: 'bytea',
}

export const tableName = (table: TableInfo): string => quoteTable(table, 'mysql')

/** A query's rows, in one snapshot. Rejects when the columns have changed since `read`. */
export async function readMysql(client: MysqlClient, query: string, label: string, signal: AbortSignal): Promise<CopySource> {
  const text = query.replace(/;\s*$/, '')
  const columns = await describe(client, text, signal)
  return { label, bytes: [], rows: { columns, open: (openSignal) => snapshot(client, text, columns, openSignal) } }
}

async function describe(client: MysqlClient, text: string, signal: AbortSignal): Promise<Column[]> {
  await using session = await client.session(signal)
  await session.query('set session sql_select_limit = 0')
  const { fields } = await session.stream(text)
  return resultColumns(fields)
}

async function* snapshot(client: MysqlClient, text: string, columns: readonly Column[], signal: AbortSignal): AsyncGenerator<RowBatch> {
  await using session = await client.session(signal)
  await session.query(`set session time_zone = '+00:00'`)
  await session.query('start transaction with consistent snapshot, read only')
  const { fields, batches } = await session.stream(text)
  const difference = columnDifference(columns, resultColumns(fields))
  if (difference) throw new Error(`The columns of the source have changed during the copy: ${difference}.`)
  yield* batches
}
