import { PermanentError } from '../../engine/errors.ts'
import type { DelimitedEncoding } from '../../engine/data/delimited-encoding.ts'
import { cutHeader } from './cut-header.ts'

/** One file of records. */
export interface RecordFile {
  readonly uri: string
  open(): AsyncIterable<Buffer>
}

/** The records of all files in order, as if they were one file: a separator is put where a file lacks its last one, and of the headers
 *  only the first is kept. Rejects when a later one names other columns. One file passes as it is. */
export async function* concatenate(files: readonly RecordFile[], encoding: DelimitedEncoding): AsyncGenerator<Buffer> {
  if (files.length === 1) return yield* files[0]!.open()
  const separator = Buffer.from(encoding.recordSeparator)
  const headers = { kept: undefined as string | undefined }
  let ended = true
  for (const file of files) {
    let tail: Buffer = Buffer.alloc(0)
    for await (const chunk of encoding.header ? withOneHeader(file, encoding, headers) : file.open()) {
      if (chunk.length === 0) continue
      if (!ended) yield separator
      ended = true
      tail = Buffer.concat([tail, chunk.subarray(-separator.length)]).subarray(-separator.length)
      yield chunk
    }
    if (tail.length > 0) ended = tail.equals(separator)
  }
}

/** The file with its header when it is the first that has one, else without. */
async function* withOneHeader(
  file: RecordFile,
  encoding: DelimitedEncoding,
  headers: { kept: string | undefined },
): AsyncGenerator<Buffer> {
  let isHeader = true
  for await (const chunk of cutHeader(file.open(), encoding)) {
    if (!isHeader) {
      yield chunk
      continue
    }
    isHeader = false
    const names = chunk.toString().trimEnd()
    if (names === '') continue
    if (headers.kept !== undefined && headers.kept !== names) {
      throw new PermanentError(
        'HeadersDiffer',
        `The header of ${file.uri} is ${names}, but that of the files before it is ${headers.kept}.`,
      )
    }
    if (headers.kept === undefined) yield Buffer.concat([chunk, Buffer.from(encoding.recordSeparator)])
    headers.kept = names
  }
}
