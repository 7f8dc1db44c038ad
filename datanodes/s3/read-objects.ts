import { delimitedEncoding, type DelimitedEncoding } from '../../engine/data/delimited-encoding.ts'
import type { Column, CopySource, ObjectContext, ObjectSet } from '../../engine/spec/index.ts'
import type { S3Fields } from './s3-fields.ts'
import { concatenate } from './concatenate.ts'
import { gunzip } from './gzip.ts'
import { objectsOf } from './objects.ts'

/** The data as one stream of records, and as the objects it is in. */
export async function readObjects(fields: S3Fields, context: ObjectContext): Promise<CopySource> {
  const entries = await objectsOf(fields, context)
  const encoding = encodingOf(fields)
  const { compression } = fields
  const columns = columnsOf(fields)
  const size = compression === 'none' && (entries.length === 1 || !encoding.header) ? sum(entries) : undefined
  const open = (signal: AbortSignal) => concatenate(recordFiles(entries, compression, context, signal), encoding)
  const label = fields.filePath ?? fields.directoryPath ?? fields.manifestFilePath!
  return { bytes: [{ encoding, columns, size, open }], objects: { encoding, compression, entries }, label }
}

/** The layout that the format says; without one, plain CSV with no header.
 *  @see AWS Data Pipeline Developer Guide, "CSV Data Format" */
export function encodingOf({ dataFormat }: S3Fields): DelimitedEncoding {
  const csv = { encoding: 'csv', columnSeparator: ',', recordSeparator: '\n', header: false, columns: [] } as const
  return delimitedEncoding(dataFormat?.dialect() ?? csv)
}

function recordFiles(entries: ObjectSet['entries'], compression: 'none' | 'gzip', { clients }: ObjectContext, signal: AbortSignal) {
  return entries.map(({ uri }) => ({
    uri,
    open: () => (compression === 'gzip' ? gunzip(clients.objects.read(uri, signal)) : clients.objects.read(uri, signal)),
  }))
}

/** Types of AWS's formats under PostgreSQL's names; any other is taken as written. */
const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'integer',
  long: 'bigint',
  float: 'real',
  double: 'double precision',
  datetime: 'timestamp',
}

function columnsOf({ dataFormat }: S3Fields): Column[] | undefined {
  const columns = dataFormat?.dialect().columns ?? []
  if (columns.length === 0) return undefined
  return columns.map(({ name, type }) => ({ name, type: typeNames[type.toLowerCase()] ?? type.toLowerCase(), nullable: true }))
}

function sum(entries: ObjectSet['entries']): number {
  return entries.reduce((total, { size }) => total + size, 0)
}
