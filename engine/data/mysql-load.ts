import type { MysqlClient, MysqlResult, MysqlSession } from '../clients/mysql-client.ts'
import { quoteIdentifier } from '../clients/quote-identifier.ts'
import { PermanentError } from '../errors.ts'
import type { ObjectContext } from '../spec/context.ts'
import type { Cell, Column, CopySource, RowBatch, WriteResult } from '../spec/data-node.ts'
import { convertRows } from './cell-conversion.ts'
import { openRows } from './copy.ts'
import { encodeRecords } from './delimited-writer.ts'
import { targetColumns, type LoadPlan } from './load-plan.ts'
import { ensureLedger, isPublished, recordPublishing } from './mysql-ledger.ts'
import { takePrecedence } from './mysql-precedence.ts'
import { tableName } from './mysql-table.ts'
import { pgTextLine } from './pg-text.ts'

type Filled = { rows: number; way: string }

/** Loads a source into a table in one InnoDB transaction with its ledger row: the whole of it, once a run, or nothing.
 *  The fence is checked last, just before the commit. */
export async function loadMysql(client: MysqlClient, plan: LoadPlan, source: CopySource, context: ObjectContext): Promise<WriteResult> {
  const target = tableName(plan.table)
  const place = `table ${plan.table.schema}.${plan.table.name} of ${client.label}`
  await using session = await client.session(context.signal)
  await ensureLedger(session)
  if (await isPublished(session, target, context.instance)) return { way: 'already published', place }
  await takePrecedence(session, context)
  await beginStrictly(session)
  if (plan.replaceWhere !== undefined) await deleteReplaced(session, target, plan.replaceWhere, context)
  const filled = await fill(session, plan, source, context)
  context.progress({ rows: filled.rows, note: 'publishing' })
  if (!(await recordPublishing(session, target, context.instance, filled.rows))) {
    await session.query('rollback')
    return { way: 'already published', place }
  }
  await context.checkFence()
  await session.query('commit')
  return { ...filled, place }
}

/** Strict: a value that does not fit is an error; and a 0 stays a 0 in a column that counts by itself. */
async function beginStrictly(session: MysqlSession): Promise<void> {
  await session.query(`set session time_zone = '+00:00'`)
  await session.query(
    `set session sql_mode = concat_ws(',', replace(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''), 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO')`,
  )
  await session.query('set session transaction isolation level read committed')
  await session.query('start transaction')
}

/** Loads that replace the same rows go one after the other; the lock ends with the connection. */
async function deleteReplaced(session: MysqlSession, target: string, condition: string, { log }: ObjectContext): Promise<void> {
  await session.query('select get_lock(md5(?), 3600)', [`${target}\n${condition}`])
  const { rowCount = 0 } = await session.query(`delete from ${target} where (\n${condition}\n)`)
  log.info(`Replacing ${rowCount} rows where ${condition}.`)
}

async function fill(session: MysqlSession, plan: LoadPlan, source: CopySource, context: ObjectContext): Promise<Filled> {
  const { names, columns, batches } = await openRows(source, context)
  if (plan.statement !== undefined) return { rows: await runStatement(session, plan.statement, batches), way: 'insertQuery, row by row' }
  const to = targetColumns(plan, names)
  const converted = convertRows(batches, { from: columns, to, dialect: 'mysql' })
  const { rows } = await session.query('select @@local_infile')
  if (String(rows[0]?.[0]) === '1') return { rows: await loadFile(session, plan, to, converted), way: 'load data' }
  return { rows: await insertRows(session, plan, to, converted), way: 'multi-row insert' }
}

/** Bytes travel as hexadecimal digits, since the stream itself is text in UTF-8. */
async function loadFile(session: MysqlSession, plan: LoadPlan, to: readonly Column[], batches: AsyncIterable<RowBatch>): Promise<number> {
  const isBytes = to.map(({ type }) => type === 'bytea')
  const places = to.map(({ name }, index) => (isBytes[index] ? `@b${index}` : quoteIdentifier(name, 'mysql')))
  const sets = to.flatMap(({ name }, index) => (isBytes[index] ? [`${quoteIdentifier(name, 'mysql')} = unhex(@b${index})`] : []))
  const line = (row: readonly Cell[]) => pgTextLine(row.map((cell) => (Buffer.isBuffer(cell) ? cell.toString('hex') : cell)))
  const result = await session.loadLocal(
    `load data local infile 'stream' into table ${tableName(plan.table)} character set utf8mb4
     fields terminated by '\\t' escaped by '\\\\' lines terminated by '\\n' (${places.join(', ')}) ${sets.length ? `set ${sets.join(', ')}` : ''}`,
    encodeRecords([], batches, line),
  )
  await refuseWarnings(session, plan, result)
  return result.rowCount ?? 0
}

/** Placeholders of one statement; the protocol counts them in 16 bits. */
const mostPlaceholders = 30_000

async function insertRows(session: MysqlSession, plan: LoadPlan, to: readonly Column[], batches: AsyncIterable<RowBatch>): Promise<number> {
  const names = to.map(({ name }) => quoteIdentifier(name, 'mysql')).join(', ')
  const marks = `(${to.map(() => '?').join(', ')})`
  const size = Math.max(1, Math.min(1000, Math.floor(mostPlaceholders / to.length)))
  let rows = 0
  for await (const batch of batches) {
    for (let start = 0; start < batch.length; start += size) {
      const part = batch.slice(start, start + size)
      const text = `insert into ${tableName(plan.table)} (${names}) values ${part.map(() => marks).join(', ')}`
      await refuseWarnings(session, plan, await session.query(text, part.flat()))
      rows += part.length
    }
  }
  return rows
}

async function runStatement(session: MysqlSession, statement: string, batches: AsyncIterable<RowBatch>): Promise<number> {
  let rows = 0
  for await (const batch of batches) {
    for (const row of batch) await session.query(statement, row)
    rows += batch.length
  }
  return rows
}

/** LOAD DATA LOCAL cuts, rounds and leaves out rows with a warning where INSERT would refuse: here each warning refuses the load. */
async function refuseWarnings(session: MysqlSession, { table }: LoadPlan, { warnings }: MysqlResult): Promise<void> {
  if (warnings === 0) return
  const { rows } = await session.query('show warnings limit 3')
  const told = rows.map(([, , message]) => String(message)).join('; ')
  throw new PermanentError('ValueDoesNotFit', `The table ${table.name} does not take all values as they are: ${told}.`)
}
