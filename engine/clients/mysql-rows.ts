import type mysql from 'mysql2'
import type { Column, RowBatch, Cell } from '../spec/data-node.ts'
import type { MysqlField } from './mysql-field.ts'

/** Cells of a batch; few enough that a batch of wide rows stays small. */
const batchCells = 8192
/** Batches that may wait before the server is asked to pause. */
const mostWaiting = 4

/** Every value as text, or as bytes when the column is binary. */
export const asCells: mysql.TypeCast = (field, next) => {
  if (field.type === 'JSON') return field.string('utf8')
  if (field.type === 'GEOMETRY') return field.buffer()
  return /BLOB|STRING|VARCHAR|BIT|ENUM|SET/.test(field.type) ? next() : field.string('ascii')
}

/** Runs one SELECT: its columns, and its rows in batches, read from the server no faster than they are taken. */
export function resultBatches(
  connection: mysql.Connection,
  sql: string,
): { fields: Promise<readonly MysqlField[]>; batches: AsyncIterable<RowBatch> } {
  const fields = Promise.withResolvers<readonly MysqlField[]>()
  const waiting: Cell[][][] = []
  let batch: Cell[][] = []
  let outcome: { error?: Error } | undefined
  let wake = () => {}
  connection
    .query({ sql, typeCast: asCells, rowsAsArray: true })
    .on('fields', (packets: unknown) => {
      if (packets) fields.resolve(packets as MysqlField[])
      else fields.reject(new Error('The statement returns no rows.'))
    })
    .on('result', (row: unknown) => {
      if (!Array.isArray(row)) return
      batch.push(row as Cell[])
      if (batch.length * row.length < batchCells) return
      waiting.push(batch)
      batch = []
      if (waiting.length >= mostWaiting) connection.pause()
      wake()
    })
    .on('error', (error: Error) => {
      outcome = { error }
      fields.reject(error)
      wake()
    })
    .on('end', () => {
      outcome ??= {}
      wake()
    })
  fields.promise.catch(() => {}) // whoever awaits it hears of it; the batches tell it too

  async function* batches(): AsyncGenerator<RowBatch> {
    while (true) {
      const next = waiting.shift()
      if (next) {
        if (waiting.length === 0) connection.resume()
        yield next
      } else if (outcome) {
        if (outcome.error) throw outcome.error
        if (batch.length) yield batch
        return
      } else {
        await new Promise<void>((resolve) => (wake = resolve))
      }
    }
  }
  return { fields: fields.promise, batches: batches() }
}

const unsignedFlag = 32
const notNullFlag = 1

/** The columns of a result under PostgreSQL's type names: the smallest type that holds every value. */
export function resultColumns(fields: readonly MysqlField[]): Column[] {
  return fields.map((field) => ({ name: field.name, type: typeOf(field), nullable: (field.flags & notNullFlag) === 0 }))
}

function typeOf(field: MysqlField): string {
  const unsigned = (field.flags & unsignedFlag) !== 0
  const fixed = fixedTypes[field.columnType]
  if (fixed) return unsigned ? (widened[fixed] ?? fixed) : fixed
  if (field.columnType === 0 || field.columnType === 246) return decimalType(field, unsigned)
  return field.characterSet === 63 ? 'bytea' : 'text'
}

function decimalType({ columnLength, decimals }: MysqlField, unsigned: boolean): string {
  return `numeric(${columnLength - (decimals > 0 ? 1 : 0) - (unsigned ? 0 : 1)},${decimals})`
}

/** By the protocol's number of the type. What is missing is text or bytes, as its character set says. */
const fixedTypes: Readonly<Record<number, string>> = {
  1: 'smallint',
  2: 'smallint',
  3: 'integer',
  4: 'real',
  5: 'double precision',
  7: 'timestamp with time zone',
  8: 'bigint',
  9: 'integer',
  10: 'date',
  11: 'time without time zone',
  12: 'timestamp without time zone',
  13: 'integer',
  16: 'bytea',
  245: 'json',
  255: 'bytea',
}

const widened: Readonly<Record<string, string>> = { smallint: 'integer', integer: 'bigint', bigint: 'numeric(20,0)' }
