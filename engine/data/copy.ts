import type { ObjectContext } from '../spec/context.ts'
import type { ByteSource, Column, CopySource, RowBatch, WriteResult } from '../spec/data-node.ts'
import type { DataNodeHandle } from '../spec/handles.ts'
import { PermanentError } from '../errors.ts'
import { readDelimited, takeHeader } from './delimited-reader.ts'
import { untilAborted } from './until-aborted.ts'

/** Copies one data node to another by the cheapest way that both know, all or nothing. */
export async function copy(input: DataNodeHandle, output: DataNodeHandle, context: Pick<ObjectContext, 'log'>): Promise<WriteResult> {
  if (!input.read) throw new PermanentError('CannotRead', `${input.id} (${input.type}) cannot be read by a copy.`)
  if (!output.write) throw new PermanentError('CannotWrite', `${output.id} (${output.type}) cannot be written by a copy.`)
  await output.prepare?.()
  const source = await input.read()
  const result = await output.write(source)
  const rows = result.rows === undefined ? '' : `${result.rows} rows, `
  context.log.info(`Copied ${source.label} to ${result.place}: ${rows}${result.way}.`)
  return result
}

/** Bytes on their way to a target: counted, reported, and refused when they end before their announced size. */
export interface Counted {
  readonly chunks: AsyncIterable<Buffer>
  /** Bytes so far. */
  count(): number
}

/** The bytes of a source with a count that travels with the heartbeat. A size that does not come true rejects: a stream that was
 *  cut looks like one that has ended (failure-modes F64). */
export function countBytes(source: ByteSource, context: Pick<ObjectContext, 'signal' | 'progress'>): Counted {
  let bytes = 0
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of untilAborted(source.open(context.signal), context.signal)) {
      bytes += chunk.length
      context.progress({ bytes, bytesTotal: source.size, note: 'copying' })
      yield chunk
    }
    if (source.size !== undefined && bytes !== source.size) throw new Error(`The data ended after ${bytes} of ${source.size} bytes.`)
  }
  return { chunks: chunks(), count: () => bytes }
}

/** Rows on their way to a target. */
export interface OpenRows {
  /** Names of the fields when the source has any, and types when it knows them. */
  readonly names?: readonly string[]
  readonly columns?: readonly Column[]
  readonly batches: AsyncIterable<RowBatch>
}

/** The rows of any source: its own, or those in its delimited bytes. */
export async function openRows(source: CopySource, context: Pick<ObjectContext, 'signal' | 'progress'>): Promise<OpenRows> {
  if (source.rows) {
    const { columns } = source.rows
    return { columns, names: columns.map(({ name }) => name), batches: countRows(source.rows.open(context.signal), context) }
  }
  const bytes = source.bytes.find(({ encoding }) => encoding.name === 'delimited')
  if (bytes?.encoding.name !== 'delimited')
    throw new PermanentError('CannotRead', `${source.label} has no rows that can be read one by one.`)
  const opened = await openDelimited(bytes, context)
  return { names: opened.names, batches: countRows(readDelimited(opened.chunks, bytes.encoding), context) }
}

/** Delimited bytes with the names of their fields: those of the header, which must agree with those of the format. */
export async function openDelimited(
  source: ByteSource,
  context: Pick<ObjectContext, 'signal' | 'progress'>,
): Promise<{ names?: readonly string[]; chunks: AsyncIterable<Buffer>; count(): number }> {
  const counted = countBytes(source, context)
  const declared = source.columns?.map(({ name }) => name)
  if (source.encoding.name !== 'delimited' || !source.encoding.header) return { names: declared, ...counted }
  const { names, chunks } = await takeHeader(counted.chunks, source.encoding)
  if (declared && names.length && !sameNames(declared, names)) {
    throw new PermanentError('WrongHeader', `The header names ${names.join(', ')}, but the format's columns are ${declared.join(', ')}.`)
  }
  return { names: names.length ? names : declared, chunks, count: counted.count }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name.trim().toLowerCase() === b[index]!.trim().toLowerCase())
}

async function* countRows(batches: AsyncIterable<RowBatch>, context: Pick<ObjectContext, 'signal' | 'progress'>): AsyncGenerator<RowBatch> {
  let rows = 0
  for await (const batch of untilAborted(batches, context.signal)) {
    yield batch
    rows += batch.length
    context.progress({ rows, note: 'copying' })
  }
}
