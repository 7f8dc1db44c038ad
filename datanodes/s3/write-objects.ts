import { sameEncoding, type DelimitedEncoding } from '../../engine/data/delimited-encoding.ts'
import { readDelimited, takeHeader } from '../../engine/data/delimited-reader.ts'
import { writeDelimited } from '../../engine/data/delimited-writer.ts'
import { PermanentError } from '../../engine/errors.ts'
import type { ByteSource, CopySource, ObjectContext, ObjectSet, RowSource, WriteResult } from '../../engine/spec/index.ts'
import type { S3Fields } from './s3-fields.ts'
import { gzip } from './gzip.ts'
import { directoryUri } from './objects.ts'
import { replaceRun, runName } from './run-record.ts'
import { encodingOf } from './read-objects.ts'
import { writeOptions } from './write-options.ts'

/** Makes the source's data the file, or this run's part of the directory. Objects of the same layout are copied by the store itself. */
export async function writeObjects(fields: S3Fields, source: CopySource, context: ObjectContext): Promise<WriteResult> {
  const place = fields.filePath ?? directoryUri(fields)
  const alike = sameLayout(fields, source.objects) ? source.objects.entries : undefined
  if (alike && fields.filePath !== undefined && alike.length === 1) return { ...(await copyFile(fields, alike[0]!, context)), place }
  if (alike && fields.filePath === undefined) return { ...(await copyDirectory(fields, alike, context)), place }

  const { way, rows, chunks } = await chunksFor(fields, source, context)
  if (fields.filePath !== undefined) {
    const { size } = await context.clients.objects.write(fields.filePath, chunks, writeOptions(fields, context))
    return { way, rows: rows(), bytes: size, place }
  }
  const name = `${runName(context)}.${fileEnding(fields)}`
  const put = (uri: string) => context.clients.objects.write(uri, chunks, writeOptions(fields, context))
  const bytes = await replaceRun(fields, [{ name, put }], context)
  return { way, rows: rows(), bytes, place: `${place}${name}` }
}

function sameLayout({ compression, ...fields }: S3Fields, objects: ObjectSet | undefined): objects is ObjectSet {
  return (
    objects !== undefined && objects.compression === compression && sameEncoding(objects.encoding, encodingOf({ compression, ...fields }))
  )
}

type Entry = ObjectSet['entries'][number]

async function copyFile(fields: S3Fields, { uri }: Entry, context: ObjectContext) {
  const { size } = await context.clients.objects.copy(uri, fields.filePath!, writeOptions(fields, context))
  context.progress({ bytes: size })
  return { way: 'server-side copy', bytes: size }
}

async function copyDirectory(fields: S3Fields, entries: readonly Entry[], context: ObjectContext) {
  const files = entries.map(({ uri, name }) => ({
    name,
    put: (target: string) => context.clients.objects.copy(uri, target, writeOptions(fields, context)),
  }))
  return { way: 'server-side copy', bytes: await replaceRun(fields, files, context) }
}

/** The bytes to store, by the cheapest way there is, and how many rows they were once they are sent, when the way counts them. */
async function chunksFor(fields: S3Fields, source: CopySource, context: ObjectContext) {
  const encoding = encodingOf(fields)
  const packed = (chunks: AsyncIterable<Buffer>) =>
    fields.compression === 'gzip' ? gzip(counted(chunks, context)) : counted(chunks, context)
  const alike = source.bytes.find((bytes) => sameEncoding(bytes.encoding, encoding))
  if (alike) return { way: `${nameOf(fields)} passthrough`, rows: () => undefined, chunks: packed(alike.open(context.signal)) }
  const typed = source.rows ?? (await asRows(source, context))
  const { rows, count } = counting(typed, context)
  return { way: 'typed batches', rows: count, chunks: packed(writeDelimited(rows, encoding, context.signal)) }
}

/** Rows of records in another layout than the file's. */
async function asRows(source: CopySource, { signal }: ObjectContext): Promise<RowSource> {
  const bytes = source.bytes.find((one) => one.encoding.name === 'delimited')
  if (bytes?.encoding.name !== 'delimited') {
    throw new PermanentError('CopyFormat', `${source.label} can be read neither as rows nor as delimited text, which is what a file takes.`)
  }
  return rowsOf(bytes, bytes.encoding, signal)
}

async function rowsOf(bytes: ByteSource, encoding: DelimitedEncoding, signal: AbortSignal): Promise<RowSource> {
  const raw = bytes.open(signal)
  if (!encoding.header) return { columns: bytes.columns ?? [], open: () => readDelimited(raw, encoding) }
  const { names, chunks } = await takeHeader(raw, encoding)
  const columns = names.map((name) => ({ name, type: 'text', nullable: true }))
  return { columns: bytes.columns ?? columns, open: () => readDelimited(chunks, encoding) }
}

function counting(source: RowSource, context: ObjectContext) {
  let sent = 0
  async function* open(signal: AbortSignal) {
    for await (const batch of source.open(signal)) {
      sent += batch.length
      context.progress({ rows: sent, rowsTotal: source.rowCount })
      yield batch
    }
  }
  return { rows: { ...source, open }, count: () => sent }
}

async function* counted(chunks: AsyncIterable<Buffer>, context: ObjectContext): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    context.progress({ bytes })
    yield chunk
  }
}

function nameOf({ dataFormat }: S3Fields): string {
  return dataFormat?.dialect().encoding ?? 'csv'
}

function fileEnding(fields: S3Fields): string {
  return fields.compression === 'gzip' ? `${nameOf(fields)}.gz` : nameOf(fields)
}
