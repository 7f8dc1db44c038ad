import type { Cell, RowBatch, RowSource } from '../spec/data-node.ts'
import type { DelimitedEncoding } from './delimited-encoding.ts'

/** A record that older PostgreSQL servers take for the end of the data. */
const endOfCopy = '\\.'

const chunkLength = 128 * 1024

/** The rows as text records, in chunks of 64 KiB or more; the header line comes first when the encoding has one.
 *  Bytes are written as PostgreSQL prints them: `\x` and hexadecimal digits. */
export function writeDelimited(rows: RowSource, encoding: DelimitedEncoding, signal: AbortSignal): AsyncGenerator<Buffer> {
  const header = encoding.header ? [[rows.columns.map(({ name }) => name)]] : []
  return encodeRecords(header, rows.open(signal), recordWriter(encoding))
}

/** Chunks of the records that `write` makes of each row. */
export async function* encodeRecords(
  before: Iterable<RowBatch>,
  batches: AsyncIterable<RowBatch>,
  write: (row: readonly Cell[]) => string,
): AsyncGenerator<Buffer> {
  let text = ''
  for (const batch of before) for (const row of batch) text += write(row)
  for await (const batch of batches) {
    for (const row of batch) {
      text += write(row)
      if (text.length < chunkLength) continue
      yield Buffer.from(text)
      text = ''
    }
  }
  if (text) yield Buffer.from(text)
}

/** One row as one record, its separator included. */
function recordWriter(encoding: DelimitedEncoding): (row: readonly Cell[]) => string {
  const { columnSeparator, recordSeparator } = encoding
  const field = fieldWriter(encoding)
  return (row) => {
    let record = field(row[0] ?? null)
    for (let index = 1; index < row.length; index++) record += columnSeparator + field(row[index] ?? null)
    return record + recordSeparator
  }
}

function fieldWriter({ columnSeparator, recordSeparator, quote, escape, nullText }: DelimitedEncoding): (cell: Cell) => string {
  const special = new RegExp(
    [columnSeparator[0], recordSeparator[0], '\r', '\n', '\uFEFF', quote, escape].filter(Boolean).map(literal).join('|'),
  )
  const escaped = new RegExp([quote, escape].filter(Boolean).map(literal).join('|') || '(?!)', 'g')
  const bare = new RegExp(
    [columnSeparator[0], recordSeparator[0], '\r', '\n', '\uFEFF', escape].filter(Boolean).map(literal).join('|'),
    'g',
  )
  const protect = escape ?? quote ?? ''
  return (cell) => {
    if (cell === null) return nullText
    const text = typeof cell === 'string' ? cell : `\\x${cell.toString('hex')}`
    if (text !== nullText && text !== endOfCopy && !special.test(text)) return text
    if (quote !== undefined) return quote + text.replace(escaped, (found) => protect + found) + quote
    if (escape === undefined)
      throw new Error(`The value ${JSON.stringify(text.slice(0, 40))} cannot be written without a quote or an escape.`)
    return text === nullText ? escape + text : text.replace(bare, (found) => escape + found)
  }
}

const literal = (text: string | undefined): string => (text ?? '').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
