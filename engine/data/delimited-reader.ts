import { isUtf8 } from 'node:buffer'
import { PermanentError } from '../errors.ts'
import type { RowBatch } from '../spec/data-node.ts'
import type { DelimitedEncoding } from './delimited-encoding.ts'
import { recordSplitter, type Split } from './record-splitter.ts'

/** The largest record that is believed; past it, a quote is taken to be missing. In UTF-16 units. */
const longestRecord = 64 * 1024 * 1024

/** Every record as cells, one batch a chunk, the header line left out. An empty quoted field is empty text and never NULL.
 *  @throws PermanentError when the bytes are not UTF-8, a quote is not closed, or text touches a closing quote
 *  @see RFC 4180; a CRLF is taken where a LF is asked for */
export async function* readDelimited(chunks: AsyncIterable<Buffer>, encoding: DelimitedEncoding): AsyncGenerator<RowBatch> {
  let headers = encoding.header ? 1 : 0
  for await (const batch of readRecords(chunks, encoding)) {
    const rows = headers ? batch.slice(headers) : batch
    headers = Math.max(0, headers - batch.length)
    if (rows.length) yield rows
  }
}

/** The names on the first record, and chunks that give the whole of the bytes once more, a byte order mark taken away. */
export async function takeHeader(
  chunks: AsyncIterable<Buffer>,
  encoding: DelimitedEncoding,
): Promise<{ names: readonly string[]; chunks: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  const seen: Buffer[] = []
  const names = await firstRecord(tee(iterator, seen), encoding)
  return { names, chunks: again(seen, iterator) }
}

async function firstRecord(chunks: AsyncIterable<Buffer>, encoding: DelimitedEncoding): Promise<string[]> {
  for await (const [first] of readRecords(chunks, encoding)) return (first ?? []).map((cell) => String(cell ?? ''))
  return []
}

/** Passes the chunks on and keeps them; ending it early leaves the iterator open. */
async function* tee(iterator: AsyncIterator<Buffer>, seen: Buffer[]): AsyncGenerator<Buffer> {
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    seen.push(next.value)
    yield next.value
  }
}

async function* again(seen: Buffer[], iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    for (let chunk = seen.shift(); chunk; chunk = seen.shift()) yield chunk
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}

async function* readRecords(chunks: AsyncIterable<Buffer>, encoding: DelimitedEncoding): AsyncGenerator<RowBatch> {
  const split = recordSplitter(encoding)
  let carry = ''
  let records = 0
  let wanted = 0 // a record longer than a chunk is looked at again only when its text has doubled
  for await (const text of decode(chunks)) {
    carry += text
    if (carry.length < wanted) continue
    const { rows, rest } = inPlace(split, carry, false, records)
    records += rows.length
    carry = rest
    wanted = rows.length ? 0 : carry.length * 2
    if (carry.length > longestRecord) throw malformed(records + 1, 'is longer than 64 MiB; is a closing quote missing?')
    if (rows.length) yield rows
  }
  const { rows } = inPlace(split, carry, true, records)
  if (rows.length) yield rows
}

function inPlace(split: Split, text: string, atEnd: boolean, before: number): ReturnType<Split> {
  const result = split(text, atEnd)
  if (result.problem) throw malformed(before + result.rows.length + 1, result.problem)
  return result
}

function malformed(record: number, problem: string): PermanentError {
  return new PermanentError('MalformedRecord', `Record ${record} ${problem}`)
}

/** The text of the bytes, cut only between characters. */
async function* decode(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let tail: Buffer = Buffer.alloc(0)
  let first = true
  for await (const chunk of chunks) {
    const bytes = tail.length ? Buffer.concat([tail, chunk]) : chunk
    const end = characterBoundary(bytes)
    tail = bytes.subarray(end)
    const text = toText(bytes.subarray(0, end))
    yield first ? text.replace(/^\uFEFF/, '') : text
    if (end) first = false
  }
  if (tail.length) yield toText(tail)
}

function toText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new PermanentError('NotUtf8', 'The text is not UTF-8. Convert it first, for example with iconv.')
  return bytes.toString('utf8')
}

/** The end of the last whole character: at most three bytes before the end. */
function characterBoundary(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes.length
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
