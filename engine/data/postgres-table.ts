import type { PostgresClient, PostgresSession } from '../clients/postgres-client.ts'
import { quoteTable } from '../clients/quote-identifier.ts'
import type { Column, CopySource, RowSource } from '../spec/data-node.ts'
import { columnDifference, type TableInfo } from './load-plan.ts'
import { readPgText } from './pg-text.ts'

/** The table as the catalogue has it: the exact name first, then in lower case, as PostgreSQL folds names. Undefined when missing. */
export async function findPostgresTable(session: PostgresSession, name: string, schema?: string): Promise<TableInfo | undefined> {
  const { rows } = await session.query(
    `select c.oid, n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname in ($1::text, lower($1::text))
       and case when $2::text is null then pg_table_is_visible(c.oid) else n.nspname in ($2::text, lower($2::text)) end
     order by c.relname = $1::text desc, n.nspname = $2::text desc limit 1`,
    [name, schema ?? null],
  )
  const [oid, nspname, relname] = rows[0] ?? []
  if (!oid || !nspname || !relname) return dotted(session, name, schema)
  const { rows: attributes } = await session.query(
    `select attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute
     where attrelid = $1::oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [oid],
  )
  const columns = attributes.map(([column, type, notNull]) => ({ name: column ?? '', type: type ?? '', nullable: notNull === 'f' }))
  return { schema: nspname, name: relname, columns }
}

/** `schema.table` in one field, where no table has that very name. */
function dotted(session: PostgresSession, name: string, schema?: string): Promise<TableInfo | undefined> {
  const at = name.indexOf('.')
  if (schema !== undefined || at < 1) return Promise.resolve(undefined)
  return findPostgresTable(session, name.slice(at + 1), name.slice(0, at))
}

export const tableName = (table: TableInfo): string => quoteTable(table, 'postgresql')

/** Every way of reading a query. Each reads in one snapshot, and rejects when the columns have changed since `read`. */
export async function readPostgres(client: PostgresClient, query: string, label: string, signal: AbortSignal): Promise<CopySource> {
  const text = `(\n${query.replace(/;\s*$/, '')}\n)`
  const columns = await describe(client, text, signal)
  const copyOut = (options: string) => (openSignal: AbortSignal) => snapshot(client, text, columns, options, openSignal)
  return {
    label,
    bytes: [
      { encoding: { name: 'pg-binary' }, columns, open: copyOut('format binary') },
      { encoding: { name: 'delimited', ...csv }, columns, open: copyOut('format csv') },
    ],
    rows: rowsOf(columns, copyOut('format text')),
  }
}

/** What `COPY ... (FORMAT csv)` writes. */
const csv = { columnSeparator: ',', recordSeparator: '\n', quote: '"', header: false, nullText: '' } as const

function rowsOf(columns: readonly Column[], open: (signal: AbortSignal) => AsyncIterable<Buffer>): RowSource {
  const bytes = new Set(columns.flatMap(({ type }, index) => (type === 'bytea' ? [index] : [])))
  return { columns, open: (signal) => readPgText(open(signal), bytes) }
}

async function* snapshot(
  client: PostgresClient,
  query: string,
  columns: readonly Column[],
  options: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  await using session = await client.session(signal)
  await beginReading(session)
  const difference = columnDifference(columns, await columnsOf(session, query))
  if (difference) throw new Error(`The columns of the source have changed during the copy: ${difference}.`)
  yield* session.copyOut(`copy ${query} to stdout (${options})`)
}

async function describe(client: PostgresClient, query: string, signal: AbortSignal): Promise<Column[]> {
  await using session = await client.session(signal)
  await beginReading(session)
  return await columnsOf(session, query)
}

/** Text that any server reads alike, whatever this one's settings. */
async function beginReading(session: PostgresSession): Promise<void> {
  await session.begin('read only')
  await session.query(`set local timezone = 'UTC'; set local datestyle = 'ISO, MDY'; set local intervalstyle = 'postgres'`)
}

/** From the parser, not from samples. */
async function columnsOf(session: PostgresSession, query: string): Promise<Column[]> {
  const { columns } = await session.query(`select * from ${query} as described limit 0`)
  const { rows } = await session.query(
    `select format_type(t.oid, t.typmod) from unnest($1::oid[], $2::int[]) with ordinality as t(oid, typmod, place) order by place`,
    [`{${columns.map(({ typeOid }) => typeOid).join(',')}}`, `{${columns.map(({ typeModifier }) => typeModifier).join(',')}}`],
  )
  return columns.map(({ name }, index) => ({ name, type: rows[index]?.[0] ?? '', nullable: true }))
}
