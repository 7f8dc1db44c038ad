import type { PostgresClient, PostgresSession } from '../clients/postgres-client.ts'
import { quoteIdentifier, quoteLiteral } from '../clients/quote-identifier.ts'
import type { ObjectContext } from '../spec/context.ts'
import type { ByteSource, Cell, Column, CopySource, WriteResult } from '../spec/data-node.ts'
import { convertRows, verifierOf } from './cell-conversion.ts'
import { countBytes, openDelimited, openRows } from './copy.ts'
import type { DelimitedEncoding } from './delimited-encoding.ts'
import { encodeRecords } from './delimited-writer.ts'
import { inspectDelimited } from './inspect-delimited.ts'
import { sameTypes, targetColumns, type LoadPlan } from './load-plan.ts'
import { pgTextLine } from './pg-text.ts'
import { ensureLedger, isPublished, recordPublishing } from './postgres-ledger.ts'
import { takePrecedence } from './postgres-precedence.ts'
import { tableName } from './postgres-table.ts'
import { numberPlaceholders } from './sql-script.ts'

type Filled = Omit<WriteResult, 'place'>

/** Loads a source into a table in one transaction with its ledger row: the whole of it, once a run, or nothing.
 *  The fence is checked last, just before the commit. */
export async function loadPostgres(
  client: PostgresClient,
  plan: LoadPlan,
  source: CopySource,
  context: ObjectContext,
): Promise<WriteResult> {
  const target = tableName(plan.table)
  const place = `table ${plan.table.schema}.${plan.table.name} of ${client.label}`
  await using session = await client.session(context.signal)
  await ensureLedger(session)
  if (await isPublished(session, target, context.instance)) return { way: 'already published', place }
  await session.begin()
  await takePrecedence(session, context)
  await session.query(`set local timezone = 'UTC'`)
  if (plan.replaceWhere !== undefined) await deleteReplaced(session, target, plan.replaceWhere, context)
  const filled = await fill(session, plan, source, context)
  context.progress({ rows: filled.rows, bytes: filled.bytes, note: 'publishing' })
  if (!(await recordPublishing(session, target, context.instance, filled.rows))) {
    await session.rollback()
    return { way: 'already published', place }
  }
  await context.checkFence()
  await session.commit()
  return { ...filled, place }
}

/** Loads that replace the same rows go one after the other: a delete that waited would not see what the first one added. */
async function deleteReplaced(session: PostgresSession, target: string, condition: string, { log }: ObjectContext): Promise<void> {
  await session.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${target}\n${condition}`])
  const { rowCount = 0 } = await session.query(`delete from ${target} where (\n${condition}\n)`)
  log.info(`Replacing ${rowCount} rows where ${condition}.`)
}

async function fill(session: PostgresSession, plan: LoadPlan, source: CopySource, context: ObjectContext): Promise<Filled> {
  if (plan.statement !== undefined) return runStatement(session, plan.statement, source, context)
  const binary = source.bytes.find(({ encoding, columns }) => encoding.name === 'pg-binary' && fits(plan, columns))
  if (binary) return passBinary(session, plan, binary, context)
  const csv = source.bytes.find(({ encoding }) => encoding.name === 'delimited' && isPostgresCsv(encoding))
  if (csv) return passCsv(session, plan, csv, context)
  return copyRows(session, plan, source, context)
}

/** Whether the bytes are those of the very types of the table. A column that is missing is told of later, by name. */
function fits(plan: LoadPlan, columns: readonly Column[] | undefined): boolean {
  if (!columns) return false
  return sameTypes(columns, targetColumns(plan, columns.map(({ name }) => name))) // prettier-ignore
}

/** @see PostgreSQL documentation, COPY: separators and quotes are single bytes, and an escape works inside quotes only */
function isPostgresCsv({ columnSeparator, recordSeparator, quote, escape, nullText }: DelimitedEncoding): boolean {
  const single = (text: string) => text.length === 1 && text >= ' ' && text <= '~'
  const separators = (single(columnSeparator) || columnSeparator === '\t') && (recordSeparator === '\n' || recordSeparator === '\r\n')
  return separators && quote !== undefined && single(quote) && (escape === undefined || escape === quote) && !/[\r\n]/.test(nullText)
}

async function passBinary(session: PostgresSession, plan: LoadPlan, source: ByteSource, context: ObjectContext): Promise<Filled> {
  const { chunks, count } = countBytes(source, context)
  const columns = targetColumns(plan, source.columns?.map(({ name }) => name)) // prettier-ignore
  const rows = await session.copyIn(`copy ${into(plan, columns)} from stdin (format binary)`, chunks)
  return { rows, bytes: count(), way: 'pg-binary passthrough' }
}

async function passCsv(session: PostgresSession, plan: LoadPlan, source: ByteSource, context: ObjectContext): Promise<Filled> {
  const { names, chunks, count } = await openDelimited(source, context)
  const { columnSeparator, quote = '"', header, nullText } = source.encoding as DelimitedEncoding
  const delimiter = columnSeparator === '\t' ? `e'\\t'` : quoteLiteral(columnSeparator)
  const nulls = nullText.includes('\\') ? `e'${nullText.replace(/[\\']/g, '\\$&')}'` : quoteLiteral(nullText)
  const options = `format csv, delimiter ${delimiter}, quote ${quoteLiteral(quote)}, null ${nulls}, header ${header}, encoding 'UTF8'`
  const to = targetColumns(plan, names)
  const plain = withoutMark(chunks)
  const mayRound = to.some(({ type }, index) => verifierOf(type) && source.columns?.[index]?.type !== type)
  const sent = mayRound ? inspectDelimited(plain, source.encoding as DelimitedEncoding, to) : plain
  const rows = await session.copyIn(`copy ${into(plan, to)} from stdin (${options})`, sent)
  return { rows, bytes: count(), way: 'csv passthrough' }
}

async function copyRows(session: PostgresSession, plan: LoadPlan, source: CopySource, context: ObjectContext): Promise<Filled> {
  const { names, columns, batches } = await openRows(source, context)
  const to = targetColumns(plan, names)
  const converted = convertRows(batches, { from: columns, to, dialect: 'postgresql' })
  const rows = await session.copyIn(`copy ${into(plan, to)} from stdin (encoding 'UTF8')`, encodeRecords([], converted, pgTextLine))
  return { rows, way: 'typed batches' }
}

async function runStatement(session: PostgresSession, statement: string, source: CopySource, context: ObjectContext): Promise<Filled> {
  const text = numberPlaceholders(statement)
  const { batches } = await openRows(source, context)
  let rows = 0
  for await (const batch of batches) {
    await Promise.all(batch.map((row) => session.query(text, row.map(asParameter))))
    rows += batch.length
  }
  return { rows, way: 'insertQuery, row by row' }
}

const asParameter = (cell: Cell): string | null => (Buffer.isBuffer(cell) ? `\\x${cell.toString('hex')}` : cell)

function into(plan: LoadPlan, columns: readonly Column[]): string {
  return `${tableName(plan.table)} (${columns.map(({ name }) => quoteIdentifier(name, 'postgresql')).join(', ')})`
}

/** PostgreSQL takes a byte order mark for data. */
async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true
  for await (const chunk of chunks) {
    yield first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk
    first = false
  }
}
